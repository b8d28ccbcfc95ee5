//! How each person orders their dialogs: what is pinned, archived, marked as
//! unread.

use std::collections::{BTreeSet, HashMap};

use crate::world::guarded::Guarded;

/// The folder that archived dialogs are in.
pub const ARCHIVE: i32 = 1;

/// The most dialogs that can be pinned in the main list.
///
/// Source: `pinned_dialogs_count_max` and `dialogs_folder_pinned_limit_default`
/// of help.getConfig and help.getAppConfig.
const MOST_PINNED: usize = 5;
/// The same for the archive.
const MOST_PINNED_IN_ARCHIVE: usize = 100;

/// How a person orders their dialogs.
#[derive(Clone, Debug, Default)]
pub struct DialogList {
    pinned: Vec<i64>,
    pinned_in_archive: Vec<i64>,
    archived: BTreeSet<i64>,
    marked_unread: BTreeSet<i64>,
}

impl DialogList {
    /// The pinned chats of a folder, the first one on top.
    pub fn pinned(&self, folder: i32) -> &[i64] {
        if folder == ARCHIVE {
            &self.pinned_in_archive
        } else {
            &self.pinned
        }
    }

    /// Whether a chat is pinned in the folder that it is in.
    pub fn is_pinned(&self, chat: i64) -> bool {
        self.pinned(self.folder_of(chat)).contains(&chat)
    }

    /// The folder that a chat is in: 0, or the archive.
    pub fn folder_of(&self, chat: i64) -> i32 {
        if self.archived.contains(&chat) {
            ARCHIVE
        } else {
            0
        }
    }

    /// Whether a chat was marked as unread by hand.
    pub fn is_marked_unread(&self, chat: i64) -> bool {
        self.marked_unread.contains(&chat)
    }

    fn pins(&mut self, folder: i32) -> (&mut Vec<i64>, usize) {
        if folder == ARCHIVE {
            (&mut self.pinned_in_archive, MOST_PINNED_IN_ARCHIVE)
        } else {
            (&mut self.pinned, MOST_PINNED)
        }
    }
}

/// As many dialogs are pinned as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("as many dialogs are pinned as can be")]
pub struct TooManyPinned;

/// The lists of everyone.
#[derive(Debug, Default)]
pub struct DialogLists(Guarded<HashMap<i64, DialogList>>);

impl DialogLists {
    /// A person's list.
    pub fn of(&self, person: i64) -> DialogList {
        self.0.read().get(&person).cloned().unwrap_or_default()
    }

    /// Pins a chat on top of its folder, or unpins it.
    ///
    /// # Errors
    /// When as many are pinned as can be.
    pub fn pin(&self, person: i64, chat: i64, pinned: bool) -> Result<(), TooManyPinned> {
        let mut lists = self.0.write();
        let list = lists.entry(person).or_default();
        let folder = list.folder_of(chat);
        let (pins, most) = list.pins(folder);
        if pins.contains(&chat) == pinned {
            return Ok(());
        }
        if !pinned {
            pins.retain(|it| *it != chat);
        } else if pins.len() < most {
            pins.insert(0, chat);
        } else {
            return Err(TooManyPinned);
        }
        Ok(())
    }

    /// Puts the pinned chats of a folder into this order. Those that are not
    /// named stay below, or are unpinned with `only`.
    ///
    /// # Errors
    /// When these are more than can be pinned.
    pub fn reorder(
        &self,
        person: i64,
        folder: i32,
        order: &[i64],
        only: bool,
    ) -> Result<(), TooManyPinned> {
        let mut lists = self.0.write();
        let list = lists.entry(person).or_default();
        let (here, _): (Vec<i64>, Vec<i64>) = order
            .iter()
            .partition(|chat| list.folder_of(**chat) == folder);
        let (pins, most) = list.pins(folder);
        let mut all = here;
        if !only {
            all.extend(pins.iter().copied().filter(|it| !order.contains(it)));
        }
        if all.len() > most {
            return Err(TooManyPinned);
        }
        *pins = all;
        Ok(())
    }

    /// Moves a chat to the archive, or back; it is not pinned there.
    pub fn archive(&self, person: i64, chat: i64, archived: bool) {
        let mut lists = self.0.write();
        let list = lists.entry(person).or_default();
        let changed = if archived {
            list.archived.insert(chat)
        } else {
            list.archived.remove(&chat)
        };
        if changed {
            list.pinned.retain(|it| *it != chat);
            list.pinned_in_archive.retain(|it| *it != chat);
        }
    }

    /// Marks a chat as unread by hand, or takes the mark away.
    pub fn mark_unread(&self, person: i64, chat: i64, unread: bool) {
        let mut lists = self.0.write();
        let list = lists.entry(person).or_default();
        if unread {
            list.marked_unread.insert(chat);
        } else {
            list.marked_unread.remove(&chat);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_belong_to_a_folder_and_are_bounded() {
        let lists = DialogLists::default();
        for chat in 1..=5 {
            lists.pin(9, chat, true).unwrap();
        }
        assert_eq!(lists.pin(9, 6, true), Err(TooManyPinned));
        assert_eq!(lists.of(9).pinned(0), [5, 4, 3, 2, 1]);
        lists.archive(9, 4, true);
        assert_eq!(lists.of(9).pinned(0), [5, 3, 2, 1]);
        lists.pin(9, 4, true).unwrap();
        assert_eq!(lists.of(9).pinned(ARCHIVE), [4]);
        lists.reorder(9, 0, &[1, 2, 4], false).unwrap();
        assert_eq!(lists.of(9).pinned(0), [1, 2, 5, 3]);
        lists.reorder(9, 0, &[3], true).unwrap();
        assert_eq!(lists.of(9).pinned(0), [3]);
        assert!(lists.of(8).pinned(0).is_empty());
    }
}
