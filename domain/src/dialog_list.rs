//! The list of an account's dialogs as people go through it: the main list, then
//! the archive, by kind and name, an answer after the other.
//!
//! Telegram filters and searches its list of dialogs in no way that is complete,
//! so what is wanted is picked out of its pages as they are read. An answer reads a
//! few of them at most and says where the next one goes on: it may hold few dialogs,
//! or none, and not be the last. So no answer takes longer, and nothing takes more
//! memory, because there are more dialogs.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::account::Account;
use crate::ports::ReadDialogs;
use crate::reading::{
    Dialog, DialogCursor, DialogFolder, DialogGroup, DialogPage, DialogQuery, NotACursor, ReadError,
};
use crate::time::Clock;

/// The most dialogs that Telegram gives at once.
const WHOLE_PAGE: u32 = 100;
/// So many pages of Telegram's an answer reads at most.
const MOST_PAGES: u32 = 4;
/// After so long an answer reads no other page.
const LONG_ENOUGH: TimeDelta = TimeDelta::seconds(5);

/// Which dialogs are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialogFilter {
    /// Of this kind; `None`: of any.
    pub kind: Option<DialogGroup>,
    /// Whose name has this in it.
    pub name: Option<NameQuery>,
}

impl DialogFilter {
    /// Whether a dialog is wanted.
    pub fn lets_through(&self, dialog: &Dialog) -> bool {
        let peer = &dialog.peer;
        self.kind.is_none_or(|kind| kind.has(peer.kind))
            && self
                .name
                .as_ref()
                .is_none_or(|name| name.is_in(&peer.name, peer.username.as_deref()))
    }

    /// Whether every dialog is.
    fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// What is looked for in names: a dialog is found if each of these words stands in
/// its name or in its public name, in any case and order.
#[derive(Clone, PartialEq, Eq)]
pub struct NameQuery(String);

impl NameQuery {
    /// The most characters that are looked for.
    pub const MOST: usize = 64;

    /// What someone typed; `None`: nothing is looked for.
    pub fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.chars().take(Self::MOST).collect();
        let words: Vec<_> = typed.split_whitespace().map(word).collect();
        let words = words.join(" ");
        (!words.is_empty()).then_some(Self(words))
    }

    /// As it is looked for.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_in(&self, name: &str, username: Option<&str>) -> bool {
        let name = name.to_lowercase();
        let username = username.unwrap_or_default().to_lowercase();
        let mut words = self.0.split(' ');
        words.all(|word| name.contains(word) || username.contains(word))
    }
}

/// A word as it is looked for: a public name is also written with an `@`.
fn word(typed: &str) -> String {
    let without = typed.strip_prefix('@').filter(|rest| !rest.is_empty());
    without.unwrap_or(typed).to_lowercase()
}

/// It names whom someone looks for.
impl fmt::Debug for NameQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NameQuery({} characters)", self.0.chars().count())
    }
}

/// Where an answer goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DialogPosition {
    /// In which list.
    pub folder: DialogFolder,
    /// After which page of it; `None`: at its beginning.
    pub after: Option<DialogCursor>,
    /// How many dialogs were looked at by then.
    pub seen: u32,
    /// How many of them lie in the lists before.
    pub seen_before: u32,
}

/// `folder~seen~seen_before~cursor`, without the last part at the beginning of a list.
impl fmt::Display for DialogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = match self.folder {
            DialogFolder::Main => "main",
            DialogFolder::Archive => "archive",
        };
        write!(f, "{folder}~{}~{}", self.seen, self.seen_before)?;
        match self.after {
            Some(after) => write!(f, "~{after}"),
            None => Ok(()),
        }
    }
}

impl FromStr for DialogPosition {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let mut parts = text.splitn(4, '~');
        let mut next = || parts.next().ok_or(NotACursor);
        let folder = match next()? {
            "main" => DialogFolder::Main,
            "archive" => DialogFolder::Archive,
            _ => return Err(NotACursor),
        };
        let number = |text: &str| text.parse().map_err(|_| NotACursor);
        Ok(Self {
            folder,
            seen: number(next()?)?,
            seen_before: number(next()?)?,
            after: next().ok().map(str::parse).transpose()?,
        })
    }
}

/// A dialog, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDialog {
    /// In which list.
    pub folder: DialogFolder,
    /// The dialog.
    pub dialog: Dialog,
}

