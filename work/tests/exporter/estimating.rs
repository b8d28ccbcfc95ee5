//! Estimates, beside what is then there.

use std::sync::Arc;

use async_trait::async_trait;
use proptest::prelude::*;
use sesame_domain::account::Account;
use sesame_domain::export::{ExportChoice, ExportEstimate};
use sesame_domain::ports::{ReadCounts, ReadRecords as _};
use sesame_domain::reading::{
    HistoryQuery, MediaKind, MessageRecord, ReadError, RecordPage, RecordSearch,
};
use sesame_domain::session::peer::PeerId;
use sesame_work::exporter::estimate;

use crate::dialog::{DIALOG, Dialog, account, at, size};
use crate::server::NoDialogs;

/// As Telegram counts in a private chat: who wrote something does not matter.
#[async_trait]
impl ReadCounts for Dialog {
    async fn count_files(
        &self,
        _: &Account,
        _: PeerId,
        kinds: &[MediaKind],
    ) -> Result<Vec<Option<u32>>, ReadError> {
        let messages = self.messages.lock().unwrap();
        let count = |kind: &MediaKind| {
            let has = |record: &&MessageRecord| record.files.iter().any(|it| it.file.kind == *kind);
            u32::try_from(messages.values().filter(has).count()).unwrap()
        };
        Ok(kinds.iter().map(|kind| Some(count(kind))).collect())
    }

    async fn search(&self, _: &Account, search: &RecordSearch) -> Result<RecordPage, ReadError> {
        let messages = self.messages.lock().unwrap();
        let is_wanted = |record: &&MessageRecord| {
            search
                .kind
                .is_none_or(|kind| record.files.iter().any(|it| it.file.kind == kind))
                && search.from.is_none_or(|from| record.at >= Some(from))
                && search.until.is_none_or(|until| record.at < Some(until))
        };
        let found: Vec<_> = messages.values().rev().filter(is_wanted).cloned().collect();
        drop(messages);
        let total = u32::try_from(found.len()).unwrap();
        let some = found.into_iter().take(search.limit as usize).collect();
        Ok(RecordPage {
            total,
            ..self.page(some, None)
        })
    }

    async fn page(&self, account: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError> {
        self.records(account, query).await
    }

    async fn group_before(&self, of: &Account, it: PeerId) -> Result<Option<PeerId>, ReadError> {
        self.earlier_group(of, it).await
    }
}

/// A supergroup, and the group that it was before.
struct Grown {
    earlier: Arc<Dialog>,
    own: Arc<Dialog>,
    refusal: Option<fn() -> ReadError>,
}

const GROWN: PeerId = PeerId::Channel(70);
const EARLIER: PeerId = PeerId::Group(71);

impl Grown {
    fn of(&self, dialog: PeerId) -> Result<&Dialog, ReadError> {
        match (dialog, self.refusal) {
            (EARLIER, Some(refusal)) => Err(refusal()),
            (EARLIER, None) => Ok(&self.earlier),
            _ => Ok(&self.own),
        }
    }
}

#[async_trait]
impl ReadCounts for Grown {
    async fn count_files(
        &self,
        account: &Account,
        dialog: PeerId,
        kinds: &[MediaKind],
    ) -> Result<Vec<Option<u32>>, ReadError> {
        self.of(dialog)?.count_files(account, dialog, kinds).await
    }

    async fn search(&self, of: &Account, search: &RecordSearch) -> Result<RecordPage, ReadError> {
        self.of(search.dialog)?.search(of, search).await
    }

