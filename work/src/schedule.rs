//! Asks for what is done again and again when it is due.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::{JobId, NodeId};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::ports::{Schedules, Signals, StoreError, Topic};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::schedule::{Every, ScheduleRecord};
use sesame_domain::time::Clock;
use tokio_util::sync::CancellationToken;

use crate::figures::Told;

/// How often it is looked whether something is due, at least and at most: twice
/// in the time of what is done most often.
const LOOK_EVERY: Duration = Duration::from_secs(15);
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(250);

/// What the scheduler stands on.
#[derive(Clone)]
pub struct SchedulerPorts {
    /// What was done when.
    pub schedules: Arc<dyn Schedules>,
    /// Wakes the runner up.
    pub signals: Arc<dyn Signals>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub entropy: Arc<dyn Entropy>,
}

/// Asks for jobs that are due: one of the nodes does it for all, as the row of
/// each schedule says.
pub struct Scheduler {
    ports: SchedulerPorts,
    node: NodeId,
    scheduled: Vec<(JobKind, Every)>,
    told: Told,
}

impl Scheduler {
    /// For these kinds, each that often.
    pub fn new(
        ports: SchedulerPorts,
        node: NodeId,
        scheduled: impl IntoIterator<Item = (JobKind, Every)>,
    ) -> Self {
        Self {
            ports,
            node,
            scheduled: scheduled.into_iter().collect(),
            told: Told::default(),
        }
    }

    /// Looks again and again, until the stop.
    pub async fn run(&self, stop: CancellationToken) {
        let forever = async {
            loop {
                if let Err(error) = self.look().await {
                    tracing::warn!(
                        error = %Reason::of(&error),
                        "it cannot be told what is due"
                    );
                }
                tokio::time::sleep(self.look_every()).await;
            }
        };
        stop.run_until_cancelled(forever).await;
    }

    fn look_every(&self) -> Duration {
        let periods = self.scheduled.iter().map(|(_, every)| every.period / 2);
        let shortest = periods.min().and_then(|half| half.to_std().ok());
        let often = shortest.unwrap_or(LOOK_EVERY);
        often.clamp(LOOK_AT_MOST_EVERY, LOOK_EVERY)
    }

    /// Asks for what is due now.
    ///
    /// # Errors
    /// When it cannot be told what was done when. One that cannot be asked for
    /// keeps no other from it.
    pub async fn look(&self) -> Result<(), StoreError> {
        let mut records = Vec::new();
        for row in self.ports.schedules.records().await? {
            match row {
                Ok(record) => records.push(record),
                Err(broken) => self
                    .told
                    .left_alone(&JobKind::from(broken.id.clone()), &broken),
            }
        }
        let mut asked = false;
        for (kind, every) in &self.scheduled {
            let record = records.iter().find(|record| record.kind == *kind);
            match self.ask(kind, *every, record).await {
                Ok(id) => asked |= id.is_some(),
                Err(error) => tracing::warn!(
                    job.kind = kind.as_str(),
                    error = %Reason::of(&error),
                    "what is due could not be asked for"
                ),
            }
        }
        if asked {
            // Lost, the runner looks by itself a moment later.
            let woken = self.ports.signals.publish(Topic::Jobs).await;
            if let Err(error) = woken {
                tracing::debug!(error = %Reason::of(&error), "no one was woken");
            }
        }
        Ok(())
    }

    async fn ask(
        &self,
        kind: &JobKind,
        every: Every,
        record: Option<&ScheduleRecord>,
    ) -> Result<Option<JobId>, StoreError> {
        let now = self.ports.clock.now();
        let not_since = match record {
            None => now,
            Some(record) if record.is_due(every, now) => now - record.waits(every, now),
            Some(_) => return Ok(None),
        };
        let id = JobId::generate(self.ports.entropy.as_ref(), now);
        let job = NewJob::of_schedule(id, kind.clone(), now);
        self.ports.schedules.ask(&job, &self.node, not_since).await
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}
