//! Sessions of operators.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::{OperatorSessionId, TenantId};
use crate::operator::{Digest, OperatorSession, SessionEnd};
use crate::time::Timestamp;

use super::StoreError;

/// Whether a session goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It does.
    Good(OperatorSession),
    /// It is over.
    Over {
        /// Which one.
        session: OperatorSession,
        /// Whether this is the first time that someone tried it since: what
        /// comes after that need not be told again.
        is_first: bool,
    },
    /// Nothing is known of it, or it is another tenant's.
    Unknown,
}

/// Sessions of operators, known by the digests of their secrets.
/// [`super::SignIns::redeem`] begins them.
#[async_trait]
pub trait OperatorSessions: Send + Sync {
    /// The tenant's session with this secret, which is used now.
    async fn admit(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError>;

    /// The same, asked by a page that looks by itself: by that the session is not
    /// used, and none that is over is tried.
    async fn watch(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError>;

    /// The tenant's sessions that go on, the newest first, a hundred at most.
    async fn list(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<OperatorSession>, StoreError>;

    /// Ends a session of the tenant at once, with its entry in the audit;
    /// `false`: there is none that goes on.
    async fn end(
        &self,
        tenant: &TenantId,
        id: OperatorSessionId,
        how: SessionEnd,
        entry: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Ends every session of the tenant but this one; how many.
    async fn end_others(
        &self,
        tenant: &TenantId,
        but: OperatorSessionId,
        entry: AuditEntry,
    ) -> Result<u64, StoreError>;
}
