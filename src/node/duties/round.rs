//! Does duties when they are due: one node at a time, remembered over restarts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use metrics::counter;
use sesame_domain::duty::Duty;
use sesame_domain::ids::{Fence, NodeId};
use sesame_domain::panic::caught;
use sesame_domain::ports::{Duties, Lease, LeaseKey, Leases, LongLived, StoreError, Supervisor};
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp};

/// How often it is looked whether a duty is due.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How long a duty is a node's own after its last sign of life.
const LEASE_TTL: Duration = Duration::from_secs(30);
/// The longest report that is kept.
const REPORT_CHARS: usize = 400;

/// What is done for a duty. It may be broken off at any `await`: the next try
/// goes on from what is stored.
#[async_trait]
pub(crate) trait Work: Send + Sync {
    /// Does it; says in a line what came of it.
    async fn run(&self) -> anyhow::Result<String>;
}

/// A duty of this node.
pub(crate) struct Task {
    pub(crate) duty: Duty,
    /// How long after it was begun it is due again.
    pub(crate) every: TimeDelta,
    pub(crate) work: Box<dyn Work>,
}

/// What the duties are done with.
#[derive(Clone)]
pub(crate) struct Round {
    pub(crate) node: NodeId,
    pub(crate) duties: Arc<dyn Duties>,
    pub(crate) leases: Arc<dyn Leases>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A failure of what keeps duties; the duty itself was not tried, or its
/// outcome is not known to others.
#[derive(Debug)]
pub(super) enum Missed {
    Store(StoreError),
    /// Another node took it over.
    Lost,
}

impl From<StoreError> for Missed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fenced => Self::Lost,
            other => Self::Store(other),
        }
    }
}

impl Round {
    /// Does all of these from now on, each on its own, until the stop.
    pub(crate) fn start(&self, todo: Vec<Task>, supervisor: &dyn Supervisor) {
        for task in todo {
            let round = self.clone();
            let name = format!("duty {}", task.duty.as_str());
            let task = Arc::new(task);
            supervisor.supervise(LongLived::endless(name, move || {
                round.clone().forever(Arc::clone(&task))
            }));
        }
    }

    async fn forever(self, task: Arc<Task>) {
        loop {
            match self.look(&task).await {
                Ok(()) => {}
                Err(Missed::Lost) => {
                    tracing::warn!(duty = task.duty.as_str(), "another node took a duty over");
                }
                Err(Missed::Store(error)) => {
                    tracing::warn!(
                        duty = task.duty.as_str(),
                        error = %Reason::of(&error),
                        "it cannot be told whether a duty is due"
                    );
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Does it if it is due and no one else is at it.
    pub(super) async fn look(&self, task: &Task) -> Result<(), Missed> {
        if self.due(task).await?.is_none() {
            return Ok(());
        }
        let key = LeaseKey::Task(task.duty.as_str());
        let Some(lease) = self.leases.acquire(key, &self.node, LEASE_TTL).await? else {
            return Ok(());
        };
        let done = tokio::select! {
            done = self.claim(task) => done,
            () = self.until_lost(&lease) => Err(Missed::Lost),
        };
        if let Err(error) = self.leases.release(&lease).await {
            tracing::debug!(error = %Reason::of(&error), "the lease of a duty lapses by itself");
        }
        done
    }

    /// Since when it must not have been begun, and now, if it is due.
    async fn due(&self, task: &Task) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
        let records = self.duties.records().await?;
        let now = self.clock.now();
        let record = records.iter().find(|record| record.duty == task.duty);
        Ok(match record {
            None => Some((now, now)),
            Some(record) if record.is_due(task.every, now) => {
                Some((now - record.waits(task.every, now), now))
            }
            Some(_) => None,
        })
    }

    /// Asks again, now that no one else can be at it, and does it.
    async fn claim(&self, task: &Task) -> Result<(), Missed> {
        let Some((not_since, now)) = self.due(task).await? else {
            return Ok(());
        };
        let claimed = self
            .duties
            .begin(task.duty, &self.node, now, not_since)
            .await?;
        match claimed {
            Some(fence) => self.work(task, fence).await,
            None => Ok(()),
        }
    }

    async fn work(&self, task: &Task, fence: Fence) -> Result<(), Missed> {
        let duty = task.duty;
        // A panic is a failure of the duty, and noted as one.
        let outcome = caught(task.work.run()).await;
        let outcome = outcome.unwrap_or_else(|panicked| Err(panicked.into()));
        let now = self.clock.now();
        match outcome {
            Ok(report) => {
                counter!("sesame_duties_total", "duty" => duty.as_str(), "outcome" => "done")
                    .increment(1);
                tracing::info!(duty = duty.as_str(), report, "a duty is done");
                self.duties.done(duty, fence, now, &short(&report)).await?;
            }
            Err(error) => {
                counter!("sesame_duties_total", "duty" => duty.as_str(), "outcome" => "failed")
                    .increment(1);
                let report = format!("{error:#}");
                tracing::error!(duty = duty.as_str(), error = report, "a duty failed");
                self.duties
                    .failed(duty, fence, now, &short(&report))
                    .await?;
            }
        }
        Ok(())
    }

    /// Keeps the lease; returns when it is lost.
    async fn until_lost(&self, lease: &Lease) {
        let mut silent = 0;
        // Two renewals may go unanswered before it lapses.
        while silent < 3 {
            tokio::time::sleep(LEASE_TTL / 4).await;
            match self.leases.renew(lease, LEASE_TTL).await {
                Ok(true) => silent = 0,
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(error = %Reason::of(&error), "the lease of a duty could not be renewed");
                    silent += 1;
                }
            }
        }
    }
}

fn short(report: &str) -> String {
    report.chars().take(REPORT_CHARS).collect()
}
