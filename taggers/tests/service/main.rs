//! The tagger that asks a service, over HTTP against a stand-in with faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod consent;
mod limits;
mod network;
mod parameters;
mod resting;
mod retries;
mod support;
