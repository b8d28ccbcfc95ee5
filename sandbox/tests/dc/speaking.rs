//! Saying, forwarding, editing, deleting and finding messages.

use std::sync::Arc;

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{Chat, ChatKind, Person};

use crate::dialogs::{chat, say};
use crate::harness::{Sandbox, TestClient, error, message};

struct Talk {
    sandbox: Sandbox,
    ann: Person,
    ben: Person,
    client: TestClient,
}

impl Talk {
    async fn new() -> Self {
        let sandbox = Sandbox::start().await;
        let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
        let client = sandbox.logged_in(&ann).await;
        Self {
            sandbox,
            ann,
            ben,
            client,
        }
    }

    fn group(&self) -> (Arc<Chat>, enums::InputPeer) {
        let group = chat(&self.sandbox, ChatKind::Group, &[&self.ben, &self.ann]);
        let chat_id = group.id;
        (
            group,
            enums::InputPeer::Chat(types::InputPeerChat { chat_id }),
        )
    }

    async fn send(&self, request: functions::messages::SendMessage) -> types::Message {
        new_message(self.client.call(&request).await.unwrap())
    }
}

fn new_message(updates: enums::Updates) -> types::Message {
    let enums::Updates::Updates(updates) = updates else {
        panic!("{updates:?}");
    };
    let new = updates.updates.into_iter().find_map(|update| match update {
        enums::Update::NewMessage(new) => Some(new.message),
        enums::Update::NewChannelMessage(new) => Some(new.message),
        enums::Update::EditMessage(new) => Some(new.message),
        _ => None,
    });
    match new {
        Some(enums::Message::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn bold(offset: i32, length: i32) -> enums::MessageEntity {
    enums::MessageEntity::Bold(types::MessageEntityBold { offset, length })
}

fn reply(reply_to_msg_id: i32, quote: Option<&str>) -> enums::InputReplyTo {
    enums::InputReplyTo::Message(types::InputReplyToMessage {
        reply_to_msg_id,
        top_msg_id: None,
        reply_to_peer_id: None,
        quote_text: quote.map(str::to_owned),
        quote_entities: None,
        quote_offset: quote.map(|_| 3),
        monoforum_peer_id: None,
        todo_item_id: None,
        poll_option: None,
    })
}

#[tokio::test]
async fn what_is_sent_keeps_its_formats_and_what_it_answers() {
    let talk = Talk::new().await;
    let (group, peer) = talk.group();
    let said = say(&talk.sandbox, &group, "is it late?");
    let mut new = message(peer.clone(), "yes, very 🚢 late");
    new.entities = Some(vec![bold(13, 4), bold(0, 3)]);
    new.reply_to = Some(reply(said, Some("it late")));
    let sent = talk.send(new).await;
    assert_eq!(sent.entities, Some(vec![bold(0, 3), bold(13, 4)]));
    let Some(enums::MessageReplyHeader::Header(header)) = &sent.reply_to else {
        panic!("{:?}", sent.reply_to);
    };
    assert_eq!(header.reply_to_msg_id, Some(said));
    assert_eq!(header.quote_text.as_deref(), Some("it late"));
    let asked = functions::messages::GetMessages {
        id: vec![enums::InputMessage::Id(types::InputMessageId {
            id: sent.id,
        })],
    };
    let enums::messages::Messages::Messages(kept) = talk.client.call(&asked).await.unwrap() else {
        panic!("not all messages");
    };
    let [enums::Message::Message(kept)] = kept.messages.as_slice() else {
        panic!("{:?}", kept.messages);
    };
    assert_eq!(
        (&kept.entities, &kept.reply_to),
        (&sent.entities, &sent.reply_to)
    );

    let mut beyond = message(peer.clone(), "short");
    beyond.entities = Some(vec![bold(3, 9)]);
    let beyond = error(talk.client.call(&beyond).await);
    assert_eq!(beyond, (400, "ENTITY_BOUNDS_INVALID".to_owned()));
    let mut nowhere = message(peer.clone(), "to no one");
    nowhere.reply_to = Some(reply(999_999, None));
    let nowhere = error(talk.client.call(&nowhere).await);
    assert_eq!(nowhere, (400, "REPLY_MESSAGE_ID_INVALID".to_owned()));
    let mut misquoted = message(peer.clone(), "what?");
    misquoted.reply_to = Some(reply(said, Some("early")));
    let misquoted = error(talk.client.call(&misquoted).await);
    assert_eq!(misquoted, (400, "QUOTE_TEXT_INVALID".to_owned()));
    let mut later = message(peer, "tomorrow");
    later.schedule_date = Some(2_000_000_000);
    let later = error(talk.client.call(&later).await);
    assert_eq!(later, (400, "SCHEDULE_DATE_INVALID".to_owned()));
}

fn edit(peer: enums::InputPeer, id: i32, words: &str) -> functions::messages::EditMessage {
    functions::messages::EditMessage {
        no_webpage: false,
        invert_media: false,
        peer,
        id,
        message: Some(words.to_owned()),
        media: None,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        quick_reply_shortcut_id: None,
        rich_message: None,
    }
}

#[tokio::test]
async fn edits_and_deletions_in_groups_are_heard_and_caught_up_with() {
    let talk = Talk::new().await;
    let (group, peer) = talk.group();
    let other = talk.sandbox.logged_in(&talk.ben).await;
    let of_ben = say(&talk.sandbox, &group, "mine");
    let sent = talk.send(message(peer.clone(), "one")).await;
    let enums::updates::State::State(state) =
        other.call(&functions::updates::GetState {}).await.unwrap();
    let edited = edit(peer.clone(), sent.id, "two");
    let edited = new_message(talk.client.call(&edited).await.unwrap());
    assert_eq!(
        (edited.message.as_str(), edited.edit_date.is_some()),
        ("two", true)
    );
    let heard = other
        .update(|update| matches!(update, enums::Update::EditMessage(_)))
        .await;
    let enums::Update::EditMessage(heard) = heard else {
        panic!("{heard:?}");
    };
    assert_eq!((heard.message.id(), heard.pts), (sent.id, state.pts + 1));
    let same = error(talk.client.call(&edit(peer.clone(), sent.id, "two")).await);
    assert_eq!(same, (400, "MESSAGE_NOT_MODIFIED".to_owned()));
    let others = error(talk.client.call(&edit(peer.clone(), of_ben, "ours")).await);
    assert_eq!(others, (403, "MESSAGE_AUTHOR_REQUIRED".to_owned()));
    talk.sandbox
        .world
        .clock()
        .advance(std::time::Duration::from_secs(49 * 3600));
    let late = error(talk.client.call(&edit(peer, sent.id, "three")).await);
    assert_eq!(late, (400, "MESSAGE_EDIT_TIME_EXPIRED".to_owned()));

    let delete = |id, revoke| functions::messages::DeleteMessages { revoke, id };
    let forbidden = error(talk.client.call(&delete(vec![of_ben], true)).await);
    assert_eq!(forbidden, (403, "MESSAGE_DELETE_FORBIDDEN".to_owned()));
    // For oneself only, and for everyone.
    talk.client
        .call(&delete(vec![of_ben], false))
        .await
        .unwrap();
    talk.client
        .call(&delete(vec![sent.id], true))
        .await
        .unwrap();
    let gone = other
        .update(|update| matches!(update, enums::Update::DeleteMessages(_)))
        .await;
    let enums::Update::DeleteMessages(gone) = gone else {
        panic!("{gone:?}");
    };
    assert_eq!((gone.messages, gone.pts), (vec![sent.id], state.pts + 2));
    let ids = |messages: Vec<sesame_sandbox::world::Message>| -> Vec<i32> {
        messages.iter().map(|it| it.id).collect()
    };
    let seen_by = |person: &Person| ids(group.seen_by(person.id, |it| it.newest_first().collect()));
    assert_eq!(seen_by(&talk.ben), [of_ben]);
    assert!(seen_by(&talk.ann).is_empty());

    let missed = functions::updates::GetDifference {
        pts: state.pts,
        pts_limit: None,
        pts_total_limit: None,
        date: state.date,
        qts: 0,
        qts_limit: None,
    };
    let missed = other.call(&missed).await.unwrap();
    let enums::updates::Difference::Difference(missed) = missed else {
        panic!("{missed:?}");
    };
    // Edited and deleted since: only that it is gone is left to say.
    assert!(matches!(
        missed.other_updates.as_slice(),
        [enums::Update::DeleteMessages(_)]
    ));
    let enums::updates::State::State(reached) = missed.state;
    assert_eq!(reached.pts, state.pts + 2);
}

fn forward(
    from_peer: enums::InputPeer,
    id: Vec<i32>,
    to_peer: enums::InputPeer,
) -> functions::messages::ForwardMessages {
    functions::messages::ForwardMessages {
        silent: false,
        background: false,
        with_my_score: false,
        drop_author: false,
        drop_media_captions: false,
        noforwards: false,
        allow_paid_floodskip: false,
        from_ephemeral: false,
        from_peer,
        random_id: id.iter().map(|it| i64::from(*it)).collect(),
        id,
        to_peer,
        top_msg_id: None,
        reply_to: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        video_timestamp: None,
        allow_paid_stars: None,
        suggested_post: None,
    }
}

#[tokio::test]
async fn forwards_name_their_source_and_protected_chats_have_none() {
    let talk = Talk::new().await;
    let (_, group) = talk.group();
    let channel = chat(&talk.sandbox, ChatKind::Channel, &[&talk.ben, &talk.ann]);
    let post = say(&talk.sandbox, &channel, "extra!");
    let source = enums::InputPeer::Channel(types::InputPeerChannel {
        channel_id: channel.id,
        access_hash: channel.access_hash,
    });
    let forwarded = forward(source.clone(), vec![post], group.clone());
    let forwarded = new_message(talk.client.call(&forwarded).await.unwrap());
    let Some(enums::MessageFwdHeader::Header(header)) = forwarded.fwd_from else {
        panic!("{:?}", forwarded.fwd_from);
    };
    assert_eq!(
        (forwarded.message.as_str(), header.channel_post),
        ("extra!", Some(post))
    );
    // Onwards, the first source stays; in Saved Messages it is told from where.
    let saved = forward(group, vec![forwarded.id], enums::InputPeer::PeerSelf);
    let saved = new_message(talk.client.call(&saved).await.unwrap());
    let Some(enums::MessageFwdHeader::Header(header)) = saved.fwd_from else {
        panic!("{:?}", saved.fwd_from);
    };
    assert_eq!(header.channel_post, Some(post));
    assert_eq!(header.saved_from_msg_id, Some(forwarded.id));
    assert!(matches!(saved.saved_peer_id, Some(enums::Peer::Chat(_))));
    channel.set(|settings| settings.protected = true);
    let refused = forward(source, vec![post], enums::InputPeer::PeerSelf);
    let refused = error(talk.client.call(&refused).await);
    assert_eq!(refused, (400, "CHAT_FORWARDS_RESTRICTED".to_owned()));
}

#[tokio::test]
async fn messages_are_found_and_counted_in_saved_messages_too() {
    let talk = Talk::new().await;
    let me = || enums::InputPeer::PeerSelf;
    for words in ["the blue rope", "Blue paint", "a red flag"] {
        talk.send(message(me(), words)).await;
    }
    let mut linked = message(me(), "see the page");
    linked.entities = Some(vec![enums::MessageEntity::TextUrl(
        types::MessageEntityTextUrl {
            offset: 0,
            length: 3,
            url: "https://example.org".to_owned(),
        },
    )]);
    talk.send(linked).await;
    let search = |q: &str, filter, limit| functions::messages::Search {
        peer: me(),
        q: q.to_owned(),
        from_id: None,
        saved_peer_id: None,
        saved_reaction: None,
        top_msg_id: None,
        filter,
        min_date: 0,
        max_date: 0,
        offset_id: 0,
        add_offset: 0,
        limit,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let empty = || enums::MessagesFilter::InputMessagesFilterEmpty;
    let found = talk.client.call(&search("blue", empty(), 1)).await.unwrap();
    let enums::messages::Messages::Slice(found) = found else {
        panic!("{found:?}");
    };
    assert_eq!((found.count, found.messages.len()), (2, 1));
    let counters = functions::messages::GetSearchCounters {
        peer: me(),
        saved_peer_id: None,
        top_msg_id: None,
        filters: vec![
            enums::MessagesFilter::InputMessagesFilterUrl,
            empty(),
            enums::MessagesFilter::InputMessagesFilterPhotos,
        ],
    };
    let counters = talk.client.call(&counters).await.unwrap();
    let counts: Vec<_> = counters
        .iter()
        .map(|enums::messages::SearchCounter::Counter(it)| it.count)
        .collect();
    assert_eq!(counts, [1, 4, 0]);
}
