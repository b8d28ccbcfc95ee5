//! What became of the jobs under way, here and on other nodes.

use std::collections::{HashMap, HashSet};

use sesame_domain::ids::NodeId;
use sesame_domain::job::{JobClaim, Release};
use sesame_domain::ports::{RunningJob, StoreError};
use sesame_domain::reason::Reason;

use crate::runner::Runner;

impl Runner {
    /// What others want of the jobs under way here, and what other nodes that
    /// are no more left behind.
    pub(crate) async fn settle(&self, running: Vec<RunningJob>) -> Result<(), StoreError> {
        let mut others: HashMap<NodeId, Vec<JobClaim>> = HashMap::new();
        let mut held = HashSet::new();
        for RunningJob {
            claim,
            node,
            cancel_by,
        } in running
        {
            if node != *self.node() {
                others.entry(node).or_default().push(claim);
                continue;
            }
            held.insert((claim.id, claim.fence));
            match self.local.get(claim.id) {
                Some(job) if job.claim == claim => {
                    if cancel_by.is_some() {
                        job.cancel.cancel();
                    }
                }
                // Claimed, and never begun here or broken off since.
                _ => self.release(claim, Release::PutBack).await,
            }
        }
        for job in self.local.all() {
            if !held.contains(&(job.claim.id, job.claim.fence)) {
                job.abort.cancel();
            }
        }
        for (node, claims) in others {
            self.take_over(&node, &claims).await?;
        }
        Ok(())
    }

    /// Puts back the jobs of a node that is not alive any more: those that it
    /// was seen at before, since it may have come back.
    async fn take_over(&self, node: &NodeId, claims: &[JobClaim]) -> Result<(), StoreError> {
        if self.ports.heartbeat.is_alive(node).await? {
            return Ok(());
        }
        let now = self.ports.clock.now();
        let jobs = self.ports.queue.abandon(claims, now).await?;
        tracing::warn!(%node, jobs, "jobs of a node that is gone are taken over");
        Ok(())
    }

    pub(crate) async fn write_progress(&self) {
        for job in self.local.all() {
            let Some(progress) = job.progress.take_unwritten() else {
                continue;
            };
            let written = self.ports.queue.tell_progress(job.claim, &progress).await;
            if let Err(error) = written {
                tracing::debug!(error = %Reason::of(&error), "progress was not written");
            }
        }
    }

    /// Writes down ends that could not be before.
    pub(crate) async fn write_ends(&self) {
        for job in self.local.all() {
            if let Some(release) = job.unwritten {
                self.release(job.claim, release).await;
            }
        }
    }
}
