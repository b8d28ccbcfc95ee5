//! A supervisor that looks after nothing.

use sesame_domain::ports::{LongLived, Supervisor};
use tokio_util::task::TaskTracker;

/// Spawns tasks, and starts none again.
#[derive(Clone, Debug, Default)]
pub struct SpawningSupervisor(TaskTracker);

impl SpawningSupervisor {
    /// Spawns tasks on this tracker.
    pub fn over(tasks: TaskTracker) -> Self {
        Self(tasks)
    }
}

impl Supervisor for SpawningSupervisor {
    fn supervise(&self, task: LongLived) {
        self.0.spawn(task.start());
    }
}
