//! Reading inside of an export of Telegram's (a takeout).
//!
//! What is begun is remembered with the export, so that whoever goes on with it reads
//! in the same one. Whoever has it read ([`TakeoutHolder`]) sees to it that it ends,
//! whatever becomes of the export.

use async_trait::async_trait;
use sesame_domain::export::ExportWay;
use sesame_domain::ids::JobId;
use sesame_domain::ports::{InTakeout, Takeouts};
use sesame_domain::reading::{HistoryFrom, HistoryQuery, ReadError, TakeoutId, TakeoutRefusal};
use sesame_domain::reason::Reason;

use super::exporting::{Exported, Exporter};
use super::state::OpenTakeout;
use super::stopped::ExportStopped;

/// Who has an export read inside of a takeout, and sees to its end.
#[async_trait]
pub trait TakeoutHolder: Send + Sync {
    /// The job that it is; `None`: it is none.
    fn job(&self) -> Option<JobId>;

    /// One is read in from now on. Once this is answered, it is ended even if no one
    /// hears of the export again.
    async fn holds(&self, id: TakeoutId) -> Result<(), ExportStopped>;

    /// One is over.
    async fn over(&self, id: TakeoutId);
}

impl Exporter<'_> {
    /// Reads by this way what is new, and fetches what is missing. Of a takeout that is
    /// over nothing is remembered: whether there is to be another one is for the person
    /// to say.
    ///
    /// # Errors
    /// When it does not go on; all that was read is kept.
    pub async fn run_by(
        &mut self,
        way: ExportWay,
        holder: &dyn TakeoutHolder,
    ) -> Result<Exported, ExportStopped> {
        match way {
            ExportWay::Takeout if self.is_inside => {}
            ExportWay::Takeout => self.enter_takeout(holder).await?,
            // One of before, which was given up.
            ExportWay::Ordinary => self.leave_takeout(false, holder).await?,
        }
        let read = self.run().await;
        if let Err(ExportStopped::TakeoutOver) = read {
            self.forget_takeout(holder).await?;
        }
        read
    }

    /// From now on it reads inside of a takeout: of the one that this holder began
    /// before, or of a new one.
    ///
    /// # Errors
    /// When Telegram asks the person first, or does not answer.
    async fn enter_takeout(&mut self, holder: &dyn TakeoutHolder) -> Result<(), ExportStopped> {
        if let Some(kept) = self.state.takeout {
            if kept.job == holder.job() && self.is_good(kept).await? {
                holder.holds(kept.id).await?;
                self.read_inside(kept.id);
                return Ok(());
            }
            self.leave_takeout(false, holder).await?;
        }
        // What it is for is known before it begins.
        self.find_earlier().await?;
        let state = &self.state;
        let scope = state
            .choice
            .takeout_of(&state.chat, state.earlier.is_some());
        let takeouts = &self.outside.takeouts;
        let id = takeouts.begin(self.account, &scope).await?;
        if let Err(error) = holder.holds(id).await {
            finish(&**takeouts, self, id, false).await?;
            return Err(error);
        }
        let job = holder.job();
        self.state.takeout = Some(OpenTakeout { id, job });
        self.keep_state().await?;
        self.read_inside(id);
        Ok(())
    }

    /// Ends the takeout that it remembers, if it does, and tells Telegram whether it
    /// was done; from now on it reads outside.
    ///
    /// # Errors
    /// When Telegram does not answer: it is remembered.
    pub async fn leave_takeout(
        &mut self,
        is_done: bool,
        holder: &dyn TakeoutHolder,
    ) -> Result<(), ExportStopped> {
        let Some(kept) = self.state.takeout else {
            return Ok(());
        };
        finish(&*self.outside.takeouts, self, kept.id, is_done).await?;
        self.forget_takeout(holder).await
    }

    /// The takeout that it remembers is over: from now on it reads outside.
    ///
    /// # Errors
    /// When that cannot be kept.
    async fn forget_takeout(&mut self, holder: &dyn TakeoutHolder) -> Result<(), ExportStopped> {
        if let Some(kept) = self.state.takeout.take() {
            self.ports = self.outside.clone();
            self.is_inside = false;
            self.keep_state().await?;
            holder.over(kept.id).await;
        }
        Ok(())
    }

    /// Whether a takeout from before goes on. If it is over, that is for a job to tell,
    /// which read in it; whoever begins anew begins a new one.
    async fn is_good(&self, kept: OpenTakeout) -> Result<bool, ExportStopped> {
        if kept.job.is_some() {
            return Ok(true);
        }
        let query = HistoryQuery {
            dialog: self.state.chat.id,
            from: HistoryFrom::Newest,
            limit: 1,
        };
        let InTakeout { records, .. } = self.outside.takeouts.inside(kept.id);
        match records.records(self.account, &query).await {
            Err(ReadError::Takeout(TakeoutRefusal::Over)) => Ok(false),
            // What cannot be read says nothing of it.
            Ok(_) | Err(ReadError::Refused { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    fn read_inside(&mut self, id: TakeoutId) {
        let InTakeout { records, media } = self.outside.takeouts.inside(id);
        self.ports.records = records;
        self.ports.media = media;
        self.is_inside = true;
    }
}

async fn finish(
    takeouts: &dyn Takeouts,
    exporter: &Exporter<'_>,
    id: TakeoutId,
    is_done: bool,
) -> Result<(), ExportStopped> {
    let finished = takeouts.finish(exporter.account, id, is_done).await;
    finished.map_err(|error| {
        tracing::info!(error = %Reason::of(&error), "an export of Telegram's was not ended");
        error.into()
    })
}
