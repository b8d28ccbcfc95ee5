//! Messages that are to be put into a chat, from their JSON.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use grammers_tl_types::{Deserializable as _, Serializable as _, enums};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::error::DraftError;
use super::files::{Making, Named};
use super::read::from_json;
use crate::world::{
    Body, Chat, ChatKind, Chats, Draft, MediaFile, Message, NewChat, User, UserKind, World, mixed,
};

/// The public name of the channel that examples name as their source.
const SOURCE: &str = "examples_source";
/// The bot that examples name, if there is none other.
const EXAMPLE_BOT: i64 = 7_999_999_999;

/// A message as JSON of the schema. What depends on the chat (`id`, `peer_id`, `out`,
/// `from_id`, `date`) may be left out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlMessage {
    /// How later messages name its number: `"$message:NAME"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Who says it, a number or `"$me"` (the chat's first member), `"$other"` (its
    /// second), `"$bot"`; the first if absent.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<Value>,
    /// When it was sent, in seconds since 1970; now if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<i64>,
    /// Of a rich message, how many of its blocks come with it; the whole is fetched
    /// with `messages.getRichMessage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shown_blocks: Option<usize>,
    /// The message: `{"_": "message", "message": "Hi"}` or `{"_": "messageService",
    /// "action": {"_": "messageActionPinMessage"}}`.
    #[schema(value_type = Object)]
    pub(crate) message: Value,
}

/// How messages get into a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// They are said now, and the clients hear it.
    Said,
    /// They were there before.
    Found,
}

/// Puts messages into a chat, one after the other; their numbers, by name where they
/// have one. All are read before the first is put.
pub(crate) fn put_all(
    world: &World,
    chat: &Chat,
    mut messages: Vec<TlMessage>,
    manner: Manner,
) -> Result<Vec<(Option<String>, i32)>, DraftError> {
    let now = world.clock().now();
    let chats = world.chats();
    let mut reader = Reader::new(world, chat);
    reader.make_files(&mut messages)?;
    reader.clone().try_all(&messages)?;
    let mut put = Vec::new();
    for (at, message) in messages.into_iter().enumerate() {
        let name = message.name.clone();
        let draft = reader.draft(message).map_err(|error| error.within(at))?;
        let said = say(chats, chat, draft, manner, now);
        reader.note(name.as_deref(), said.id);
        put.push((name, said.id));
    }
    Ok(put)
}

/// Whether messages can be put into a chat. Files that they bring are made for that.
pub(crate) fn check_all(
    world: &World,
    chat: &Chat,
    mut messages: Vec<TlMessage>,
) -> Result<(), DraftError> {
    let mut reader = Reader::new(world, chat);
    reader.make_files(&mut messages)?;
    reader.try_all(&messages)
}

fn say(chats: &Chats, chat: &Chat, draft: Draft, manner: Manner, now: i64) -> Message {
    match manner {
        Manner::Said => chats.say(chat, draft, now),
        Manner::Found => chats.put(chat, draft, now),
    }
}

fn place(at: usize, message: &TlMessage) -> String {
    match &message.name {
        Some(name) => format!("messages[{at}] ({name})"),
        None => format!("messages[{at}]"),
    }
}

/// Reads messages for one chat.
#[derive(Clone)]
struct Reader<'w> {
    world: &'w World,
    /// What names stand for: people, files, messages.
    names: HashMap<String, i64>,
    files: BTreeMap<i64, Arc<MediaFile>>,
    /// What the ids of made-up files follow from.
    salt: u64,
}

impl<'w> Reader<'w> {
    fn new(world: &'w World, chat: &Chat) -> Self {
        let members = chat.members();
        let me = chat.owner.or(members.first().copied()).unwrap_or(0);
        let other = members.iter().find(|member| **member != me).copied();
        let names = [
            ("$me", me),
            ("$other", other.unwrap_or(me)),
            ("$chat", chat.id),
        ];
        let names = names.map(|(name, id)| (name.to_owned(), id));
        Self {
            world,
            names: names.into(),
            files: BTreeMap::new(),
            salt: mixed(chat.id.cast_unsigned()),
        }
    }

    fn make_files(&mut self, messages: &mut [TlMessage]) -> Result<(), DraftError> {
        for (at, message) in messages.iter_mut().enumerate() {
            let making = Making {
                world: self.world,
                date: message.date.unwrap_or_else(|| self.world.clock().now()),
                salt: self.salt,
            };
            let mut made: Vec<Named> = Vec::new();
            let replaced = making.replace(&mut message.message, &mut made);
            replaced.map_err(|error| error.within(place(at, message)))?;
            for (name, file) in made {
                if let Some(name) = name {
                    self.names.insert(format!("$file:{name}"), file.id);
                }
                self.files.insert(file.id, file);
            }
        }
        Ok(())
    }

