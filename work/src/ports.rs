//! What the runner stands on.

use std::sync::Arc;

use sesame_domain::ports::{JobQueue, Leases, Signals};
use sesame_domain::time::Clock;

/// What the runner stands on.
#[derive(Clone)]
pub struct RunnerPorts {
    /// The jobs.
    pub queue: Arc<dyn JobQueue>,
    /// Who is at work.
    pub leases: Arc<dyn Leases>,
    /// Wakes it up.
    pub signals: Arc<dyn Signals>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}
