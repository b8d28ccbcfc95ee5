//! Notes whom and what the messages of an export mention.

use sesame_domain::reading::{FileKey, MessageRecord, PeerRecord};
use sesame_domain::reason::Reason;

use super::exporting::Exporter;
use super::fetch::Wanted;
use super::files;
use super::ledger::Entry;
use super::state::unwritable;
use super::stopped::ExportStopped;
use super::target::List;
use crate::export::LeftOut;

/// How many custom emoji are asked for at once; Telegram gives no more.
const MOST_EMOJI: usize = 100;

impl Exporter<'_> {
    /// Notes whom the messages mention, if that is news.
    pub(super) async fn note_peers(&mut self, peers: Vec<PeerRecord>) -> Result<(), ExportStopped> {
        let mut lines = String::new();
        let news = peers
            .into_iter()
            .filter(|peer| self.peers.get(&peer.id) != Some(peer));
        let news: Vec<_> = news.collect();
        for peer in &news {
            lines.push_str(&serde_json::to_string(peer).map_err(unwritable)?);
            lines.push('\n');
        }
        if !lines.is_empty() {
            self.target.add(List::Peers, lines).await?;
        }
        self.peers
            .extend(news.into_iter().map(|peer| (peer.id, peer)));
        Ok(())
    }

    /// Notes the custom emoji that were not met before; those that are wanted.
    pub(super) async fn note_emoji(
        &self,
        records: &[MessageRecord],
    ) -> Result<Vec<Wanted>, ExportStopped> {
        let mut wanted = Vec::new();
        let mut ids: Vec<i64> = records
            .iter()
            .flat_map(|record| record.custom_emoji.iter().copied())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut ledger = self.ledger.lock().await;
        ids.retain(|id| ledger.get(FileKey::Document(*id)).is_none());
        for ids in ids.chunks(MOST_EMOJI) {
            let found = self.ports.records.custom_emoji(self.account, ids).await?;
            let mut lines = String::new();
            let mut noted = String::new();
            for id in ids {
                if !found.iter().any(|document| document.id == *id) {
                    let gone = Entry::LeftOut(LeftOut::Gone, None);
                    noted.push_str(&ledger.note(FileKey::Document(*id), gone));
                }
            }
            for document in found {
                lines.push_str(&document.json);
                lines.push('\n');
                let key = document.file.location.key();
                // An emoji is of no message: it is asked for by its id.
                let of_no_message = Wanted {
                    dialog: self.state.chat.id,
                    message: 0,
                    file: document.file,
                };
                let entry = match files::left_out_of_kind(&of_no_message.file, &self.state.choice) {
                    Some(why) => Entry::LeftOut(why, None),
                    None => Entry::Wanted(0),
                };
                noted.push_str(&ledger.note(key, entry));
                if entry == Entry::Wanted(0) {
                    wanted.push(of_no_message);
                }
            }
            self.target.add(List::Emoji, lines).await?;
            self.target.add(List::Files, noted).await?;
        }
        Ok(wanted)
    }

    pub(super) async fn note_files(&self, records: &[MessageRecord]) -> Result<(), ExportStopped> {
        let mut ledger = self.ledger.lock().await;
        let mut lines = String::new();
        for record in records {
            for (key, entry) in files::met(record, &self.state.choice, &ledger) {
                lines.push_str(&ledger.note(key, entry));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        Ok(self.target.add(List::Files, lines).await?)
    }

    /// Notes how telephone numbers are written, once for an export. Nothing waits for
    /// it: without it they are written as their digits, and the next run asks again.
    pub(super) async fn note_phone_formats(&self) -> Result<(), ExportStopped> {
        if !self.target.list(List::PhoneFormats).await?.is_empty() {
            return Ok(());
        }
        match self.ports.records.phone_formats(self.account).await {
            Ok(formats) => {
                let mut line = serde_json::to_string(&formats).map_err(unwritable)?;
                line.push('\n');
                Ok(self.target.add(List::PhoneFormats, line).await?)
            }
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "an export writes telephone numbers as digits");
                Ok(())
            }
        }
    }
}
