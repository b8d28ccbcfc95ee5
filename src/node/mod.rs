//! Sesame as a running thing: all parts, joined.

pub(crate) mod backups;
mod channels;
mod core;
mod diagnosis;
mod exports;
mod folder_sizes;
mod heartbeat;
mod http;
mod jobs;
mod keys;
mod node_lock;
mod presence;
mod probe;
mod readiness;
pub(crate) mod refused;
mod running;
mod runtime;
#[cfg(feature = "sandbox")]
mod sandbox;
mod scratch_folder;
mod slo_counts;
pub(crate) mod storage;
#[cfg(test)]
mod supervised;
pub(crate) mod supervisor;
mod telegram;
mod tenants;
mod watch;
pub(crate) mod wiring;

pub(crate) use self::core::Core;
#[cfg(feature = "sandbox")]
pub(crate) use http::address_of;
pub(crate) use http::{listen, reachable};
pub(crate) use running::Sesame;
pub(crate) use runtime::{Runtime, try_application, try_data_centres};
pub(crate) use tenants::{TenantForCommand, why_idle};
