//! A chat that survives a restart, with all that was said there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grammers_tl_types::{Deserializable, Serializable, enums};
use serde::{Deserialize, Serialize};

use super::body::{Body, BodyKind};
use super::change::{Log, Numbered};
use super::chat::{Chat, ChatKind, ChatSettings};
use super::content::Content;
use super::history::History;
use super::made::{Made, MadeMessages};
use super::media::{MediaFile, MediaKind, NewFile, NewMedia, Thumbnail};
use super::message::Message;
use super::register::{Chats, made_number};
use super::text::ForwardedFrom;

/// A chat as it is written to a file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptChat {
    id: i64,
    kind: ChatKind,
    title: String,
    username: Option<String>,
    access_hash: i64,
    created_at: i64,
    owner: Option<i64>,
    members: BTreeSet<i64>,
    settings: ChatSettings,
    pts: i32,
    read_up_to: BTreeMap<i64, i32>,
    forgotten: i32,
    changes: Vec<Numbered>,
    last_id: i32,
    made: Option<MadeMessages>,
    gone: BTreeSet<i32>,
    messages: Vec<KeptMessage>,
}

/// A message as it is written to a file.
#[derive(Debug, Serialize, Deserialize)]
struct KeptMessage {
    id: i32,
    from: Option<i64>,
    date: i64,
    text: String,
    /// Values of the schema are kept in its own form.
    entities: Vec<String>,
    forward: Option<ForwardedFrom>,
    album: Option<i64>,
    edited: Option<i64>,
    pts: i32,
    media: Option<KeptFile>,
    body: Option<KeptBody>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptBody {
    message: String,
    files: Vec<KeptFile>,
    shown_blocks: Option<usize>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptFile {
    id: i64,
    access_hash: i64,
    date: i64,
    kind: MediaKind,
    file_name: String,
    mime_type: String,
    dc: i32,
    content: Content,
    thumbnails: Vec<(String, i32, i32, Content)>,
    cdn: bool,
}

impl KeptChat {
    /// What names the chat.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// The chat that was kept, without what is made, and its files.
    fn open(self) -> (Chat, Vec<Arc<MediaFile>>) {
        let mut files = Vec::new();
        let messages = self.messages.into_iter();
        let messages = messages.map(|message| message.open(&mut files)).collect();
        let names = (self.title, self.username);
        let seat = (self.access_hash, self.created_at);
        let chat = Chat::new(self.id, self.kind, names, self.members, self.owner, seat);
        let mut state = chat.state.write();
        state.history = History::kept(messages, self.last_id, self.gone);
        state.log = Log::kept(self.changes, self.forgotten);
        state.pts = self.pts;
        state.read_up_to = self.read_up_to.into_iter().collect();
        state.settings = self.settings;
        drop(state);
        (chat, files)
    }
}

impl Chat {
    /// The chat with all that was said there, to be written to a file. What someone
    /// deleted for themselves only is in no channel, and not kept.
    pub(crate) fn kept(&self) -> KeptChat {
        let state = self.state.read();
        let (changes, forgotten) = state.log.parts();
        let read_up_to = state.read_up_to.iter();
        KeptChat {
            id: self.id,
            kind: self.kind,
            title: self.title.clone(),
            username: self.username.clone(),
            access_hash: self.access_hash,
            created_at: self.created_at,
            owner: self.owner,
            members: state.members.clone(),
            settings: state.settings.clone(),
            pts: state.pts,
            read_up_to: read_up_to.map(|(person, id)| (*person, *id)).collect(),
            forgotten,
            changes,
            last_id: state.history.last_id(),
            made: state.history.made().map(Made::spec),
            gone: state.history.gone().clone(),
            messages: state.history.said().map(KeptMessage::of).collect(),
        }
    }
}

impl Chats {
    /// Puts a channel or supergroup back that was there before a restart. `None`: there
    /// is one with its id, or it is another kind of chat.
    pub(crate) fn restore(&self, kept: KeptChat) -> Option<Arc<Chat>> {
        let mut index = self.index.write();
        if index.has(kept.id) || !kept.kind.is_channel() {
            return None;
        }
        let made = kept.made;
        let (chat, files) = kept.open();
        let chat = Arc::new(chat);
        if let Some(spec) = made {
            let authors = match chat.kind {
                ChatKind::Channel => Vec::new(),
                _ => chat.members(),
            };
            let made = Made::new(made_number(chat.id), 1, authors, spec);
            chat.state.write().history.make(made);
        }
        let mut all = self.files.write();
        for file in files {
            all.insert(file.id, file);
        }
        index.add(&chat);
        Some(chat)
    }
}

impl KeptMessage {
    fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            from: message.from,
            date: message.date,
            text: message.text.clone(),
            entities: message.entities.iter().map(written).collect(),
            forward: message.forward.clone(),
            album: message.album,
            edited: message.edited,
            pts: message.pts,
            media: message.media.as_deref().map(KeptFile::of),
            body: message.body.as_deref().map(KeptBody::of),
        }
    }

