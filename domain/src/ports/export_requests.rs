//! Asking for exports.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::account::Account;
use crate::export::{
    Export, ExportChoice, ExportEstimate, ExportRun, ExportWay, LookBack, RenewEvery,
};
use crate::ids::{AccountId, ExportId, Owner};
use crate::job::Job;
use crate::reading::ReadError;
use crate::request::RequestId;
use crate::session::peer::PeerId;

use super::{ExportBegin, ExportFilesError, StoreError};

/// Why an export can neither be asked for nor removed now.
#[derive(Debug, thiserror::Error)]
pub enum ExportRequestError {
    /// The database does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its key cannot be made.
    #[error(transparent)]
    Files(#[from] ExportFilesError),
}

/// What a person's exports may take, take, and how long they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportTerms {
    /// How many bytes they may take together.
    pub room: u64,
    /// How many they take.
    pub taken: u64,
    /// How long one is kept after it was made.
    pub kept: TimeDelta,
}

impl ExportTerms {
    /// Whether another one can be begun.
    pub fn has_room(&self) -> bool {
        self.left() > 0
    }

    /// How many bytes are left.
    pub fn left(&self) -> u64 {
        self.room.saturating_sub(self.taken)
    }
}

/// Asks for exports, and removes them.
#[async_trait]
pub trait ExportRequests: Send + Sync {
    /// Asks for a copy of a dialog, or for the one that is there to be brought up to
    /// date, with the files that are missing. `look_back`: how far it is looked back
    /// for what was edited or deleted.
    async fn ask(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: ExportChoice,
        run: ExportRun,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError>;

    /// Has a copy that is there go on, or brought up to date: by this way, or by that
    /// of the last time. If it waits until the person allowed it at Telegram, naming the
    /// way is their word: it is tried at once, or done without.
    async fn go_on(
        &self,
        account: &Account,
        export: &Export,
        way: Option<ExportWay>,
        look_back: LookBack,
        caused_by: Option<RequestId>,
    ) -> Result<ExportBegin, ExportRequestError>;

    /// About how much a copy would have, before it is asked for.
    ///
    /// # Errors
    /// When Telegram cannot be asked now.
    async fn estimate(
        &self,
        account: &Account,
        dialog: PeerId,
        choice: &ExportChoice,
    ) -> Result<ExportEstimate, ReadError>;

    /// What is granted to a person, and how much of it is used.
    async fn terms(&self, owner: &Owner) -> Result<ExportTerms, ExportRequestError>;

    /// The jobs that make this account's exports, or made them, as far as they are
    /// not forgotten: the latest of each dialog.
    async fn jobs(
        &self,
        owner: &Owner,
        account: AccountId,
    ) -> Result<Vec<(PeerId, Job)>, ExportRequestError>;

    /// Has a copy brought up to date by itself from now on that often; `None`: not any
    /// more. `false`: they have none with this id.
    async fn keep_up_to_date(
        &self,
        owner: &Owner,
        id: ExportId,
        every: Option<RenewEvery>,
    ) -> Result<bool, ExportRequestError>;

    /// Cancels what is done for an export, and removes it; `false`: they have none
    /// with this id.
    async fn remove(&self, owner: &Owner, id: ExportId) -> Result<bool, ExportRequestError>;
}
