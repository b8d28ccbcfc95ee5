//! What is known of exports that are kept on the server.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::export::{Export, MadeExport};
use crate::ids::{AccountId, ExportId, JobId, Owner, TenantId};
use crate::job::NewJob;
use crate::notice::Notice;
use crate::page::{Page, Paged};
use crate::sealed::Sealed;
use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::StoreError;

/// An export that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExport {
    /// As it is to stand in its row.
    pub export: Export,
    /// The key of its files.
    pub key: Sealed,
}

/// What came of asking for an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportBegin {
    /// It is to be made, or brought up to date.
    Begun {
        /// The export: the one that was there before, if one was.
        export: ExportId,
        /// The job that does it: the one that is not over, if one is.
        job: JobId,
    },
    /// There is one of the dialog for which something else was chosen.
    Differs(ExportId),
    /// The person's exports take all the room that they may.
    NoRoom {
        /// How many bytes they take.
        taken: u64,
    },
    /// The account is not theirs, or not linked any more.
    NoAccount,
}

/// Exports that are kept on the server, without what is in them.
#[async_trait]
pub trait Exports: Send + Sync {
    /// Asks for an export, with the job that makes it, in one transaction. With one
    /// of the same account and dialog for which the same was chosen, that one is
    /// brought up to date. `room` is how many bytes a person's exports may take.
    async fn begin(
        &self,
        new: &NewExport,
        job: &NewJob,
        room: u64,
        audit: AuditEntry,
    ) -> Result<ExportBegin, StoreError>;

    /// An export of this owner whose account is linked.
    async fn find(&self, id: ExportId, owner: &Owner) -> Result<Option<Export>, StoreError>;

    /// The export that this account has of a dialog.
    async fn of_dialog(
        &self,
        account: AccountId,
        dialog: PeerId,
    ) -> Result<Option<Export>, StoreError>;

    /// The owner's exports whose accounts are linked, newest first.
    async fn list(
        &self,
        owner: &Owner,
        page: Page<ExportId>,
    ) -> Result<Paged<Export, ExportId>, StoreError>;

    /// The sealed key of an export; `None`: there is none, or not any more.
    async fn key(&self, id: ExportId) -> Result<Option<Sealed>, StoreError>;

    /// The number of a new attempt to make an export or to bring it up to date, higher
    /// than those of all before; `None`: it is there no more.
    async fn begin_attempt(&self, id: ExportId) -> Result<Option<u64>, StoreError>;

    /// How many bytes the owner's exports take.
    async fn taken(&self, owner: &Owner) -> Result<u64, StoreError>;

    /// How many bytes the owner's exports take, without this one.
    async fn taken_beside(&self, owner: &Owner, id: ExportId) -> Result<u64, StoreError>;

    /// Keeps how many bytes an export takes by now; `false`: it is there no more.
    async fn keep_size(&self, id: ExportId, bytes: u64) -> Result<bool, StoreError>;

    /// An export was put together by a job: notes it, and tells its owner unless that
    /// was a run by itself, in one transaction. It is kept until `expires_at`, and for
    /// its next run if one is due. `false`: it is there no more, or a later attempt put it together.
    async fn finish(
        &self,
        id: ExportId,
        made: &MadeExport,
        bytes: u64,
        expires_at: Timestamp,
        notice: Notice,
        by: JobId,
    ) -> Result<bool, StoreError>;

    /// Removes an export of this owner: its row and with it its key, so that nothing
    /// of it opens any more; its files are removed afterwards. `false`: there is none.
    async fn remove(
        &self,
        id: ExportId,
        owner: &Owner,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Exports whose time is up, or whose account is not linked any more; any of them
    /// first.
    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Export>, StoreError>;

    /// Exports that were removed by then, and whose files may still be there.
    async fn to_clear(&self, before: Timestamp, limit: u32) -> Result<Vec<ExportId>, StoreError>;

    /// The files of a removed export are gone.
    async fn cleared(&self, id: ExportId) -> Result<(), StoreError>;

    /// Keeps a link, by the digest of its secret, until then; one from before is void.
    /// `false`: there is no such export of theirs.
    async fn keep_link(
        &self,
        id: ExportId,
        owner: &Owner,
        digest: [u8; 32],
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Uses a link of this tenant, which works once, until its time is up; whoever
    /// used it may go on until `until`. `None`: there is none that can be used.
    async fn use_link(
        &self,
        tenant: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Export>, StoreError>;

    /// The export of a link of this tenant whose time is not up, whether it was used
    /// or not; with which of both.
    async fn link(
        &self,
        tenant: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Export, bool)>, StoreError>;
}