    /// What another layer of the schema wrote is left out: the words stay.
    fn open(self, files: &mut Vec<Arc<MediaFile>>) -> Message {
        let mut opened = |file: KeptFile| {
            let file = Arc::new(file.open());
            files.push(Arc::clone(&file));
            file
        };
        Message {
            id: self.id,
            from: self.from,
            date: self.date,
            text: self.text,
            entities: self.entities.iter().filter_map(|it| read(it)).collect(),
            media: self.media.map(&mut opened),
            forward: self.forward,
            album: self.album,
            edited: self.edited,
            pts: self.pts,
            body: self.body.and_then(|body| {
                let files = body.files.into_iter().map(&mut opened).collect();
                let mut opened = Body::new(read(&body.message)?, files)?;
                opened.shown_blocks = body.shown_blocks;
                Some(Arc::new(opened))
            }),
        }
    }
}

impl KeptBody {
    fn of(body: &Body) -> Self {
        let message = match &body.kind {
            BodyKind::Message(message) => enums::Message::Message((**message).clone()),
            BodyKind::Service(service) => enums::Message::Service((**service).clone()),
        };
        Self {
            message: written(&message),
            files: body.files.iter().map(|file| KeptFile::of(file)).collect(),
            shown_blocks: body.shown_blocks,
        }
    }
}

impl KeptFile {
    fn of(file: &MediaFile) -> Self {
        let thumbnails = file.thumbnails.iter();
        let thumbnails =
            thumbnails.map(|it| (it.kind.clone(), it.width, it.height, it.content.clone()));
        Self {
            id: file.id,
            access_hash: file.access_hash,
            date: file.date,
            kind: file.file.kind,
            file_name: file.file.file_name.clone(),
            mime_type: file.file.mime_type.clone(),
            dc: file.file.dc,
            content: file.file.content.clone(),
            thumbnails: thumbnails.collect(),
            cdn: file.cdn,
        }
    }

    /// The references that were handed out have expired.
    fn open(self) -> MediaFile {
        let thumbnails = self.thumbnails.into_iter();
        let thumbnails = thumbnails.map(|(kind, width, height, content)| Thumbnail {
            kind,
            width,
            height,
            content,
        });
        let new = NewFile {
            id: Some(self.id),
            media: NewMedia {
                kind: self.kind,
                file_name: self.file_name,
                mime_type: self.mime_type,
                content: self.content,
                dc: self.dc,
            },
            thumbnails: thumbnails.collect(),
            cdn: self.cdn,
        };
        MediaFile::kept(new, self.access_hash, self.date)
    }
}

fn written(value: &impl Serializable) -> String {
    STANDARD.encode(value.to_bytes())
}

