//! About how much an export will have, before it begins.
//!
//! Of files, Telegram is asked how many there are of each kind that is wanted, and for
//! the latest of them: what they are on an average, the others are taken to be. Of a
//! span of time, the messages are reckoned from their numbers at both ends.

use sesame_domain::account::Account;
use sesame_domain::export::{ExportChoice, ExportEstimate};
use sesame_domain::ports::{ReadCounts, ReadDialogs};
use sesame_domain::reading::{
    HistoryFrom, HistoryQuery, MediaKind, MessageRecord, ReadError, RecordPage, RecordSearch,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use super::files;
use super::ledger::{Entry, Ledger};
use super::protected::allowed;
use crate::meeting::meet;

/// What Telegram counts.
const COUNTED: [MediaKind; 7] = [
    MediaKind::Photo,
    MediaKind::Video,
    MediaKind::RoundVideo,
    MediaKind::Voice,
    MediaKind::Audio,
    MediaKind::Animation,
    MediaKind::Document,
];
/// From how many of the latest the others are reckoned; Telegram gives no more.
const SAMPLE: u32 = 100;

/// Estimates how much an export of what was chosen will have. It takes a call for
/// each kind of files that there is, and a few more.
///
/// # Errors
/// [`ReadError::PeerUnknown`] when the session has not met the dialog; whatever else
/// stops reading.
pub async fn estimate(
    counts: &dyn ReadCounts,
    dialogs: &dyn ReadDialogs,
    account: &Account,
    dialog: PeerId,
    choice: &ExportChoice,
) -> Result<ExportEstimate, ReadError> {
    let about = About {
        counts,
        account,
        dialog,
        choice,
    };
    let amount = match about.amount().await {
        Err(ReadError::PeerUnknown) => {
            meet(dialogs, account, dialog).await?;
            about.amount().await?
        }
        amount => amount?,
    };
    let before = about.amount_before().await?;
    Ok(amount.and(before).estimate(choice))
}

/// How much something has.
#[derive(Clone, Copy)]
struct Amount {
    messages: Number,
    files: Number,
    bytes: Number,
}

impl Amount {
    const NONE: Self = Self {
        messages: Number::NONE,
        files: Number::NONE,
        bytes: Number::NONE,
    };

    fn and(self, other: Self) -> Self {
        Self {
            messages: self.messages.and(other.messages),
            files: self.files.and(other.files),
            bytes: self.bytes.and(other.bytes),
        }
    }

    fn estimate(self, choice: &ExportChoice) -> ExportEstimate {
        let Self {
            messages,
            files,
            bytes,
        } = self;
        ExportEstimate {
            messages: messages.shown(),
            files: files.shown(),
            bytes: bytes.shown(),
            is_exact: messages.is_exact && files.is_exact && bytes.is_exact,
            counts_all: !choice.media.has(MediaKind::Sticker),
        }
    }
}

/// A number, or about that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    value: u64,
    is_exact: bool,
}

impl Number {
    const NONE: Self = Self {
        value: 0,
        is_exact: true,
    };

    fn exactly(value: u64) -> Self {
        Self {
            value,
            is_exact: true,
        }
    }

    /// That share of it: `part` of `whole`.
    fn share(self, part: u64, whole: u64) -> Self {
        if part == whole {
            return self;
        }
        let value = u128::from(self.value) * u128::from(part) / u128::from(whole.max(1));
        Self {
            value: u64::try_from(value).unwrap_or(u64::MAX),
            is_exact: false,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            value: self.value.saturating_add(other.value),
            is_exact: self.is_exact && other.is_exact,
        }
    }

    /// Of what is reckoned, more than two digits mean nothing.
    fn shown(self) -> u64 {
        if self.is_exact || self.value < 100 {
            return self.value;
        }
        let unit = 10_u64.pow(self.value.ilog10() - 1);
        (self.value + unit / 2) / unit * unit
    }
}

struct About<'a> {
    counts: &'a dyn ReadCounts,
    account: &'a Account,
    dialog: PeerId,
    choice: &'a ExportChoice,
}

