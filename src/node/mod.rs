//! Sesame as a running thing: all parts, joined.

pub(crate) mod backups;
mod crew;
mod data_centres;
mod duties;
pub(crate) mod face;
mod ground;
mod http;
mod node_lock;
mod probe;
mod readiness;
pub(crate) mod refused;
mod running;
mod sandbox;
mod scratch_folder;
pub(crate) mod storage;

pub(crate) use crew::{Crew, try_application};
pub(crate) use ground::Ground;
pub(crate) use http::{address_of, listen, reachable};
pub(crate) use running::Sesame;
