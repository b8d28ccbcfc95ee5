//! Links by which operators sign in.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::TenantId;
use crate::notice::Notice;
use crate::operator::{Digest, LinkRefusal, OperatorSession, SignInLink};
use crate::time::Timestamp;

use super::StoreError;

/// A link that does not work, for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLink {
    /// Why.
    pub why: LinkRefusal,
    /// Which one it is; `None`: none that is known to this tenant.
    pub link: Option<SignInLink>,
}

/// Links by which operators sign in, known by the digests of their secrets.
/// To another tenant than theirs they were never given out.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Keeps a link with its entry in the audit. Links that the operator got
    /// before and did not use are void. What is over for long is forgotten.
    async fn issue(
        &self,
        link: &SignInLink,
        digest: Digest,
        entry: AuditEntry,
    ) -> Result<(), StoreError>;

    /// Binds a link to the browser that opens it first; opens it again for
    /// that one.
    async fn open(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        now: Timestamp,
    ) -> Result<Result<SignInLink, RefusedLink>, StoreError>;

    /// Uses a link up that this browser opened: keeps the session with its
    /// entry in the audit and tells the operator in the chat, or does none of
    /// that.
    #[allow(clippy::too_many_arguments, reason = "kept together or not at all")]
    async fn redeem(
        &self,
        digest: Digest,
        browser: Digest,
        session: &OperatorSession,
        secret: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError>;

    /// Ends a link that this browser opened, since it is not theirs, and tells
    /// the operator in the chat.
    async fn reject(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError>;
}
