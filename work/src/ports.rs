//! What the runner stands on.

use std::sync::Arc;

use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{JobQueue, Signals};
use sesame_domain::time::Clock;

/// What the runner stands on.
#[derive(Clone)]
pub struct RunnerPorts {
    /// The tenant that it works for beside the instance; more may follow
    /// ([`crate::Runner::take_on`]).
    pub tenant: TenantId,
    /// The jobs.
    pub queue: Arc<dyn JobQueue>,
    /// Which nodes are alive, this one among them: it works for that.
    pub heartbeat: Arc<Heartbeat>,
    /// Wakes it up.
    pub signals: Arc<dyn Signals>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}