impl About<'_> {
    async fn amount(&self) -> Result<Amount, ReadError> {
        let messages = self.messages().await?;
        let (files, bytes) = self.files().await?;
        Ok(Amount {
            messages,
            files,
            bytes,
        })
    }

    /// Of the group that a supergroup was before, as far as it may be read.
    async fn amount_before(&self) -> Result<Amount, ReadError> {
        if !matches!(self.dialog, PeerId::Channel(_)) {
            return Ok(Amount::NONE);
        }
        let found = self.counts.group_before(self.account, self.dialog).await;
        let amount = match found {
            Ok(Some(dialog)) => Self { dialog, ..*self }.amount().await,
            Ok(None) => return Ok(Amount::NONE),
            Err(error) => Err(error),
        };
        match amount {
            // An export goes on without it, too.
            Err(ReadError::Refused { .. } | ReadError::NoAccess | ReadError::PeerUnknown) => {
                Ok(Amount::NONE)
            }
            amount => amount,
        }
    }

    fn is_of_a_span(&self) -> bool {
        self.choice.from.is_some() || self.choice.until.is_some()
    }

    /// Whether Telegram looks for what the account wrote: in private chats it does not.
    fn can_look_for_mine(&self) -> bool {
        !matches!(self.dialog, PeerId::User(_))
    }

    fn is_mine(&self, record: &MessageRecord) -> bool {
        record.sender == Some(PeerId::User(self.account.owner.person.0))
    }

    async fn page(&self, from: HistoryFrom, limit: u32) -> Result<RecordPage, ReadError> {
        let query = HistoryQuery {
            dialog: self.dialog,
            from,
            limit,
        };
        self.counts.page(self.account, &query).await
    }

    async fn search(&self, kind: Option<MediaKind>, limit: u32) -> Result<RecordPage, ReadError> {
        let search = RecordSearch {
            dialog: self.dialog,
            kind,
            from: self.choice.from,
            until: self.choice.until,
            only_mine: self.choice.only_mine,
            limit,
        };
        self.counts.search(self.account, &search).await
    }

    async fn messages(&self) -> Result<Number, ReadError> {
        if self.choice.only_mine && self.can_look_for_mine() {
            let found = self.search(None, 1).await?;
            return Ok(Number::exactly(found.total.into()));
        }
        let limit = if self.choice.only_mine { SAMPLE } else { 1 };
        let latest = self.page(HistoryFrom::Newest, limit).await?;
        let mut number = Number::exactly(latest.total.into());
        if self.is_of_a_span() {
            number = self.of_the_span(number, &latest).await?;
        }
        if self.choice.only_mine {
            let mine = latest.records.iter().filter(|it| self.is_mine(it)).count();
            number = number.share(mine as u64, latest.records.len() as u64);
            // All of them were looked at.
            number.is_exact |= !self.is_of_a_span() && latest.total <= SAMPLE;
        }
        Ok(number)
    }

    async fn of_the_span(&self, all: Number, latest: &RecordPage) -> Result<Number, ReadError> {
        let Some(last) = latest.records.iter().map(|record| record.id).max() else {
            return Ok(Number::NONE);
        };
        let first = self.page(HistoryFrom::After(0), 1).await?;
        let first = first.records.iter().map(|record| record.id).min();
        let before_all = first.unwrap_or(1) - 1;
        let from = self.last_before(self.choice.from, before_all).await?;
        let from = from.unwrap_or(before_all);
        let until = self.last_before(self.choice.until, before_all).await?;
        let until = until.unwrap_or(last);
        let between = |from: i32, until: i32| u64::try_from(until - from).unwrap_or(0);
        Ok(all.share(between(from, until), between(before_all, last)))
    }

    /// The number of the last message from before a moment.
    async fn last_before(
        &self,
        moment: Option<Timestamp>,
        none: i32,
    ) -> Result<Option<i32>, ReadError> {
        let Some(moment) = moment else {
            return Ok(None);
        };
        let page = self.page(HistoryFrom::Until(moment), 1).await?;
        let last = page.records.iter().map(|record| record.id).max();
        Ok(Some(last.unwrap_or(none)))
    }

    async fn files(&self) -> Result<(Number, Number), ReadError> {
        let media = &self.choice.media;
        let wanted = COUNTED.into_iter().filter(|kind| media.has(*kind));
        let mut wanted: Vec<_> = wanted.collect();
        if !wanted.is_empty() && !self.is_of_a_span() && !self.choice.only_mine {
            let counted = self.counts.count_files(self.account, self.dialog, &wanted);
            let counted = counted.await?;
            let mut counted = counted.into_iter();
            wanted.retain(|_| counted.next().flatten() != Some(0));
        }
        let (mut files, mut bytes) = (Number::NONE, Number::NONE);
        for kind in wanted {
            let found = self.search(Some(kind), SAMPLE).await?;
            let (of, size) = self.files_of(found);
            files = files.and(of);
            bytes = bytes.and(size);
        }
        Ok((files, bytes))
    }

    /// How many files there are in all that was found, and of how many bytes.
    fn files_of(&self, found: RecordPage) -> (Number, Number) {
        let sampled = found.records.len() as u64;
        let mut ledger = Ledger::default();
        let (mut files, mut bytes) = (0, 0);
        for record in found.records.into_iter().map(allowed) {
            if !self.choice.wants(record.at, self.is_mine(&record)) {
                continue;
            }
            for (key, entry) in files::met(&record, self.choice, &ledger) {
                let attached = record.files.iter().find(|it| it.key() == key);
                if let (Entry::Wanted(_), Some(attached)) = (entry, attached) {
                    files += 1;
                    bytes += attached.file.size;
                }
                ledger.note(key, entry);
            }
        }
        let all = u64::from(found.total).max(sampled);
        let of = |number| Number::exactly(number).share(all, sampled);
        (of(files), of(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reckoned_is_shown_with_two_digits_and_what_is_known_with_all() {
        let shown = |value| {
            Number {
                value,
                is_exact: false,
            }
            .shown()
        };
        let all = [0, 7, 99, 100, 104, 105, 149_999, u64::from(u32::MAX)].map(shown);
        assert_eq!(all, [0, 7, 99, 100, 100, 110, 150_000, 4_300_000_000]);
        assert_eq!(Number::exactly(12_345).shown(), 12_345);
    }

    #[test]
    fn a_share_of_all_is_all_and_of_nothing_nothing() {
        let all = Number::exactly(500);
        assert_eq!(all.share(0, 0), all);
        assert_eq!(all.share(5, 5), all);
        let half = Number {
            value: 250,
            is_exact: false,
        };
        assert_eq!(all.share(1, 2), half);
        assert_eq!(Number::exactly(3).share(200, 100).value, 6);
        assert_eq!(Number::NONE.share(10, 0).value, 0);
    }
}