    /// Reads all of them with made-up numbers: what is wrong is told before anything is
    /// put.
    fn try_all(mut self, messages: &[TlMessage]) -> Result<(), DraftError> {
        for (at, message) in messages.iter().enumerate() {
            let draft = self.draft(message.clone());
            draft.map_err(|error| error.within(place(at, message)))?;
            self.note(message.name.as_deref(), i32::MAX);
        }
        Ok(())
    }

    fn note(&mut self, name: Option<&str>, message: i32) {
        if let Some(name) = name {
            let name = format!("$message:{name}");
            self.names.insert(name, i64::from(message));
        }
    }

    fn draft(&self, mut written: TlMessage) -> Result<Draft, DraftError> {
        let mut from = written.from.unwrap_or(Value::Null);
        self.resolve(&mut from)?;
        self.resolve(&mut written.message)?;
        fill_in(&mut written.message)?;
        let message: enums::Message =
            from_json(&written.message).map_err(|error| DraftError::new(error.to_string()))?;
        check_flags(&message)?;
        let named = serde_json::to_string(&written.message).unwrap_or_default();
        let files = self.files.values();
        let files = files.filter(|file| named.contains(&file.id.to_string()));
        let body = Body::new(message, files.cloned().collect());
        let mut body = body.ok_or_else(|| DraftError::new("a message cannot be empty"))?;
        body.shown_blocks = written.shown_blocks;
        let from = match from {
            Value::Null => self.names.get("$me").copied(),
            from => {
                let id = from.as_i64().filter(|id| self.world.user(*id).is_some());
                Some(id.ok_or_else(|| DraftError::new("from: there is no such user"))?)
            }
        };
        let mut draft = Draft::with_body(from, body);
        draft.plain.date = written.date;
        Ok(draft)
    }

    /// Who is there once something names them.
    fn made(&self, name: &str) -> Option<i64> {
        match name {
            "$bot" => Some(bot(self.world)),
            "$channel" => {
                let owner = self.names.get("$me").copied();
                Some(source(self.world, owner.unwrap_or_default()))
            }
            _ => None,
        }
    }

    /// Puts what names stand for in their place.
    fn resolve(&self, value: &mut Value) -> Result<(), DraftError> {
        match value {
            Value::String(text) if is_name(text) => {
                let known = self.names.get(text.as_str()).copied();
                let id = known.or_else(|| self.made(text));
                let id = id.ok_or_else(|| DraftError::new(format!("{text} is not known")))?;
                *value = json!(id);
            }
            Value::Array(items) => {
                for item in items {
                    self.resolve(item)?;
                }
            }
            Value::Object(object) => {
                for value in object.values_mut() {
                    self.resolve(value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether a text stands for a number.
fn is_name(text: &str) -> bool {
    let known = ["$me", "$other", "$bot", "$channel", "$chat"];
    known.contains(&text) || text.starts_with("$file:") || text.starts_with("$message:")
}

/// Fills in what depends on the chat: it is replaced when the message is shown.
fn fill_in(message: &mut Value) -> Result<(), DraftError> {
    let object = message.as_object_mut();
    let object = object.ok_or_else(|| DraftError::new("message: an object is expected"))?;
    let mut fill = |key: &str, value: Value| {
        object.entry(key.to_owned()).or_insert(value);
    };
    fill("_", json!("message"));
    fill("id", json!(0));
    fill("date", json!(0));
    fill("peer_id", json!({"_": "peerUser", "user_id": 0}));
    if object.get("_") == Some(&json!("message")) {
        object.entry("message".to_owned()).or_insert(json!(""));
    }
    Ok(())
}

/// Fields that the schema has under one flag are there together or not at all: with
/// only some of them no client could read the message.
fn check_flags(message: &enums::Message) -> Result<(), DraftError> {
    let again = enums::Message::from_bytes(&message.to_bytes());
    if again.as_ref() == Ok(message) {
        return Ok(());
    }
    Err(DraftError::new(
        "some fields are missing beside others that have the same flag in the schema",
    ))
}

/// A bot that examples can name.
fn bot(world: &World) -> i64 {
    world.users().first_bot().unwrap_or_else(|| {
        let bot = User {
            username: Some("example_bot".to_owned()),
            ..User::named(EXAMPLE_BOT, UserKind::Bot, "Example Bot")
        };
        world.users().put(bot);
        EXAMPLE_BOT
    })
}

/// The channel that examples name as their source.
fn source(world: &World, owner: i64) -> i64 {
    let chats = world.chats();
    if let Some(channel) = chats.by_username(SOURCE) {
        return channel.id;
    }
    let new = NewChat {
        kind: ChatKind::Channel,
        title: "Source of examples".to_owned(),
        username: Some(SOURCE.to_owned()),
        members: vec![owner],
    };
    let made = chats.create(new, world.clock().now());
    made.map_or(0, |channel| channel.id)
}
