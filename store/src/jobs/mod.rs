//! Jobs: implements [`sesame_domain::ports::Jobs`] for whoever asks for them,
//! and [`sesame_domain::ports::JobQueue`] for the runner.

mod asking;
mod attempts;
mod claimed;
mod look_ups;
mod queue;
pub(crate) mod retrying;

#[cfg(test)]
mod plans;

pub(crate) use asking::{cancel, enqueue, forget_of};
pub(crate) use retrying::{hurry, whose};

/// Where they are.
const TABLE: &str = "jobs";
