//! The order of someone's dialogs, and pages of it
//! (<https://core.telegram.org/api/offsets>).

use std::cmp::Reverse;
use std::sync::Arc;

use crate::world::{Chat, DialogList, World, wire};

/// Someone's dialogs in their order: pinned ones first, then the latest.
pub(super) struct Order {
    list: DialogList,
    /// The newest first.
    chats: Vec<(Place, Arc<Chat>)>,
}

/// Where a dialog stands: when its latest message was sent, the message's number,
/// and the chat.
type Place = (i32, i32, i64);

/// After which dialog a page begins.
#[derive(Debug)]
pub(super) struct Offset {
    pub(super) date: i32,
    pub(super) id: i32,
    pub(super) chat: Option<i64>,
}

/// A page of dialogs.
pub(super) struct Page {
    pub(super) chats: Vec<Arc<Chat>>,
    /// How many there are on all pages.
    pub(super) total: usize,
}

impl Offset {
    /// Whether the page is the first one.
    pub(super) fn is_none(&self) -> bool {
        self.chat.is_none() && self.date == 0 && self.id == 0
    }
}

impl Order {
    /// Those with messages in a range only, if there is one: channels are in the last.
    /// Channels that someone is kept out of are not among them.
    pub(super) fn of(world: &World, me: i64, range: Option<(i32, i32)>) -> Self {
        let chats = world.chats();
        let faults = world.faults().of_channels();
        let open = |chat: &Arc<Chat>| !chat.kind.is_channel() || !faults.keeps_out(chat.id, me);
        let in_range = |chat: &Arc<Chat>| {
            range.is_none_or(|(first, last)| {
                if chat.kind.is_channel() {
                    return last == i32::MAX;
                }
                chat.seen_by(me, |seen| !seen.within(first, last).is_empty())
            })
        };
        let mut all: Vec<_> = chats
            .of(me)
            .into_iter()
            .filter(open)
            .filter(in_range)
            .map(|chat| (place(&chat, me), chat))
            .collect();
        all.sort_unstable_by_key(|(place, _)| Reverse(*place));
        Self {
            list: chats.lists().of(me),
            chats: all,
        }
    }

    /// What is pinned in a folder, in the order of its owner.
    pub(super) fn pinned(&self, folder: i32) -> Vec<Arc<Chat>> {
        let pinned = self.list.pinned(folder).iter();
        let find = |id: &i64| self.chats.iter().find(|(_, chat)| chat.id == *id);
        pinned
            .filter_map(find)
            .map(|(_, chat)| Arc::clone(chat))
            .collect()
    }

    /// What is in a folder, pinned ones first.
    pub(super) fn in_folder(&self, folder: i32) -> Vec<Arc<Chat>> {
        let mut all = self.pinned(folder);
        let others = self.others(Some(folder));
        all.extend(others.map(|(_, chat)| Arc::clone(chat)));
        all
    }

    /// A page of a folder, or of both together.
    pub(super) fn page(
        &self,
        folder: Option<i32>,
        exclude_pinned: bool,
        offset: &Offset,
        limit: usize,
    ) -> Page {
        let pinned = if exclude_pinned {
            Vec::new()
        } else {
            folder.map_or_else(
                || [self.pinned(0), self.pinned(1)].concat(),
                |folder| self.pinned(folder),
            )
        };
        let total = pinned.len() + self.others(folder).count();
        let at_pin = |id| pinned.iter().position(|chat| chat.id == id);
        let mut chats: Vec<_> = match offset.chat.and_then(at_pin) {
            Some(at) => pinned[at + 1..].to_vec(),
            None if offset.is_none() => pinned,
            None => Vec::new(),
        };
        let on_pinned = offset.chat.is_some_and(|chat| self.list.is_pinned(chat));
        let after = if offset.is_none() || on_pinned {
            (i32::MAX, i32::MAX, i64::MAX)
        } else {
            self.after(offset)
        };
        chats.truncate(limit);
        let left = limit - chats.len();
        let older = self.others(folder).skip_while(|(place, _)| *place >= after);
        chats.extend(older.take(left).map(|(_, chat)| Arc::clone(chat)));
        Page { chats, total }
    }

    /// The place after which a page begins. Of a dialog without messages clients
    /// cannot know it: they name the message of another one.
    fn after(&self, offset: &Offset) -> Place {
        let named = self.chats.iter().find(|(_, it)| Some(it.id) == offset.chat);
        match named {
            Some((place, _)) if place.1 == 0 => *place,
            Some((_, chat)) => (offset.date, offset.id, chat.id),
            None => (offset.date, offset.id, i64::MIN),
        }
    }

    /// What is not pinned.
    fn others(&self, folder: Option<i32>) -> impl Iterator<Item = &(Place, Arc<Chat>)> {
        self.chats.iter().filter(move |(_, chat)| {
            let own = self.list.folder_of(chat.id);
            folder.is_none_or(|folder| folder == own) && !self.list.is_pinned(chat.id)
        })
    }
}

fn place(chat: &Chat, me: i64) -> Place {
    match chat.last_seen_by(me) {
        Some(last) => (wire(last.date), last.id, chat.id),
        None => (wire(chat.created_at), 0, chat.id),
    }
}
