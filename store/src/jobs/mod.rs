//! Jobs: implements [`sesame_domain::ports::Jobs`] for whoever asks for them,
//! and [`sesame_domain::ports::JobQueue`] for the runner.

mod asking;
mod claimed;
mod look_ups;
mod queue;

#[cfg(test)]
mod plans;

pub(crate) use asking::{enqueue, forget_of};

/// Where they are.
const TABLE: &str = "jobs";
