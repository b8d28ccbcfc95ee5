//! How many messages a dialog has: implements [`ReadCounts`].

use async_trait::async_trait;
use grammers_tl_types::{enums, functions};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::ReadCounts;
use sesame_domain::reading::{HistoryQuery, MediaKind, ReadError, RecordPage, RecordSearch};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use crate::gate::CallPolicy;

use super::Reader;
use super::answer::Answer;
use super::history::{MOST, request};
use super::reading::{Reading, count};
use super::records;

#[async_trait]
impl ReadCounts for Reader {
    async fn count_files(
        &self,
        account: &Account,
        dialog: PeerId,
        kinds: &[MediaKind],
    ) -> Result<Vec<Option<u32>>, ReadError> {
        let reading = open(self, account).await?;
        let filters: Vec<_> = kinds.iter().filter_map(|kind| filter(*kind)).collect();
        let request = functions::messages::GetSearchCounters {
            peer: reading.input(dialog)?,
            saved_peer_id: None,
            top_msg_id: None,
            filters,
        };
        let counters = reading.call(&request).await?;
        let counted = |kind: &MediaKind| {
            let wanted = filter(*kind)?;
            let counted = counters.iter().find_map(|counter| {
                let enums::messages::SearchCounter::Counter(it) = counter;
                (it.filter == wanted).then(|| count(it.count))
            });
            Some(counted.unwrap_or(0))
        };
        Ok(kinds.iter().map(counted).collect())
    }

    async fn search(
        &self,
        account: &Account,
        search: &RecordSearch,
    ) -> Result<RecordPage, ReadError> {
        let reading = open(self, account).await?;
        let filter = match search.kind.map(filter) {
            None => enums::MessagesFilter::InputMessagesFilterEmpty,
            Some(Some(filter)) => filter,
            Some(None) => return Ok(nothing(&reading)),
        };
        let request = functions::messages::Search {
            peer: reading.input(search.dialog)?,
            q: String::new(),
            from_id: search.only_mine.then_some(enums::InputPeer::PeerSelf),
            saved_peer_id: None,
            saved_reaction: None,
            top_msg_id: None,
            filter,
            // Telegram takes what lies behind the one and before the other.
            min_date: search
                .from
                .map_or(0, |from| seconds(from).saturating_sub(1)),
            max_date: search.until.map_or(0, seconds),
            offset_id: 0,
            add_offset: 0,
            limit: i32::try_from(search.limit.clamp(1, MOST)).unwrap_or(1),
            max_id: 0,
            min_id: 0,
            hash: 0,
        };
        let answer = Answer::of(reading.call(&request).await?);
        reading.meet(&answer.users, &answer.chats);
        records::page(&reading, search.dialog, answer, None).await
    }

    async fn page(&self, account: &Account, query: &HistoryQuery) -> Result<RecordPage, ReadError> {
        let reading = open(self, account).await?;
        let answer = Answer::of(reading.call(&request(&reading, query)?).await?);
        reading.meet(&answer.users, &answer.chats);
        records::page(&reading, query.dialog, answer, None).await
    }

    async fn group_before(
        &self,
        account: &Account,
        supergroup: PeerId,
    ) -> Result<Option<PeerId>, ReadError> {
        let reading = open(self, account).await?;
        records::earlier_group(&reading, supergroup).await
    }
}

async fn open<'a>(reader: &'a Reader, account: &'a Account) -> Result<Reading<'a>, ReadError> {
    let purpose = AccessPurpose::ReadHistory;
    Reading::open(reader, account, &purpose, CallPolicy::PROMPT).await
}

fn seconds(moment: Timestamp) -> i32 {
    i32::try_from(moment.timestamp()).unwrap_or(i32::MAX)
}

fn nothing(reading: &Reading<'_>) -> RecordPage {
    RecordPage {
        records: Vec::new(),
        peers: Vec::new(),
        next: None,
        total: 0,
        pts: None,
        claim: reading.claim(),
    }
}

/// By what Telegram looks for files of a kind; `None`: it does not.
fn filter(kind: MediaKind) -> Option<enums::MessagesFilter> {
    use enums::MessagesFilter as Filter;
    let filter = match kind {
        MediaKind::Photo => Filter::InputMessagesFilterPhotos,
        MediaKind::Video => Filter::InputMessagesFilterVideo,
        MediaKind::RoundVideo => Filter::InputMessagesFilterRoundVideo,
        MediaKind::Voice => Filter::InputMessagesFilterVoice,
        MediaKind::Audio => Filter::InputMessagesFilterMusic,
        MediaKind::Animation => Filter::InputMessagesFilterGif,
        MediaKind::Document => Filter::InputMessagesFilterDocument,
        MediaKind::Sticker => return None,
    };
    Some(filter)
}
