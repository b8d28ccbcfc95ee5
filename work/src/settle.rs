//! What became of the jobs under way, here and on other nodes.

use std::collections::HashSet;

use sesame_domain::ids::NodeId;
use sesame_domain::job::Release;
use sesame_domain::ports::{LeaseKey, RunningJob, StoreError};
use sesame_domain::reason::Reason;

use crate::lease::NodeLease;
use crate::runner::Runner;

impl Runner {
    /// What others want of the jobs under way here, and what other nodes that
    /// are no more left behind.
    pub(crate) async fn settle(&self, running: Vec<RunningJob>) -> Result<(), StoreError> {
        let mut others = HashSet::new();
        let mut held = HashSet::new();
        for RunningJob {
            claim,
            node,
            cancel_by,
        } in running
        {
            if node != self.node {
                others.insert(node);
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
        for node in others {
            self.take_over(&node).await?;
        }
        Ok(())
    }

    /// Puts back the jobs of a node that is not at work any more.
    async fn take_over(&self, node: &NodeId) -> Result<(), StoreError> {
        let key = LeaseKey::Runner(node.clone());
        let leases = &self.ports.leases;
        let Some(lease) = leases.acquire(key, &self.node, NodeLease::TTL).await? else {
            return Ok(());
        };
        let put_back = self.ports.queue.abandon(node, self.ports.clock.now()).await;
        if let Err(error) = leases.release(&lease).await {
            tracing::debug!(error = %Reason::of(&error), "a lease lapses by itself");
        }
        let jobs = put_back?;
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