/// A part of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialogList {
    /// The dialogs, the latest first; pinned ones before all others of their list.
    pub dialogs: Vec<ListedDialog>,
    /// Where it goes on; `None`: this was the last of it.
    pub next: Option<DialogPosition>,
    /// How many dialogs were looked at since the list began.
    pub seen: u32,
    /// How many there are, as far as Telegram said.
    pub total: Option<u32>,
}

/// Which part of the list is wanted.
#[derive(Clone, Debug)]
pub struct DialogListQuery {
    /// Which dialogs.
    pub filter: DialogFilter,
    /// From where on; at first [`DialogPosition::default`].
    pub from: DialogPosition,
    /// So many at most, besides those that are pinned.
    pub limit: u32,
}

/// Reads a part of the list. What was found before an error is answered: the error
/// comes again if the list is read on.
///
/// # Errors
/// When nothing could be read.
pub async fn list(
    reader: &dyn ReadDialogs,
    account: &Account,
    query: &DialogListQuery,
    clock: &dyn Clock,
) -> Result<DialogList, ReadError> {
    let mut part = Part::new(query);
    let began = clock.now();
    for turn in 0..MOST_PAGES {
        let Some(at) = part.list.next else { break };
        if turn > 0 && (part.is_full() || clock.now() - began >= LONG_ENOUGH) {
            break;
        }
        match reader.dialogs(account, &part.page_at(at)).await {
            Ok(page) => part.take(at, page),
            Err(_) if turn > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(part.list)
}

/// A part of the list while it is read.
struct Part<'a> {
    query: &'a DialogListQuery,
    list: DialogList,
    /// How many of the dialogs are not pinned.
    found: u32,
}

impl<'a> Part<'a> {
    fn new(query: &'a DialogListQuery) -> Self {
        Self {
            query,
            list: DialogList {
                next: Some(query.from),
                seen: query.from.seen,
                ..DialogList::default()
            },
            found: 0,
        }
    }

    fn left(&self) -> u32 {
        self.query.limit.max(1).saturating_sub(self.found)
    }

    fn is_full(&self) -> bool {
        self.left() == 0
    }

    /// What is asked of Telegram. Where all that it gives is wanted, no more than
    /// that; else as much as it gives.
    fn page_at(&self, at: DialogPosition) -> DialogQuery {
        DialogQuery {
            folder: at.folder,
            kinds: Vec::new(),
            after: at.after,
            limit: if self.query.filter.is_open() {
                self.left()
            } else {
                WHOLE_PAGE
            },
        }
    }

    /// Takes what is wanted of a page.
    fn take(&mut self, at: DialogPosition, page: DialogPage) {
        let total = page.total.map(|total| total.saturating_add(at.seen_before));
        let mut seen = at.seen;
        // Where it goes on if no more of this page is taken.
        let mut last = at.after;
        let mut dialogs = page.dialogs.into_iter();
        for dialog in dialogs.by_ref() {
            seen += 1;
            if !dialog.is_pinned {
                last = after(&dialog, last);
            }
            if self.query.filter.lets_through(&dialog) {
                self.found += u32::from(!dialog.is_pinned);
                let folder = at.folder;
                self.list.dialogs.push(ListedDialog { folder, dialog });
            }
            if self.is_full() && last.is_some() {
                break;
            }
        }
        self.list.seen = seen;
        // Lists change, and some counts leave pinned dialogs out.
        self.list.total = total.map(|total| total.max(seen));
        let is_whole = dialogs.next().is_none();
        let after = if is_whole { page.next } else { last };
        self.list.next = match (after, at.folder) {
            (Some(after), folder) => Some(DialogPosition {
                folder,
                after: Some(after),
                seen,
                seen_before: at.seen_before,
            }),
            (None, DialogFolder::Main) => Some(DialogPosition {
                folder: DialogFolder::Archive,
                after: None,
                seen,
                seen_before: seen,
            }),
            (None, DialogFolder::Archive) => None,
        };
    }
}

/// Where a page begins that goes on after this dialog.
fn after(dialog: &Dialog, before: Option<DialogCursor>) -> Option<DialogCursor> {
    let Some(last) = dialog.last else {
        let skip_one = |it: DialogCursor| DialogCursor {
            skip: it.skip + 1,
            ..it
        };
        return before.map(skip_one);
    };
    Some(DialogCursor {
        date: i32::try_from(last.at.timestamp()).unwrap_or(i32::MAX),
        message: last.id,
        peer: dialog.peer.id,
        skip: 0,
    })
}

#[cfg(test)]
#[path = "dialog_list_tests.rs"]
mod tests;
