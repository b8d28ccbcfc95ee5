//! How many sessions a node has open at once. Whoever wants another one waits in
//! turn; meanwhile those are closed that no one is at work with.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio_util::sync::CancellationToken;

use super::live::PoolError;
use super::places::Places;

/// One that was used within so long is about to be used again.
const IDLE_FOR: Duration = Duration::from_secs(2);
/// How often is looked for one that can be closed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Room for so many open sessions.
pub(super) struct Room(Arc<Semaphore>);

/// Room for one, as long as it is open.
pub(super) type Taken = OwnedSemaphorePermit;

impl Room {
    /// Room for so many, one at least.
    pub(super) fn of(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most.max(1))))
    }

    /// Takes room for one, in turn, as soon as there is some.
    ///
    /// # Errors
    /// [`PoolError::Stopping`] when the node stops meanwhile.
    pub(super) async fn take(
        &self,
        places: &Places,
        stop: &CancellationToken,
    ) -> Result<Taken, PoolError> {
        match Arc::clone(&self.0).try_acquire_owned() {
            Ok(taken) => return Ok(taken),
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {}
        }
        let turn = Arc::clone(&self.0).acquire_owned();
        tokio::pin!(turn);
        loop {
            if let Some(idlest) = places.idlest(IDLE_FOR) {
                // Its keeper stores what is to be stored; then there is room.
                idlest.close.cancel();
            }
            tokio::select! {
                () = stop.cancelled() => return Err(PoolError::Stopping),
                taken = &mut turn => return taken.map_err(|_| PoolError::Stopping),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}
