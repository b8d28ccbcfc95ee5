//! Looks back: what of the messages that were kept was edited or deleted since.
//!
//! Messages are asked for by name, as many as a segment has with a call: whatever is
//! between them that was not wanted is not read. One that does not come was deleted,
//! or cannot be seen: where nothing of a segment comes, the history is asked where it
//! begins now. What lies before that was cleared or is kept from the account, and the
//! copy stays as it is.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Deserialize;
use sesame_domain::account::Account;
use sesame_domain::export::LookBack;
use sesame_domain::ports::ReadRecords;
use sesame_domain::reading::{HistoryFrom, HistoryQuery, MessageRecord, PeerRecord, ReadError};
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use super::differences::differs;
use super::revisions::Revisions;
use super::state::{ExportState, Look};
use super::stopped::ExportStopped;
use super::target::{ExportTarget, TargetError};
use crate::export::{LineHead, message_in};

/// How many messages are asked for by name at once.
const AT_ONCE: usize = 100;
/// One that was begun before that is not gone on with, but begun anew.
const FRESH: TimeDelta = TimeDelta::days(1);

/// What was found of a segment.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Messages that say something else than was kept.
    pub(super) edited: Vec<MessageRecord>,
    /// The numbers of messages that are not there any more.
    pub(super) deleted: Vec<i32>,
    /// Whom the edited ones mention.
    pub(super) peers: Vec<PeerRecord>,
    /// Where it goes on.
    pub(super) next: u32,
}

/// A message as it was kept last.
struct Kept<'a> {
    id: i32,
    line: &'a str,
    is_gone: bool,
}

impl Look {
    /// Whether it is what is wanted now, and was begun lately.
    pub(super) fn goes_on(&self, back: LookBack, now: Timestamp) -> bool {
        let age = now - self.noticed;
        self.days == back.as_days() && age >= TimeDelta::zero() && age < FRESH
    }
}

/// Where a look begins, so long back from the newest message that was kept.
pub(super) async fn begin(
    target: &dyn ExportTarget,
    state: &ExportState,
    back: LookBack,
    now: Timestamp,
) -> Result<Option<Look>, TargetError> {
    let Some(span) = back.span() else {
        return Ok(None);
    };
    let mut look = Look {
        days: back.as_days(),
        since: i64::MIN,
        noticed: now,
        next: state.segments,
        until: state.segments,
    };
    for segment in (0..state.segments).rev() {
        if state.revised.has(segment) {
            continue;
        }
        let text = target.kept_lines(segment).await?;
        if let Some(newest) = text.lines().filter_map(date_of).max() {
            if look.since == i64::MIN {
                look.since = newest.saturating_sub(span.num_seconds());
            }
            if newest < look.since {
                break;
            }
        }
        look.next = segment;
    }
    Ok((look.next < look.until).then_some(look))
}

/// When the message of a line was sent.
fn date_of(line: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Sent {
        date: Option<i64>,
    }
    serde_json::from_str::<Sent>(message_in(line)?).ok()?.date
}

/// What is asked, and of whom.
pub(super) struct Looking<'a> {
    pub(super) records: &'a dyn ReadRecords,
    pub(super) account: &'a Account,
    pub(super) dialog: PeerId,
    pub(super) layer: i32,
}

impl Looking<'_> {
    /// What is found of the next segment; `None`: it was looked at all.
    pub(super) async fn next(
        &self,
        target: &dyn ExportTarget,
        state: &ExportState,
        revisions: &mut Revisions,
    ) -> Result<Option<Found>, ExportStopped> {
        let Some(look) = &state.look else {
            return Ok(None);
        };
        let mut segments = look.next..look.until;
        let Some(segment) = segments.find(|segment| !state.revised.has(*segment)) else {
            return Ok(None);
        };
        let text = target.kept_lines(segment).await?;
        for (of, lines) in revisions.needed(&text) {
            revisions.hold(of, &target.kept_lines(of).await?, &lines);
        }
        let kept = kept(&text, look.since, revisions);
        let mut found = self.compare(&kept).await?;
        found.next = segment + 1;
        Ok(Some(found))
    }

    async fn compare(&self, kept: &[Kept<'_>]) -> Result<Found, ExportStopped> {
        let mut found = Found::default();
        let mut there: HashMap<i32, MessageRecord> = HashMap::new();
        for kept in kept.chunks(AT_ONCE) {
            let ids: Vec<i32> = kept.iter().map(|it| it.id).collect();
            let page = self.records.records_named(self.account, self.dialog, &ids);
            match page.await {
                Ok(page) => {
                    // Of those that are gone Telegram says that, or nothing.
                    let records = page.records.into_iter().filter(|it| it.at.is_some());
                    there.extend(records.map(|record| (record.id, record)));
                    found.peers.extend(page.peers);
                }
                Err(error @ ReadError::Refused { .. }) => {
                    tracing::warn!(error = %Reason::of(&error), "some messages of an export cannot be looked at again");
                    return Ok(Found::default());
                }
                Err(error) => return Err(error.into()),
            }
        }
        let (is_nothing_there, last) = (there.is_empty(), kept.last().map(|it| it.id));
        for kept in kept {
            match there.remove(&kept.id) {
                // Of what may not be copied any more stays what was.
                Some(record) if record.flags.is_protected => {}
                Some(record) => {
                    if kept.is_gone || differs(kept.line, self.layer, &record.json) {
                        found.edited.push(record);
                    }
                }
                None if kept.is_gone => {}
                None => found.deleted.push(kept.id),
            }
        }
        if let Some(last) = last
            && is_nothing_there
            && !found.deleted.is_empty()
            && self.begins_behind(last).await?
        {
            found.deleted.clear();
        }
        Ok(found)
    }

    /// Whether nothing up to this message can be seen in the dialog.
    async fn begins_behind(&self, last: i32) -> Result<bool, ExportStopped> {
        let query = HistoryQuery {
            dialog: self.dialog,
            from: HistoryFrom::After(0),
            limit: 1,
        };
        match self.records.records(self.account, &query).await {
            Ok(page) => {
                let there = page.records.iter().filter(|it| it.at.is_some());
                let first = there.map(|record| record.id).min();
                Ok(first.is_none_or(|first| first > last))
            }
            // Not to be told: then it was not deleted, as far as anyone knows.
            Err(ReadError::Refused { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}

/// The messages of a segment from that moment on, as they were kept last. Those of a
/// supergroup's earlier group are another dialog's.
fn kept<'a>(text: &'a str, since: i64, revisions: &'a Revisions) -> Vec<Kept<'a>> {
    let kept = text.lines().filter_map(|line| {
        let id = i32::try_from(LineHead::of(line)?.id).ok()?;
        let is_wanted = id > 0 && date_of(line).is_none_or(|at| at >= since);
        let later = revisions.of(line);
        let last = later.iter().rev().find_map(|it| revisions.text(it.place));
        let line = last.unwrap_or(line);
        let is_gone = match later.last() {
            Some(last) => last.deleted.is_some(),
            None => was_gone(line),
        };
        is_wanted.then_some(Kept { id, line, is_gone })
    });
    kept.collect()
}

/// Whether a message was gone when it was read first.
fn was_gone(line: &str) -> bool {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "_")]
        name: String,
    }
    let named = message_in(line).and_then(|text| serde_json::from_str::<Named>(text).ok());
    named.is_some_and(|named| named.name == "messageEmpty")
}
