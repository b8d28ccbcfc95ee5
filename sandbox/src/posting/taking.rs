//! Taking a turn.

use grammers_tl_types::{enums, types};

use super::formats;
use super::turn::{ChannelName, Place, Post, Rewording, Source, Turn};
use super::variation::{varied, vary};
use crate::tl_json::{DraftError, Manner, TlMessage, check_all, put_all};
use crate::world::{
    Body, BodyKind, Chat, ChatKind, Content, Draft, Edit, MediaKind, Message, NewMedia, NewMessage,
    World, empty_message, mixed, wire,
};

/// The most photos of a post.
const MOST_PHOTOS: u8 = 10;

/// When and how a turn is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taking {
    /// How often the list was gone through before.
    pub(crate) round: u64,
    /// Which turn of the channel it is.
    pub(crate) number: u64,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// Whether the clients hear of it.
    pub(crate) manner: Manner,
}

/// Takes a turn. What it is about may not be there: then nothing happens.
pub(crate) fn take(
    world: &World,
    chat: &Chat,
    turn: &Turn,
    taking: Taking,
) -> Result<(), DraftError> {
    match turn {
        Turn::Post(post) => posts(world, chat, post, taking),
        Turn::TlMessage(message) => {
            put_all(world, chat, vec![dated(message, taking)], taking.manner)?;
        }
        Turn::Forward(source) => forwards(world, chat, source, taking),
        Turn::Edit(Rewording { back, text }) => {
            if let Some(message) = latest(chat, *back) {
                let text = varied(text, taking.round);
                let entities = formats::found(&text);
                let edit = Edit {
                    text: Some((text, entities)),
                    body: None,
                };
                world.chats().edit(chat, message.id, edit, taking.at);
            }
        }
        Turn::Delete(Place { back }) => {
            if let Some(message) = latest(chat, *back) {
                world.chats().delete(chat, &[message.id]);
            }
        }
    }
    Ok(())
}

/// Whether a turn can be taken in a chat.
pub(crate) fn check(world: &World, chat: &Chat, turn: &Turn) -> Result<(), DraftError> {
    match turn {
        Turn::Post(post) if post.photos > MOST_PHOTOS => {
            Err(DraftError::new("a post has ten photos at most"))
        }
        Turn::Post(post) if post.text.is_empty() && post.photos == 0 => {
            Err(DraftError::new("a post needs a text or photos"))
        }
        Turn::Edit(Rewording { back: 0, .. }) | Turn::Delete(Place { back: 0 }) => {
            Err(DraftError::new("back counts from 1 on"))
        }
        Turn::TlMessage(message) => check_all(world, chat, vec![(**message).clone()]),
        Turn::Post(_) | Turn::Forward(_) | Turn::Edit(_) | Turn::Delete(_) => Ok(()),
    }
}

fn posts(world: &World, chat: &Chat, post: &Post, taking: Taking) {
    let text = varied(&post.text, taking.round);
    let blank = types::Message {
        grouped_id: album(chat, post, taking),
        ..unseen(chat)
    };
    let words = types::Message {
        entities: Some(formats::of_post(post, &text)),
        message: text,
        ..blank.clone()
    };
    let draft = |message: types::Message, photo: Option<NewMedia>| Draft {
        plain: NewMessage {
            date: Some(taking.at),
            media: photo,
            ..NewMessage::default()
        },
        ..Draft::with_body(None, Body::of_words(message))
    };
    let mut photos = (0..post.photos).map(|place| photo(chat, place, taking));
    say(world, chat, draft(words, photos.next()), taking);
    for photo in photos {
        say(world, chat, draft(blank.clone(), Some(photo)), taking);
    }
}

/// A message that no one has seen yet, which posts of channels say.
fn unseen(chat: &Chat) -> types::Message {
    let counted = chat.kind == ChatKind::Channel;
    types::Message {
        views: counted.then_some(1),
        forwards: counted.then_some(0),
        ..empty_message()
    }
}

/// What names the album that a post is.
fn album(chat: &Chat, post: &Post, taking: Taking) -> Option<i64> {
    let name = (seed(chat, taking.number) >> 1).cast_signed();
    (post.photos > 1).then_some(name.max(1))
}

fn photo(chat: &Chat, place: u8, taking: Taking) -> NewMedia {
    let seed = seed(chat, taking.number).wrapping_add(u64::from(place));
    NewMedia {
        kind: MediaKind::Photo,
        file_name: "photo.jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        content: Content::picture(800, 600, mixed(seed)),
        dc: 1,
    }
}

fn seed(chat: &Chat, number: u64) -> u64 {
    mixed(mixed(chat.id.cast_unsigned()).wrapping_add(number))
}

fn dated(message: &TlMessage, taking: Taking) -> TlMessage {
    let mut message = message.clone();
    vary(&mut message.message, taking.round);
    message.date.get_or_insert(taking.at);
    message
}

fn forwards(world: &World, chat: &Chat, source: &Source, taking: Taking) {
    let chats = world.chats();
    let found = match &source.channel {
        ChannelName::Id(id) => chats.get(*id),
        ChannelName::Username(name) => chats.by_username(name),
    };
    let found = found.filter(|it| it.kind == ChatKind::Channel && !it.settings().protected);
    let Some(source) = found else {
        return;
    };
    let forwarded = source.messages(|all| {
        let mut copies = all
            .newest_first()
            .filter_map(|post| copy(&source, &post, (chat, taking.at)));
        copies.next()
    });
    if let Some(draft) = forwarded {
        say(world, chat, draft, taking);
    }
}

/// A post as another channel has it; `None`: it is none, or is from elsewhere itself.
fn copy(source: &Chat, post: &Message, (target, at): (&Chat, i64)) -> Option<Draft> {
    let body = post.body.as_deref().cloned();
    let mut body = body.unwrap_or_else(|| Body::of_words(unseen(target)));
    let BodyKind::Message(message) = &mut body.kind else {
        return None;
    };
    let is_own = post.forward.is_none() && message.fwd_from.is_none();
    let says_something = !post.text.is_empty() || message.rich_message.is_some();
    if !is_own || !says_something || message.noforwards {
        return None;
    }
    message.message.clone_from(&post.text);
    message.entities = Some(post.entities.clone());
    message.grouped_id = None;
    message.edit_date = None;
    message.fwd_from = Some(header(source, post));
    let plain = NewMessage {
        date: Some(at),
        media: post.media.as_ref().map(|media| media.file.clone()),
        ..NewMessage::default()
    };
    Some(Draft {
        plain,
        ..Draft::with_body(None, body)
    })
}

fn header(source: &Chat, post: &Message) -> enums::MessageFwdHeader {
    let channel_id = source.id;
    enums::MessageFwdHeader::Header(types::MessageFwdHeader {
        imported: false,
        saved_out: false,
        from_id: Some(enums::Peer::Channel(types::PeerChannel { channel_id })),
        from_name: None,
        date: wire(post.date),
        channel_post: Some(post.id),
        post_author: None,
        saved_from_peer: None,
        saved_from_msg_id: None,
        saved_from_id: None,
        saved_from_name: None,
        saved_date: None,
        psa_type: None,
    })
}

fn latest(chat: &Chat, back: u16) -> Option<Message> {
    let skipped = usize::from(back).checked_sub(1)?;
    chat.messages(|all| all.newest_first().nth(skipped))
}

fn say(world: &World, chat: &Chat, draft: Draft, taking: Taking) {
    match taking.manner {
        Manner::Said => world.chats().say(chat, draft, taking.at),
        Manner::Found => world.chats().put(chat, draft, taking.at),
    };
}