fn read<T: Deserializable>(text: &str) -> Option<T> {
    T::from_bytes(&STANDARD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types;

    use super::*;
    use crate::world::{Chats, Draft, Edit, NewChat, NewMessage, empty_message};

    fn everything() -> (Chats, Arc<Chat>) {
        let chats = Chats::default();
        let new = NewChat {
            kind: ChatKind::Channel,
            title: "News".to_owned(),
            username: Some("news".to_owned()),
            members: vec![5, 6],
        };
        let chat = chats.create(new, 100).unwrap();
        let photo = NewMedia {
            kind: MediaKind::Photo,
            file_name: "photo.jpg".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            content: Content::picture(80, 60, 3),
            dc: 2,
        };
        let plain = NewMessage {
            text: "one".to_owned(),
            media: Some(photo),
            album: Some(9),
            forward: Some(ForwardedFrom {
                channel: 7,
                post: 8,
                date: 9,
            }),
            ..NewMessage::default()
        };
        chats.say(&chat, plain, 101);
        let rich = types::Message {
            rich_message: Some(enums::RichMessage::Message(types::RichMessage {
                rtl: false,
                part: false,
                blocks: vec![enums::PageBlock::Divider; 3],
                photos: Vec::new(),
                documents: Vec::new(),
            })),
            ..empty_message()
        };
        let body = Body {
            shown_blocks: Some(1),
            ..Body::of_words(rich)
        };
        chats.say(&chat, Draft::with_body(None, body), 102);
        for text in ["three", "four"] {
            let new = NewMessage {
                text: text.to_owned(),
                ..NewMessage::default()
            };
            chats.say(&chat, new, 103);
        }
        let bold = types::MessageEntityBold {
            offset: 0,
            length: 5,
        };
        let edit = Edit {
            text: Some(("drei!".to_owned(), vec![bold.into()])),
            body: None,
        };
        chats.edit(&chat, 3, edit, 104).unwrap();
        chats.delete(&chat, &[4]);
        chat.mark_read(6, 2);
        (chats, chat)
    }

    fn shown(chat: &Chat) -> Vec<enums::Message> {
        let all = chat.messages(|all| all.oldest_first().collect::<Vec<_>>());
        let shown = all
            .iter()
            .map(|message| crate::dc::shown_message(chat, message, 5, 230));
        shown.collect()
    }

    /// Without references of files, which are new.
    fn text_of(shown: &[enums::Message]) -> String {
        let mut value = serde_json::to_value(shown).unwrap();
        blank(&mut value);
        value.to_string()
    }

    fn blank(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(object) => {
                object.remove("file_reference");
                object.values_mut().for_each(blank);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(blank),
            _ => {}
        }
    }

    #[test]
    fn a_chat_comes_back_with_all_that_was_said_and_goes_on_where_it_was() {
        let (_chats, chat) = everything();
        let json = serde_json::to_string(&chat.kept()).unwrap();
        let again = Chats::default();
        let first = NewChat {
            kind: ChatKind::Group,
            title: "Another".to_owned(),
            username: None,
            members: vec![5],
        };
        let back = again.restore(serde_json::from_str(&json).unwrap()).unwrap();
        assert_eq!((back.id, back.access_hash), (chat.id, chat.access_hash));
        assert_eq!((&back.title, &back.username), (&chat.title, &chat.username));
        assert_eq!((back.owner, back.members()), (chat.owner, chat.members()));
        assert_eq!((back.pts(), back.created_at), (chat.pts(), 100));
        assert_eq!(back.since(1), chat.since(1));
        assert_eq!((back.read_up_to(6), back.unread(6)), (2, chat.unread(6)));
        assert_eq!(text_of(&shown(&back)), text_of(&shown(&chat)));
        assert_eq!(back.message(2).unwrap().body.unwrap().shown_blocks, Some(1));
        assert_eq!(again.by_username("NEWS").unwrap().id, chat.id);
        assert_eq!(again.of(6).len(), 1);
        let file = back.message(1).unwrap().media.unwrap();
        let found = again.file(file.id).unwrap();
        let before = chat.message(1).unwrap().media.unwrap();
        assert_eq!(found.file.content, before.file.content);
        assert_eq!(found.access_hash, before.access_hash);
        // The number of what was deleted is not given again, nor the chat's.
        let next = NewMessage::default();
        assert_eq!(again.say(&back, next, 105).id, 5);
        assert_ne!(again.create(first, 106).unwrap().id, chat.id);
        let twice = again.restore(serde_json::from_str(&json).unwrap());
        assert!(twice.is_none());
    }
}
