//! What the jobs do: a file for each kind.

#![allow(
    clippy::unnecessary_wraps,
    reason = "whether a job is done at all depends on the settings, for some of them"
)]

mod backup;
mod checkpoint;
mod forget;
mod forget_jobs;
mod prune_audit;
mod prune_backups;
mod rehearse;
mod retention;
mod rewrap;
mod rotate_key;

use std::sync::Arc;

use crate::maintenance::{Maintenance, MaintenancePorts};

/// Everything that is done again and again, as far as the settings ask for it.
pub fn maintenance(ports: &MaintenancePorts) -> Vec<Arc<dyn Maintenance>> {
    let all = [
        backup::job,
        checkpoint::job,
        forget::job,
        forget_jobs::job,
        prune_audit::job,
        prune_backups::job,
        rehearse::job,
        retention::job,
        rewrap::job,
        rotate_key::job,
    ];
    all.iter().filter_map(|job| job(ports)).collect()
}
