//! Reads a dialog to its end.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::stream::{self, TryStreamExt as _};
use sesame_domain::account::Account;
use sesame_domain::export::{ExportChoice, ExportMark, LookBack};
use sesame_domain::ports::{ReadMedia, ReadRecords, Takeouts};
use sesame_domain::reading::{
    FileKey, HistoryFrom, HistoryQuery, MessageRecord, PeerRecord, ReadError, RecordPage,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use tokio::sync::Mutex;

use super::fetch::{Fetcher, Wanted};
use super::ledger::{Entry, Ledger};
use super::part::Part;
use super::progress::{ExportObserver, ExportProgress};
use super::protected::allowed;
use super::state::{ExportState, going_on, written};
use super::stopped::ExportStopped;
use super::target::{ExportTarget, List};
use crate::export::{LeftOut, line_of};

/// How many messages are read at once; Telegram gives no more.
const PAGE: u32 = 100;
/// How many files are fetched at the same time.
const FILES: usize = 3;
/// How many messages in a row may be left out because they cannot be read.
const MOST_SKIPPED: u32 = 20;

/// What reads.
#[derive(Clone)]
pub struct ExportPorts {
    /// Messages.
    pub records: Arc<dyn ReadRecords>,
    /// Files.
    pub media: Arc<dyn ReadMedia>,
    /// Exports of Telegram's, to read inside of.
    pub takeouts: Arc<dyn Takeouts>,
    /// The layer of Telegram's schema that the records are of.
    pub layer: i32,
}

impl fmt::Debug for ExportPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportPorts").finish_non_exhaustive()
    }
}

/// An export that was read to the end of its dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How far it has come.
    pub progress: ExportProgress,
    /// How many messages are new.
    pub new_messages: u64,
    /// How many were edited since they were kept.
    pub edited: u64,
    /// How many were deleted since.
    pub deleted: u64,
}

/// Exports a dialog to a target.
pub struct Exporter<'a> {
    /// What reads inside of no takeout.
    pub(super) outside: &'a ExportPorts,
    /// What reads now.
    pub(super) ports: ExportPorts,
    /// Whether that is inside of a takeout.
    pub(super) is_inside: bool,
    pub(super) account: &'a Account,
    pub(super) target: &'a dyn ExportTarget,
    observer: &'a dyn ExportObserver,
    pub(super) state: ExportState,
    pub(super) ledger: Mutex<Ledger>,
    pub(super) peers: HashMap<PeerId, PeerRecord>,
    bytes: AtomicU64,
    pub(super) looking_back: Option<(LookBack, Timestamp)>,
    pub(super) edited: u64,
    pub(super) deleted: u64,
}

impl<'a> Exporter<'a> {
    /// Begins, or goes on with what is there.
    ///
    /// # Errors
    /// When something else is there, or it cannot be read.
    pub async fn open(
        ports: &'a ExportPorts,
        account: &'a Account,
        target: &'a dyn ExportTarget,
        observer: &'a dyn ExportObserver,
        chat: PeerRecord,
        choice: ExportChoice,
    ) -> Result<Self, ExportStopped> {
        let me = account.owner.person.0;
        let state = if let Some(text) = target.state().await? {
            going_on(&text, &chat, me, &choice)?
        } else {
            let state = ExportState::new(chat, me, choice);
            target.keep_state(written(&state)?).await?;
            state
        };
        let ledger = Ledger::read(&target.list(List::Files).await?);
        let peers = target.list(List::Peers).await?;
        let peers = peers
            .iter()
            .filter_map(|line| serde_json::from_str::<PeerRecord>(line).ok());
        Ok(Self {
            outside: ports,
            ports: ports.clone(),
            is_inside: false,
            account,
            target,
            observer,
            state,
            ledger: Mutex::new(ledger),
            peers: peers.map(|peer| (peer.id, peer)).collect(),
            bytes: AtomicU64::new(0),
            looking_back: None,
            edited: 0,
            deleted: 0,
        })
    }

    /// Reads what is new, and fetches what is missing.
    ///
    /// # Errors
    /// When it does not go on; all that was read is kept.
    pub async fn run(&mut self) -> Result<Exported, ExportStopped> {
        let before = self.state.messages;
        self.tell().await;
        self.note_phone_formats().await?;
        self.fetch_missing().await?;
        self.look_back().await?;
        self.find_earlier().await?;
        self.read_earlier().await?;
        self.read(Part::Own).await?;
        self.end_run().await?;
        let progress = self.tell().await;
        Ok(Exported {
            progress,
            new_messages: self.state.messages - before,
            edited: self.edited,
            deleted: self.deleted,
        })
    }