    async fn page(&self, account: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError> {
        ReadCounts::page(self.of(query.dialog)?, account, query).await
    }

    async fn group_before(&self, _: &Account, it: PeerId) -> Result<Option<PeerId>, ReadError> {
        Ok((it == GROWN).then_some(EARLIER))
    }
}

#[tokio::test]
async fn what_a_supergroup_had_as_a_group_is_in_it_as_far_as_it_can_be_read() {
    let mut grown = Grown {
        earlier: Dialog::of(30),
        own: Dialog::of(60),
        refusal: None,
    };
    let (account, choice) = (account(), ExportChoice::default());
    let all = estimate(&grown, &NoDialogs, &account, GROWN, &choice);
    let (all, own) = (all.await.unwrap(), estimated(&grown.own, &choice).await);
    let earlier = estimated(&grown.earlier, &choice).await;
    assert_eq!(
        (all.messages, all.files, all.bytes, all.is_exact),
        (
            own.messages + earlier.messages,
            own.files + earlier.files,
            own.bytes + earlier.bytes,
            true
        )
    );
    for refusal in [|| ReadError::NoAccess, || ReadError::PeerUnknown] {
        grown.refusal = Some(refusal);
        let without = estimate(&grown, &NoDialogs, &account, GROWN, &choice);
        assert_eq!(without.await.unwrap(), own);
    }
    grown.refusal = Some(|| ReadError::Flood { until: at(99) });
    let flooded = estimate(&grown, &NoDialogs, &account, GROWN, &choice).await;
    assert!(
        matches!(flooded, Err(ReadError::Flood { .. })),
        "{flooded:?}"
    );
}

async fn estimated(dialog: &Dialog, choice: &ExportChoice) -> ExportEstimate {
    let estimate = estimate(dialog, &NoDialogs, &account(), DIALOG, choice).await;
    estimate.unwrap()
}

#[tokio::test]
async fn of_a_short_chat_the_numbers_themselves_are_said() {
    // Every seventh has a file.
    let dialog = Dialog::of(60);
    let all = estimated(&dialog, &ExportChoice::default()).await;
    let files = (1..=8).map(|turn| size(turn * 7));
    assert_eq!(
        all,
        ExportEstimate {
            messages: 60,
            files: 8,
            bytes: files.sum(),
            is_exact: true,
            counts_all: false,
        }
    );
    // Every third is one's own: of a private chat that is found by looking at them.
    let mine = ExportChoice {
        only_mine: true,
        ..ExportChoice::default()
    };
    let mine = estimated(&dialog, &mine).await;
    assert_eq!((mine.messages, mine.files, mine.is_exact), (20, 2, true));
}

#[tokio::test]
async fn of_a_long_chat_files_are_reckoned_from_the_latest() {
    let dialog = Dialog::of(2_100);
    let all = estimated(&dialog, &ExportChoice::default()).await;
    assert_eq!((all.messages, all.files, all.is_exact), (2_100, 300, false));
    // The latest are longer here than those before.
    let sizes =
        |turns: std::ops::RangeInclusive<i64>| turns.map(|turn| size(turn * 7)).sum::<u64>();
    let reckoned = sizes(201..=300) * 3;
    assert!(all.bytes.abs_diff(reckoned) <= reckoned / 20, "{all:?}");
    let small = ExportChoice {
        largest: Some(size(250 * 7)),
        ..ExportChoice::default()
    };
    let small = estimated(&dialog, &small).await;
    assert_eq!((small.files, small.is_exact), (150, false));
    let mine = ExportChoice {
        only_mine: true,
        ..ExportChoice::default()
    };
    let mine = estimated(&dialog, &mine).await;
    assert!(
        mine.messages.abs_diff(700) <= 30 && !mine.is_exact,
        "{mine:?}"
    );
}

proptest! {
    #[test]
    fn a_span_has_about_as_many_messages_as_it_has(
        messages in 1..400_i32,
        from in -10..450_i64,
        length in 0..450_i64,
    ) {
        let choice = ExportChoice {
            from: Some(at(from)),
            until: Some(at(from + length)),
            ..ExportChoice::default()
        };
        let there = (1..=i64::from(messages)).filter(|id| (from..from + length).contains(id));
        let there = there.count() as u64;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let estimate = runtime.block_on(async {
            estimated(&Dialog::of(messages), &choice).await
        });
        // Two digits of it are said.
        prop_assert!(estimate.messages.abs_diff(there) <= there / 20, "{estimate:?} {there}");
    }
}
