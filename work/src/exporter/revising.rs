//! Keeps what a look back found: later lines of messages that were kept before.

use std::collections::BTreeMap;
use std::sync::Arc;

use sesame_domain::export::LookBack;
use sesame_domain::time::Timestamp;

use super::exporting::Exporter;
use super::look::{self, Found, Looking};
use super::revisions::Revisions;
use super::state::{REVISED_VERSION, written};
use super::stopped::ExportStopped;
use crate::export::{deletion_line, line_of};

impl Exporter<'_> {
    /// Has it look back for what was edited or deleted, unless it is the first run that
    /// is not at its end yet.
    #[must_use]
    pub fn looking_back(mut self, back: LookBack, now: Timestamp) -> Self {
        self.looking_back = Some((back, now));
        self
    }

    /// Looks back, or goes on with it, if it is to.
    pub(super) async fn look_back(&mut self) -> Result<(), ExportStopped> {
        let Some((back, now)) = self.looking_back else {
            return Ok(());
        };
        let look = self.state.look.take();
        self.state.look = match look.filter(|look| look.goes_on(back, now)) {
            Some(look) => Some(look),
            None if self.state.finished => look::begin(self.target, &self.state, back, now).await?,
            None => None,
        };
        let Some(look) = &self.state.look else {
            return Ok(());
        };
        let mut revisions = Revisions::default();
        for segment in self.state.revised.from(look.next) {
            revisions.add(segment, &self.target.kept_lines(segment).await?);
        }
        let records = Arc::clone(&self.ports.records);
        let looking = Looking {
            records: &*records,
            account: self.account,
            dialog: self.state.chat.id,
            layer: self.ports.layer,
        };
        while let Some(found) = looking
            .next(self.target, &self.state, &mut revisions)
            .await?
        {
            self.keep_found(found).await?;
        }
        Ok(())
    }

    /// All was read: the next run looks back anew.
    pub(super) async fn end_run(&mut self) -> Result<(), ExportStopped> {
        let is_noted = self.state.finished && self.state.look.is_none();
        if !is_noted {
            self.state.finished = true;
            self.state.look = None;
            self.target.keep_state(written(&self.state)?).await?;
        }
        Ok(())
    }

    /// Keeps later lines of a segment's messages, and goes on behind it: in one step.
    async fn keep_found(&mut self, found: Found) -> Result<(), ExportStopped> {
        let Found {
            edited,
            deleted,
            peers,
            next,
        } = found;
        let mut wanted = Vec::new();
        if !edited.is_empty() {
            self.note_peers(peers).await?;
            wanted = self.note_emoji(&edited).await?;
            self.note_files(&edited).await?;
        }
        let noticed = self.state.look.as_ref().map(|look| look.noticed);
        let noticed = noticed.unwrap_or_default().timestamp();
        let mut lines = BTreeMap::new();
        for record in &edited {
            lines.insert(record.id, line_of(record, self.ports.layer));
        }
        for id in &deleted {
            lines.insert(*id, deletion_line((*id).into(), noticed));
        }
        if !lines.is_empty() {
            let mut text = String::new();
            for line in lines.into_values() {
                text.push_str(&line);
                text.push('\n');
            }
            let segment = self.state.segments;
            self.target.keep_lines(segment, text).await?;
            self.state.revised.add(segment);
            self.state.segments += 1;
            self.state.version = self.state.version.max(REVISED_VERSION);
        }
        if let Some(look) = &mut self.state.look {
            look.next = next;
        }
        self.target.keep_state(written(&self.state)?).await?;
        self.edited += edited.len() as u64;
        self.deleted += deleted.len() as u64;
        self.tell().await;
        wanted.extend(self.wanted_of(&edited).await);
        self.fetch(wanted).await
    }
}