    /// Reads a part of the dialog to its end.
    pub(super) async fn read(&mut self, part: Part) -> Result<(), ExportStopped> {
        self.find_beginning(part).await?;
        let mut skipped = 0;
        let mut limit = PAGE;
        let mut asked_before = None;
        loop {
            let asked = if let Some(asked) = asked_before.take() {
                asked
            } else {
                let after = self.mark(part).newest;
                self.ask(part, after, limit).await
            };
            let page = match asked {
                Ok(page) => page,
                // Something in it cannot be read: the others can.
                Err(ReadError::Refused { .. }) if limit > 1 => {
                    limit /= 10;
                    continue;
                }
                Err(ReadError::Refused { .. }) if skipped < MOST_SKIPPED => {
                    skipped += 1;
                    let behind = self.mark(part).newest + 1;
                    self.mark(part).skip_to(behind);
                    continue;
                }
                Err(error) if part.is_closed_by(&error) => {
                    self.close_earlier();
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            (skipped, limit) = (0, PAGE);
            let Some(after) = self.goes_on(&page) else {
                self.take(part, page).await?;
                break;
            };
            // The next one comes while this one is kept.
            let next = self.ask(part, after, limit);
            let (kept, next) = tokio::join!(self.take(part, page), next);
            kept?;
            asked_before = Some(next);
        }
        Ok(())
    }

    pub(super) async fn keep_state(&self) -> Result<(), ExportStopped> {
        Ok(self.target.keep_state(written(&self.state)?).await?)
    }

    /// What it remembers of itself.
    pub fn state(&self) -> &ExportState {
        &self.state
    }

    /// Where what is wanted begins, before anything is read: a span in the middle of a
    /// long dialog is not looked for by reading all that lies before it.
    async fn find_beginning(&mut self, part: Part) -> Result<(), ExportStopped> {
        let is_new = self.mark(part).newest == 0;
        let Some(from) = self.state.choice.from.filter(|_| is_new) else {
            return Ok(());
        };
        let query = HistoryQuery {
            dialog: self.state.dialog(part),
            from: HistoryFrom::Until(from),
            limit: 1,
        };
        let page = match self.ports.records.records(self.account, &query).await {
            Ok(page) => page,
            // That one cannot be read: then it is looked for among all.
            Err(ReadError::Refused { .. }) => return Ok(()),
            Err(error) if part.is_closed_by(&error) => {
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(last) = page.records.iter().map(|record| record.id).max() {
            self.mark(part).begin_behind(last);
        }
        Ok(())
    }

    /// How far a part was read.
    fn mark(&mut self, part: Part) -> &mut ExportMark {
        match (part, &mut self.state.earlier) {
            (Part::Earlier, Some(earlier)) => &mut earlier.mark,
            _ => &mut self.state.mark,
        }
    }

    /// Asks for the messages after this one.
    fn ask(
        &self,
        part: Part,
        after: i32,
        limit: u32,
    ) -> impl Future<Output = Result<RecordPage, ReadError>> + use<'a> {
        let query = HistoryQuery {
            dialog: self.state.dialog(part),
            from: HistoryFrom::After(after),
            limit,
        };
        let (records, account) = (Arc::clone(&self.ports.records), self.account);
        async move { records.records(account, &query).await }
    }

    /// Behind which message there may be more that is wanted; `None`: it is over.
    fn goes_on(&self, page: &RecordPage) -> Option<i32> {
        let Some(HistoryFrom::After(next)) = page.next else {
            return None;
        };
        let choice = &self.state.choice;
        let mut moments = page.records.iter().filter_map(|record| record.at);
        if moments.any(|at| choice.is_over(at)) {
            return None;
        }
        let last = page.records.iter().map(|record| record.id).max();
        Some(last.map_or(next, |last| last.max(next)))
    }

    /// Keeps a page and fetches its files.
    async fn take(&mut self, part: Part, page: RecordPage) -> Result<(), ExportStopped> {
        match (part, &mut self.state.earlier) {
            (Part::Earlier, Some(earlier)) => earlier.total = page.total,
            _ => self.state.total = page.total,
        }
        let numbers = page.records.iter().map(|record| record.id);
        let (first, last) = (numbers.clone().min(), numbers.max());
        let next = match page.next {
            Some(HistoryFrom::After(next)) => Some(next),
            _ => None,
        };
        let choice = self.state.choice.clone();
        let me = PeerId::User(self.state.me);
        let records = page.records.into_iter();
        let records: Vec<MessageRecord> = records
            .filter(|record| choice.wants(record.at, record.sender == Some(me)))
            .map(|record| part.moved(allowed(record)))
            .collect();
        self.note_peers(page.peers).await?;
        let emoji = self.note_emoji(&records).await?;
        self.note_files(&records).await?;
        self.keep_lines(&records).await?;
        // Behind what Telegram left out as deleted, too.
        let read_to = last.into_iter().chain(next).max();
        if let Some(read_to) = read_to {
            self.mark(part).read(first.unwrap_or(read_to), read_to);
        }
        self.keep_state().await?;
        self.tell().await;
        let mut wanted = self.wanted_of(&records).await;
        wanted.extend(emoji);
        self.fetch(wanted).await
    }

    async fn keep_lines(&mut self, records: &[MessageRecord]) -> Result<(), ExportStopped> {
        if records.is_empty() {
            return Ok(());
        }
        let mut lines = String::new();
        for record in records {
            lines.push_str(&line_of(record, self.ports.layer));
            lines.push('\n');
        }
        self.target.keep_lines(self.state.segments, lines).await?;
        self.state.segments += 1;
        self.state.messages += records.len() as u64;
        Ok(())
    }

    /// The files of these messages that are still to be fetched.
    pub(super) async fn wanted_of(&self, records: &[MessageRecord]) -> Vec<Wanted> {
        let ledger = self.ledger.lock().await;
        let mut wanted: Vec<Wanted> = Vec::new();
        for record in records {
            for attached in &record.files {
                let entry = ledger.get(attached.key());
                let is_wanted = entry.and_then(Entry::wanted_in) == Some(record.id);
                let known = |it: &Wanted| it.file.location.key() == attached.key();
                if is_wanted && !wanted.iter().any(known) {
                    let part = Part::of(record.id);
                    wanted.push(Wanted {
                        dialog: self.state.dialog(part),
                        message: part.at_telegram(record.id),
                        file: attached.file.clone(),
                    });
                }
            }
        }
        wanted
    }

    /// Fetches what was met before and is not there, as far as it is still at
    /// Telegram.
    async fn fetch_missing(&self) -> Result<(), ExportStopped> {
        let to_fetch = self.ledger.lock().await.to_fetch();
        let (emoji, of_messages): (Vec<_>, Vec<_>) =
            to_fetch.into_iter().partition(|(_, message)| *message == 0);
        for chunk in emoji.chunks(PAGE as usize) {
            self.fetch_emoji(chunk).await?;
        }
        for part in Part::ALL {
            let of_part = of_messages.iter().filter(|(_, id)| Part::of(*id) == part);
            let of_part: Vec<_> = of_part.copied().collect();
            self.fetch_of(part, &of_part).await?;
        }
        Ok(())
    }

    /// Fetches files of messages of a part, by the numbers that these have in the
    /// export.
    async fn fetch_of(&self, part: Part, files: &[(FileKey, i32)]) -> Result<(), ExportStopped> {
        let mut ids: Vec<i32> = files.iter().map(|(_, message)| *message).collect();
        ids.dedup();
        for ids in ids.chunks(PAGE as usize) {
            let dialog = self.state.dialog(part);
            let named: Vec<i32> = ids.iter().map(|id| part.at_telegram(*id)).collect();
            let page = self
                .ports
                .records
                .records_named(self.account, dialog, &named);
            let page = match page.await {
                // It could be read before, and may be another time.
                Err(error) if part.is_closed_by(&error) => {
                    continue;
                }
                page => page?,
            };
            let records = page.records.into_iter();
            let records: Vec<_> = records.map(|it| part.moved(allowed(it))).collect();
            let wanted = self.wanted_of(&records).await;
            // What the messages do not have any more is gone.
            let there: Vec<_> = wanted.iter().map(|it| it.file.location.key()).collect();
            let gone = files
                .iter()
                .filter(|(key, message)| ids.contains(message) && !there.contains(key));
            for (key, _) in gone {
                self.note(*key, Entry::LeftOut(LeftOut::Gone, None)).await?;
            }
            self.fetch(wanted).await?;
        }
        Ok(())
    }

    async fn fetch_emoji(&self, keys: &[(FileKey, i32)]) -> Result<(), ExportStopped> {
        let ids: Vec<i64> = keys
            .iter()
            .filter_map(|(key, _)| match key {
                FileKey::Document(id) => Some(*id),
                FileKey::Photo(_) | FileKey::Thumbnail(_) => None,
            })
            .collect();
        let found = self.ports.records.custom_emoji(self.account, &ids).await?;
        let wanted = found.into_iter().map(|document| Wanted {
            dialog: self.state.chat.id,
            message: 0,
            file: document.file,
        });
        self.fetch(wanted.collect()).await
    }

    /// Fetches files, some at a time.
    pub(super) async fn fetch(&self, wanted: Vec<Wanted>) -> Result<(), ExportStopped> {
        let came = |bytes| {
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
        };
        let fetcher = Fetcher {
            media: self.ports.media.as_ref(),
            account: self.account,
            target: self.target,
            came: &came,
        };
        stream::iter(wanted.into_iter().map(Ok))
            .try_for_each_concurrent(FILES, async |wanted: Wanted| {
                let key = wanted.file.location.key();
                let entry = fetcher.fetch(wanted).await?;
                self.note(key, entry).await?;
                self.tell().await;
                Ok(())
            })
            .await
    }

    async fn note(&self, key: FileKey, entry: Entry) -> Result<(), ExportStopped> {
        let mut ledger = self.ledger.lock().await;
        let line = ledger.note(key, entry);
        Ok(self.target.add(List::Files, line).await?)
    }

    pub(super) async fn tell(&self) -> ExportProgress {
        let counts = self.ledger.lock().await.counts();
        let progress = ExportProgress {
            messages: self.state.messages,
            total: self.state.expected(),
            files: counts.kept,
            of_files: counts.wanted,
            missing: counts.missing,
            bytes: self.bytes.load(Ordering::Relaxed),
        };
        self.observer.so_far(progress);
        progress
    }
}

impl fmt::Debug for Exporter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
