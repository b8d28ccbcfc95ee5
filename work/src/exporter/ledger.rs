//! What became of the files: a line each time that changes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sesame_domain::reading::FileKey;

use crate::export::{FileBook, FileState, KeptFile, LeftOut};

/// A line of the list of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crc32: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
}

/// What is known of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// It is wanted; it is in this message.
    Wanted(i32),
    /// It is there.
    Kept(KeptFile),
    /// It is not; the message, if it may be tried again.
    LeftOut(LeftOut, Option<i32>),
}

impl Entry {
    /// The message of a file that is still to be fetched. Also of one that Telegram did
    /// not have the last time: it may by now. What no message has any more is not asked
    /// for.
    pub(super) fn wanted_in(self) -> Option<i32> {
        match self {
            Self::Wanted(message)
            | Self::LeftOut(LeftOut::Failed | LeftOut::Gone, Some(message)) => Some(message),
            Self::Kept(_) | Self::LeftOut(..) => None,
        }
    }
}

/// What became of the files, by key. It grows with their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ledger {
    entries: HashMap<FileKey, Entry>,
    counts: Counts,
}

/// How many files there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// There.
    pub(super) kept: u64,
    /// Wanted in all.
    pub(super) wanted: u64,
    /// That did not come.
    pub(super) missing: u64,
}

impl Counts {
    fn with(self, entry: Entry, by: impl Fn(u64) -> u64) -> Self {
        let Self {
            kept,
            wanted,
            missing,
        } = self;
        match entry {
            Entry::Kept(_) => Self {
                kept: by(kept),
                wanted: by(wanted),
                missing,
            },
            Entry::Wanted(_) => Self {
                wanted: by(wanted),
                ..self
            },
            Entry::LeftOut(LeftOut::Failed | LeftOut::Gone, _) => Self {
                wanted: by(wanted),
                missing: by(missing),
                kept,
            },
            Entry::LeftOut(..) => self,
        }
    }
}

impl Ledger {
    /// From the lines of the list; what cannot be read is left out.
    pub(super) fn read(lines: &[String]) -> Self {
        let mut ledger = Self::default();
        for line in lines {
            if let Some((key, entry)) = parsed(line) {
                ledger.insert(key, entry);
            }
        }
        ledger
    }

    /// What is known of a file.
    pub(super) fn get(&self, key: FileKey) -> Option<Entry> {
        self.entries.get(&key).copied()
    }

    /// Notes what is known of a file; the line for the list.
    pub(super) fn note(&mut self, key: FileKey, entry: Entry) -> String {
        self.insert(key, entry);
        let file = key.to_string();
        let line = match entry {
            Entry::Wanted(message) => Line {
                file,
                message: Some(message),
                size: None,
                sha256: None,
                crc32: None,
                left_out: None,
            },
            Entry::Kept(kept) => Line {
                file,
                message: None,
                size: Some(kept.size),
                sha256: Some(hex::encode(kept.sha256)),
                crc32: Some(kept.crc32),
                left_out: None,
            },
            Entry::LeftOut(why, message) => Line {
                file,
                message,
                size: None,
                sha256: None,
                crc32: None,
                left_out: Some(why.as_str().to_owned()),
            },
        };
        let mut line = serde_json::to_string(&line).unwrap_or_default();
        line.push('\n');
        line
    }

    /// The files that are still to be fetched, with the message of each, in the
    /// order of the messages: those that never came to it, and those that did not
    /// come the last time.
    pub(super) fn to_fetch(&self) -> Vec<(FileKey, i32)> {
        let entries = self.entries.iter();
        let wanted = entries.filter_map(|(key, entry)| Some((*key, entry.wanted_in()?)));
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_by_key(|(key, message)| (*message, *key));
        wanted
    }

    /// How many there are.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    fn insert(&mut self, key: FileKey, entry: Entry) {
        if let Some(before) = self.entries.insert(key, entry) {
            self.counts = self.counts.with(before, |count| count.saturating_sub(1));
        }
        self.counts = self.counts.with(entry, |count| count + 1);
    }
}

/// What was never met was not asked for: the picture of a web page, say.
impl FileBook for Ledger {
    fn state(&self, key: FileKey) -> FileState {
        match self.get(key) {
            Some(Entry::Kept(kept)) => FileState::Kept(kept),
            Some(Entry::LeftOut(why, _)) => FileState::LeftOut(why),
            Some(Entry::Wanted(_)) => FileState::LeftOut(LeftOut::Failed),
            None => FileState::LeftOut(LeftOut::Kind),
        }
    }
}

fn parsed(line: &str) -> Option<(FileKey, Entry)> {
    let line: Line = serde_json::from_str(line).ok()?;
    let key = line.file.parse().ok()?;
    let entry = match (line.left_out, line.sha256, line.size, line.crc32) {
        (Some(name), ..) => {
            let why = LeftOut::ALL.into_iter().find(|why| why.as_str() == name)?;
            Entry::LeftOut(why, line.message)
        }
        (None, Some(sha256), Some(size), Some(crc32)) => Entry::Kept(KeptFile {
            size,
            sha256: digest(&sha256)?,
            crc32,
        }),
        _ => Entry::Wanted(line.message?),
    };
    Some((key, entry))
}

fn digest(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_files_is_read_as_it_was_written_and_the_last_word_counts() {
        let kept = KeptFile {
            size: 5,
            sha256: [7; 32],
            crc32: 9,
        };
        let mut ledger = Ledger::default();
        let lines = [
            ledger.note(FileKey::Photo(1), Entry::Wanted(10)),
            ledger.note(FileKey::Document(2), Entry::Wanted(9)),
            ledger.note(FileKey::Photo(1), Entry::Kept(kept)),
            ledger.note(FileKey::Document(3), Entry::LeftOut(LeftOut::Size, None)),
            ledger.note(
                FileKey::Document(4),
                Entry::LeftOut(LeftOut::Failed, Some(4)),
            ),
        ];
        let mut lines: Vec<_> = lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect();
        lines.push("{\"file\":\"comet5\"}".to_owned());
        let read = Ledger::read(&lines);
        assert_eq!(read, ledger);
        let to_fetch = [(FileKey::Document(4), 4), (FileKey::Document(2), 9)];
        assert_eq!(read.to_fetch(), to_fetch);
        let counts = Counts {
            kept: 1,
            wanted: 3,
            missing: 1,
        };
        assert_eq!(read.counts(), counts);
        assert_eq!(read.state(FileKey::Photo(1)), FileState::Kept(kept));
        let never = FileState::LeftOut(LeftOut::Kind);
        assert_eq!(read.state(FileKey::Thumbnail(9)), never);
    }
}
