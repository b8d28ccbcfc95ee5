//! What the checks look at, plugged: for a command that looks at everything
//! from outside, and for a node that runs.

mod application;
mod audit;
mod backups;
mod bot_api;
mod data_centres;
mod exports;
mod gathered;
mod keys;
mod log_folder;
mod mini_app;
mod on_node;
mod storage;

pub(crate) use audit::verify;
pub(crate) use gathered::Gathered;
pub(crate) use on_node::node_ports;

use sesame_checks::Unusable;

use crate::failure::Failure;

/// The words of a failure.
fn unusable(failure: &Failure) -> Unusable {
    let (says, why) = failure.in_two();
    Unusable { says, why }
}
