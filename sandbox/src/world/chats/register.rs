//! The register of chats.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use super::chat::{Chat, ChatKind};
use super::dialog_list::DialogLists;
use super::made::{Made, MadeMessages, chat_of_file};
use super::mailbox::Mailbox;
use super::media::{MediaFile, NewFile};
use crate::world::entropy;
use crate::world::feed::{Event, Feed};
use crate::world::guarded::Guarded;

/// The first id of a chat.
const FIRST_CHAT: i64 = 1_000_000_001;

/// A chat that is to be made.
#[derive(Clone, Debug)]
pub struct NewChat {
    /// What kind of chat it is.
    pub kind: ChatKind,
    /// The title.
    pub title: String,
    /// The public name, without the `@`.
    pub username: Option<String>,
    /// Who is in it; the first one owns it.
    pub members: Vec<i64>,
}

/// Why a chat cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// The title is empty or longer than 128 characters.
    #[error("the title must have 1 to 128 characters")]
    Title,
    /// A private chat has exactly two members (of Saved Messages, the same one
    /// twice), others at least one.
    #[error("a private chat has two members, any other chat at least one")]
    Members,
    /// The two have a private chat already.
    #[error("these two have a private chat already")]
    Exists,
}

/// The register of chats and files.
#[derive(Debug)]
pub struct Chats {
    pub(super) index: Guarded<Index>,
    pub(super) mailboxes: Guarded<HashMap<i64, Mailbox>>,
    pub(super) files: Guarded<HashMap<i64, Arc<MediaFile>>>,
    lists: DialogLists,
    next_chat: AtomicI64,
    /// Numbers the messages of private chats and groups.
    next_message: AtomicI32,
    feed: Feed,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    by_id: HashMap<i64, Arc<Chat>>,
    by_member: HashMap<i64, BTreeSet<i64>>,
    by_username: HashMap<String, i64>,
    private: HashMap<(i64, i64), i64>,
}

impl Index {
    pub(super) fn has(&self, id: i64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Lists a chat by whatever it is found by.
    pub(super) fn add(&mut self, chat: &Arc<Chat>) {
        self.by_id.insert(chat.id, Arc::clone(chat));
        for member in chat.members() {
            self.by_member.entry(member).or_default().insert(chat.id);
        }
        if let Some(username) = &chat.username {
            self.by_username.insert(username.to_lowercase(), chat.id);
        }
    }
}

impl Default for Chats {
    fn default() -> Self {
        Self::new(Feed::default())
    }
}

impl Chats {
    pub(crate) fn new(feed: Feed) -> Self {
        Self {
            index: Guarded::default(),
            mailboxes: Guarded::default(),
            files: Guarded::default(),
            lists: DialogLists::default(),
            next_chat: AtomicI64::new(FIRST_CHAT),
            next_message: AtomicI32::new(1),
            feed,
        }
    }

    /// Makes a chat.
    pub fn create(&self, new: NewChat, now: i64) -> Result<Arc<Chat>, ChatError> {
        let private = new.kind == ChatKind::Private;
        let title_len = new.title.chars().count();
        if !private && !(1..=128).contains(&title_len) {
            return Err(ChatError::Title);
        }
        let members: BTreeSet<i64> = new.members.iter().copied().collect();
        // Whoever talks to themselves is named twice.
        if members.is_empty() || (private && (new.members.len() != 2)) {
            return Err(ChatError::Members);
        }
        let id = self.free_id();
        let chat = Arc::new(Chat::new(
            id,
            new.kind,
            (new.title, new.username),
            members.clone(),
            new.members.first().copied(),
            (entropy::id(), now),
        ));
        let mut index = self.index.write();
        if private {
            let (Some(&a), Some(&b)) = (members.first(), members.last()) else {
                return Err(ChatError::Members);
            };
            if index.private.contains_key(&(a, b)) {
                return Err(ChatError::Exists);
            }
            index.private.insert((a, b), id);
        }
        index.add(&chat);
        Ok(chat)
    }

    /// An id that no chat has: one that was there before a restart keeps its own.
    fn free_id(&self) -> i64 {
        loop {
            let id = self.next_chat.fetch_add(1, Ordering::Relaxed);
            if !self.index.read().by_id.contains_key(&id) {
                return id;
            }
        }
    }

