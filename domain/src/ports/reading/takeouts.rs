//! Reading inside of an export of Telegram's.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{ReadError, TakeoutId, TakeoutScope};

use super::{ReadMedia, ReadRecords};

/// Exports of Telegram's (takeouts): it tells the person's other devices of one, may
/// ask there first, and has milder limits for what is read inside of it. A new one
/// ends the one before.
#[async_trait]
pub trait Takeouts: Send + Sync {
    /// Begins one. Whoever does ends it.
    ///
    /// # Errors
    /// [`ReadError::Takeout`] when Telegram asks the person first.
    async fn begin(&self, account: &Account, scope: &TakeoutScope) -> Result<TakeoutId, ReadError>;

    /// Ends one, telling Telegram whether it was done; one that is over already is
    /// fine as it is.
    async fn finish(
        &self,
        account: &Account,
        id: TakeoutId,
        is_done: bool,
    ) -> Result<(), ReadError>;

    /// What reads inside of one. All of it is answered with [`ReadError::Takeout`]
    /// once that is over.
    fn inside(&self, id: TakeoutId) -> InTakeout;
}

/// What reads inside of a takeout.
#[derive(Clone)]
pub struct InTakeout {
    /// Messages.
    pub records: Arc<dyn ReadRecords>,
    /// Files.
    pub media: Arc<dyn ReadMedia>,
}

impl fmt::Debug for InTakeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InTakeout").finish_non_exhaustive()
    }
}
