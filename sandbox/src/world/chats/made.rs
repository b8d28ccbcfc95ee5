//! Very many messages that are not stored: each is made when it is asked for, the
//! same every time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::content::{Content, mixed};
use super::media::{MediaFile, MediaKind, NewFile, NewMedia};
use super::message::Message;

/// What of a file's id is its number in the chat.
const NUMBER: i64 = 0x00ff_ffff;
/// What the ids of their files begin with.
const FILE_MARK: i64 = 0x4d << 56;
/// When the first one was sent: 2023-11-14 22:13:20 UTC.
const BEGINNING: i64 = 1_700_000_000;
/// How far they are apart, in seconds.
const STEP: i64 = 97;

const WORDS: [&str; 8] = [
    "The ferry is late again, about a quarter of an hour.",
    "Thanks!",
    "Who has the key to the shed? I looked everywhere, under the mat too.",
    "Сегодня ветрено, но тепло.",
    "See you on Saturday at nine. Bring tea, rope, and the chart of the estuary; the rest is on board.",
    "👍",
    "Yes",
    "Não sei ainda, aviso amanhã.",
];

/// How many messages are to be made, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeMessages {
    /// How many.
    pub count: i32,
    /// How many of them have a file, evenly spread.
    pub files: i32,
    /// How large each file is, in bytes.
    pub file_size: u64,
}

/// The messages of a chat that are made when they are asked for.
#[derive(Debug)]
pub(super) struct Made {
    /// Counts from the first chat: what the ids of files have room for.
    chat: i64,
    first: i32,
    authors: Vec<i64>,
    spec: MadeMessages,
    /// How often all references of files have expired.
    expired: AtomicU32,
}

impl Made {
    pub(super) fn new(chat: i64, first: i32, authors: Vec<i64>, spec: MadeMessages) -> Self {
        Self {
            chat,
            first,
            authors,
            spec,
            expired: AtomicU32::new(0),
        }
    }

    /// How many there are, and with what.
    pub(super) fn spec(&self) -> MadeMessages {
        self.spec
    }

    /// The numbers of the messages.
    pub(super) fn ids(&self) -> std::ops::Range<i32> {
        self.first..self.first + self.spec.count
    }

    pub(super) fn date(&self, id: i32) -> i64 {
        BEGINNING + i64::from(id - self.first) * STEP
    }

    pub(super) fn message(&self, id: i32) -> Message {
        let number = id - self.first + 1;
        let pick = mixed(u64::from(number.unsigned_abs()));
        let index = |of: usize, salt: u32| {
            let salted = pick.rotate_left(salt);
            usize::try_from(salted % u64::try_from(of.max(1)).unwrap_or(1)).unwrap_or(0)
        };
        let words = WORDS[index(WORDS.len(), 7)];
        Message {
            id,
            from: self.authors.get(index(self.authors.len(), 23)).copied(),
            date: self.date(id),
            text: format!("{number}: {words}"),
            entities: Vec::new(),
            media: self.file_number(number).map(|file| self.file(file)),
            forward: None,
            album: None,
            edited: None,
            pts: 0,
            body: None,
        }
    }

    /// Which file comes with a message, counted from 1.
    fn file_number(&self, number: i32) -> Option<i32> {
        let files = |number: i32| {
            let files = i64::from(number) * i64::from(self.spec.files);
            files / i64::from(self.spec.count.max(1))
        };
        let (before, now) = (files(number - 1), files(number));
        (now > before).then(|| i32::try_from(now).unwrap_or(i32::MAX))
    }

    /// A file, counted from 1.
    fn file(&self, number: i32) -> Arc<MediaFile> {
        let id = FILE_MARK | (self.chat << 24) | i64::from(number);
        let seed = mixed(id.cast_unsigned());
        let file = NewFile {
            id: Some(id),
            ..NewFile::from(NewMedia {
                kind: MediaKind::Document,
                file_name: format!("file {number}.bin"),
                mime_type: "application/octet-stream".to_owned(),
                content: Content::Seeded {
                    seed,
                    size: self.spec.file_size,
                },
                dc: 1,
            })
        };
        let expired = self.expired.load(Ordering::Relaxed);
        let reference = Sha256::new()
            .chain_update(id.to_le_bytes())
            .chain_update(expired.to_le_bytes())
            .finalize();
        let access_hash = mixed(seed).cast_signed() | 1;
        Arc::new(MediaFile::made(
            file,
            BEGINNING,
            access_hash,
            &reference[..16],
        ))
    }

    /// The file with this id, if it is one of these.
    pub(super) fn file_by_id(&self, id: i64) -> Option<Arc<MediaFile>> {
        let number = i32::try_from(id & NUMBER).ok()?;
        (1..=self.spec.files)
            .contains(&number)
            .then(|| self.file(number))
    }

    pub(super) fn expire(&self) {
        self.expired.fetch_add(1, Ordering::Relaxed);
    }
}

/// The chat, counted from the first, that a file is of, if it is one of these.
pub(super) fn chat_of_file(id: i64) -> Option<i64> {
    (id & (0xff << 56) == FILE_MARK).then_some((id & !FILE_MARK) >> 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_spread_evenly_and_found_by_their_ids() {
        let spec = MadeMessages {
            count: 1_000,
            files: 20,
            file_size: 100,
        };
        let made = Made::new(7, 501, vec![1, 2], spec);
        let messages: Vec<_> = made.ids().map(|id| made.message(id)).collect();
        assert_eq!((messages[0].id, messages.len()), (501, 1_000));
        let files: Vec<_> = messages.iter().filter_map(|it| it.media.clone()).collect();
        assert_eq!(files.len(), 20);
        for file in &files {
            assert_eq!(chat_of_file(file.id), Some(7));
            let found = made.file_by_id(file.id).unwrap();
            assert_eq!(found.file_reference(), file.file_reference());
            assert_eq!(found.file.content.read(0, 200).len(), 100);
        }
        made.expire();
        for file in files {
            let found = made.file_by_id(file.id).unwrap();
            assert_ne!(found.file_reference(), file.file_reference());
        }
    }
}
