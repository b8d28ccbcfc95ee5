//! The database and Redis.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::{Answers, Unusable};
use sesame_domain::time::SystemClock;
use sesame_store::Database;

use super::unusable;
use crate::config::Storage;
use crate::node::storage;
use crate::node::supervisor::TaskSupervisor;

/// The database, and how its schema was when it was connected.
pub(super) struct Schema {
    database: Option<Database>,
    lacks: Result<usize, Unusable>,
}

impl Schema {
    /// Connects to the database of these settings; keeps it if it can be
    /// worked with.
    pub(super) async fn connect(settings: &Storage) -> Self {
        let database = match storage::connect_made(settings).await {
            Ok(database) => database,
            Err(failure) => return Self::without(Err(unusable(&failure))),
        };
        match storage::pending(&database).await {
            Ok(pending) if pending.is_empty() => Self {
                database: Some(database),
                lacks: Ok(0),
            },
            other => {
                storage::close(&database).await;
                Self::without(match other {
                    Ok(pending) => Ok(pending.len()),
                    Err(failure) => Err(unusable(&failure)),
                })
            }
        }
    }

    fn without(lacks: Result<usize, Unusable>) -> Self {
        Self {
            database: None,
            lacks,
        }
    }

    /// The database, if its schema is up to date.
    pub(super) fn whole(&self) -> Option<Database> {
        self.database.clone()
    }
}

#[async_trait]
impl sesame_checks::Database for Schema {
    async fn lacks(&self) -> Result<usize, Unusable> {
        self.lacks.clone()
    }
}

/// Redis.
pub(super) struct Redis(Storage);

impl Redis {
    /// Redis, if it is set.
    pub(super) fn of(settings: &Storage) -> Option<Arc<dyn Answers>> {
        settings.redis_url.as_ref()?;
        Some(Arc::new(Self(settings.clone())))
    }
}

#[async_trait]
impl Answers for Redis {
    async fn try_out(&self) -> Result<(), Unusable> {
        let supervisor = TaskSupervisor::for_command();
        let clock = Arc::new(SystemClock);
        let coordination = storage::coordinate(&self.0, "doctor", None, clock, &supervisor).await;
        coordination
            .map_err(|failure| unusable(&failure))?
            .close()
            .await;
        Ok(())
    }
}
