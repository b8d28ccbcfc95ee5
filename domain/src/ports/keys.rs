//! Where the versions of the wrapping key are registered, and the data keys
//! that they wrap.

use async_trait::async_trait;
use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::keys::{KeyUse, KeyVersion, NewKey};
use crate::sealed::{Binding, Sealed};

use super::StoreError;

/// The versions of the wrapping key. Exactly one is active once there is any.
#[async_trait]
pub trait KeyRegister: Send + Sync {
    /// Every version, oldest first.
    async fn all(&self) -> Result<Vec<KeyVersion>, StoreError>;

    /// The version that seals new secrets; `None`: none was ever registered.
    async fn active(&self) -> Result<Option<KeyVersion>, StoreError>;

    /// The version with this name.
    async fn find(&self, id: &str) -> Result<Option<KeyVersion>, StoreError>;

    /// Registers a version and makes it active, from now on and on all nodes.
    /// `after` is the version that was active when this was decided. `audit`
    /// is missing only for the very first versions: without them, none can be
    /// written.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another version became active since.
    async fn activate(
        &self,
        key: NewKey,
        after: Option<&str>,
        audit: Option<AuditEntry>,
    ) -> Result<KeyVersion, StoreError>;

    /// The lowest number that opens anything; 1 at first.
    async fn minimum(&self) -> Result<i64, StoreError>;

    /// Sets the lowest number that opens anything, and drops the hand-overs
    /// that are sealed under versions below it.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when it is above the active version's
    /// number, or a version below it still wraps something.
    async fn set_minimum(&self, number: i64, audit: AuditEntry) -> Result<(), StoreError>;

    /// Adds to the count of encryptions under a version; returns the sum.
    async fn count(&self, id: &str, encryptions: u64) -> Result<u64, StoreError>;

    /// What each version still wraps. Versions that wrap nothing are left out.
    async fn in_use(&self) -> Result<Vec<KeyUse>, StoreError>;

    /// Notes what shows that a key is the one of this version, as its
    /// [`KeyVersion::reference`]. What is noted already stays.
    async fn note_check(&self, id: &str, check: &str) -> Result<(), StoreError>;

    /// Some data keys that this version wraps; none: it wraps nothing.
    async fn wrapped_by(&self, id: &str, limit: u32) -> Result<Vec<WrappedKey>, StoreError>;
}

/// Where a wrapped data key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrappedPlace {
    /// The session of an account, or one that leaves.
    Session,
    /// The peers that such a session met.
    Peers,
    /// The half-signed-in session of a login.
    LoginSession,
    /// A secret of the instance.
    Secret,
    /// An export that is kept on the server.
    Export,
}

/// A wrapped data key at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Where.
    pub place: WrappedPlace,
    /// To what it is bound; `binding.subject` is the id of the row.
    pub binding: Binding,
    /// Under which version.
    pub key_id: String,
    /// The wrapped data key.
    pub wrapped_key: Vec<u8>,
}

/// A data key that was wrapped anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrapped {
    /// As it was read; a row that changed since is left alone.
    pub before: WrappedKey,
    /// The version that wraps it now.
    pub key_id: String,
    /// The newly wrapped data key.
    pub wrapped_key: Vec<u8>,
}

/// Wrapping data keys anew, in batches. The rows themselves say what is done:
/// an interruption needs no notes.
#[async_trait]
pub trait Rewrapping: Send + Sync {
    /// Data keys at one kind of place that are not wrapped under this version,
    /// by id, after that id.
    async fn wrapped_by_others(
        &self,
        key_id: &str,
        place: WrappedPlace,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<WrappedKey>, StoreError>;

    /// Stores newly wrapped data keys, all in one transaction; returns how many
    /// rows were still as they were read. Nothing else of a row changes, no
    /// fence and no ciphertext.
    async fn rewrap(&self, batch: &[Rewrapped], audit: AuditEntry) -> Result<u64, StoreError>;
}

/// Secrets of the instance itself, sealed ([`Binding::instance`]).
#[async_trait]
pub trait InstanceSecrets: Send + Sync {
    /// The secret with this name.
    async fn find(&self, name: &str) -> Result<Option<Sealed>, StoreError>;

    /// Stores a secret unless there is one; returns the one that is there then.
    async fn put(&self, name: &str, sealed: &Sealed) -> Result<Sealed, StoreError>;
}