    /// The chat with this id.
    pub fn get(&self, id: i64) -> Option<Arc<Chat>> {
        self.index.read().by_id.get(&id).cloned()
    }

    /// The chat with this public name.
    pub fn by_username(&self, username: &str) -> Option<Arc<Chat>> {
        let index = self.index.read();
        let id = index.by_username.get(&username.to_lowercase())?;
        index.by_id.get(id).cloned()
    }

    /// The private chat of two people.
    pub fn private(&self, a: i64, b: i64) -> Option<Arc<Chat>> {
        let index = self.index.read();
        let id = index.private.get(&(a.min(b), a.max(b)))?;
        index.by_id.get(id).cloned()
    }

    /// The private chat of two people, or someone's Saved Messages; made if there
    /// is none.
    pub fn private_of(&self, a: i64, b: i64, now: i64) -> Result<Arc<Chat>, ChatError> {
        if let Some(chat) = self.private(a, b) {
            return Ok(chat);
        }
        let new = NewChat {
            kind: ChatKind::Private,
            title: String::new(),
            username: None,
            members: vec![a, b],
        };
        match self.create(new, now) {
            // Someone else has made it meanwhile.
            Err(ChatError::Exists) => self.private(a, b).ok_or(ChatError::Exists),
            other => other,
        }
    }

    /// How everyone orders their dialogs.
    pub fn lists(&self) -> &DialogLists {
        &self.lists
    }

    /// The chats that a person is in.
    pub fn of(&self, person: i64) -> Vec<Arc<Chat>> {
        let index = self.index.read();
        let ids = index.by_member.get(&person).into_iter().flatten();
        ids.filter_map(|id| index.by_id.get(id).cloned()).collect()
    }

    /// All chats, by id.
    pub fn list(&self) -> Vec<Arc<Chat>> {
        let mut all: Vec<_> = self.index.read().by_id.values().cloned().collect();
        all.sort_by_key(|chat| chat.id);
        all
    }

    /// Someone joins a chat; `false`: they are in it.
    pub fn add_member(&self, chat: &Chat, person: i64) -> bool {
        let mut index = self.index.write();
        index.by_member.entry(person).or_default().insert(chat.id);
        chat.admit(person)
    }

    /// Someone leaves a chat, or is removed from it.
    pub fn remove_member(&self, chat: &Chat, person: i64) {
        chat.remove(person);
        let mut index = self.index.write();
        if let Some(theirs) = index.by_member.get_mut(&person) {
            theirs.remove(&chat.id);
        }
    }

    /// The references of all files that were handed out expire.
    pub fn expire_file_references(&self) {
        for file in self.files.read().values() {
            file.expire();
        }
        for chat in self.list() {
            chat.expire_made_files();
        }
    }

    /// A file.
    pub fn file(&self, id: i64) -> Option<Arc<MediaFile>> {
        let kept = self.files.read().get(&id).cloned();
        kept.or_else(|| {
            let chat = self.get(FIRST_CHAT + chat_of_file(id)?)?;
            chat.made_file(id)
        })
    }

    /// The number of the next message of private chats and groups.
    pub(super) fn take_message_id(&self) -> i32 {
        self.next_message.fetch_add(1, Ordering::Relaxed)
    }

    /// Fills a chat with very many messages that are not stored, as if they had been
    /// there; everyone has read them. `false`: there are such messages already, or a
    /// channel has others.
    pub fn make(&self, chat: &Chat, messages: MadeMessages) -> bool {
        let first = if chat.kind.is_channel() {
            1
        } else {
            self.next_message
                .fetch_add(messages.count, Ordering::Relaxed)
        };
        let authors = match chat.kind {
            ChatKind::Channel => Vec::new(),
            _ => chat.members(),
        };
        chat.make(Made::new(made_number(chat.id), first, authors, messages))
    }

    pub(super) fn publish(&self, event: Event) {
        self.feed.publish(event);
    }

    /// Keeps a file, to be named in messages.
    pub fn keep(&self, file: impl Into<NewFile>, now: i64) -> Arc<MediaFile> {
        let file = Arc::new(MediaFile::new(file.into(), now));
        self.files.write().insert(file.id, Arc::clone(&file));
        file
    }
}

/// What the ids of a chat's made files have of its id.
pub(super) fn made_number(chat: i64) -> i64 {
    chat - FIRST_CHAT
}
