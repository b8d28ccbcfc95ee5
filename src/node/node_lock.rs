//! The sessions of a database are worked with by one node alone, or by several
//! that the same Redis coordinates.

use std::time::Duration;

use sesame_domain::reason::Reason;
use sesame_store::{DatabaseSettings, NodeLock, NodeLockError, Sharing};
use tokio::time::{Instant, sleep};

use crate::config::Storage;
use crate::failure::Failure;

/// How long another one may take to end: PostgreSQL needs a moment to notice
/// that a node was killed, and a restart must not fail for it.
const WAIT: Duration = Duration::from_secs(5);

/// How often is looked meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Takes the lock, under a name that tells others who has it. Without Redis,
/// leases are in memory and keep no one else away: then it is for one alone.
pub(crate) async fn take(settings: &Storage, name: &str) -> Result<NodeLock, Failure> {
    let sharing = match settings.redis_url {
        Some(_) => Sharing::Coordinated,
        None => Sharing::Alone,
    };
    let database = DatabaseSettings::at(settings.database.clone());
    let give_up = Instant::now() + WAIT;
    let mut waits = false;
    loop {
        match NodeLock::take(&database, sharing, name).await {
            Ok(lock) => return Ok(lock),
            Err(NodeLockError::Taken(holder)) if Instant::now() < give_up => {
                if !waits {
                    tracing::warn!(%holder, "another node works on this database: waiting for its end");
                }
                waits = true;
                sleep(LOOK_EVERY).await;
            }
            Err(error) => return Err(refused(error, sharing)),
        }
    }
}

/// Waits until another one has the lock that this process had.
pub(crate) async fn lost(lock: &NodeLock) -> Failure {
    let error = lock.lost().await;
    tracing::error!(error = %Reason::of(&error), "the lock of the database was lost to another node: this one ends");
    storage(
        "another node works on this database now, so this one ends: set REDIS_URL on all of them"
            .to_owned(),
        error,
    )
}

fn refused(error: NodeLockError, sharing: Sharing) -> Failure {
    let message = match (&error, sharing) {
        (NodeLockError::Taken(holder), Sharing::Alone) => format!(
            "another node works on this database ({holder}): set REDIS_URL on all of them, \
             or end it first"
        ),
        (NodeLockError::Taken(holder), Sharing::Coordinated) => format!(
            "a node without REDIS_URL works on this database ({holder}): end it, \
             and set REDIS_URL on all of them"
        ),
        _ => "the database cannot be locked against other nodes".to_owned(),
    };
    storage(message, error)
}

fn storage(message: String, error: NodeLockError) -> Failure {
    Failure::Storage {
        message,
        source: anyhow::Error::new(error),
    }
}
