//! What does the jobs of a kind.

use async_trait::async_trait;
use sesame_domain::job::{JobKind, Payload};

use crate::lanes::Lane;
use crate::outcome::{Report, Stopped};
use crate::run::JobRun;

/// Does the jobs of a kind. Whatever it does may be broken off at any `await`,
/// here or by the end of the process, and is then done again from its last
/// checkpoint: steps can be repeated.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind.
    fn kind(&self) -> JobKind;

    /// Where its jobs stand in line.
    fn lane(&self) -> Lane {
        Lane::Background
    }

    /// How often a step is begun before the job is given up.
    fn max_attempts(&self) -> u32 {
        5
    }

    /// Whether this program can read what a job is about: a newer one may have
    /// written it, and is then the one that does it.
    fn reads(&self, _payload: &Payload) -> bool {
        true
    }

    /// Does a job, from where it stopped.
    ///
    /// # Errors
    /// When it cannot go on now, or at all.
    async fn run(&self, run: &JobRun) -> Result<Report, Stopped>;
}
