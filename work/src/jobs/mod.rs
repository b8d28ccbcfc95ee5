//! What the jobs do: a file for each kind, and its name in the list below.

#![allow(
    clippy::unnecessary_wraps,
    reason = "whether a job is done at all depends on the settings, for some of them"
)]

mod bulk;
mod check_now;
pub(crate) mod end_takeout;
mod export;
mod read_channels;
mod remove_tenant;

use std::sync::Arc;

pub(crate) use bulk::bulk_payload;
pub use bulk::{BulkPorts, bulk};
pub use check_now::{asking_to_check, check_now};
pub use end_takeout::{EndTakeoutPorts, end_takeout};
pub use export::{ExportJobPorts, export};
pub(crate) use export::{export_key, export_of, export_payload, way_of};
pub use read_channels::read_channels;
pub use remove_tenant::remove_tenant;
pub use renew_exports::renewing;

use crate::maintenance::{Maintenance, MaintenancePorts};

/// Declares a file for each name, and the list of what these do. `cargo fmt` does
/// not find files that are declared like this: `.ci/run` looks at them.
macro_rules! jobs {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// Everything that is done again and again, as far as the settings ask
        /// for it.
        pub fn maintenance(ports: &MaintenancePorts) -> Vec<Arc<dyn Maintenance>> {
            [$($name::job(ports)),+].into_iter().flatten().collect()
        }
    };
}

jobs! {
    backup,
    check_accounts,
    checkpoint,
    forget,
    forget_exports,
    forget_figures,
    forget_jobs,
    forget_nodes,
    forget_posts,
    forget_selections,
    prune_audit,
    prune_backups,
    rehearse,
    renew_exports,
    resume_reading,
    retention,
    rewrap,
    rotate_key,
    verify_audit,
}
