//! Listening and serving.
//!
//! Not axum's own server: it has no time limit for what a client does not send
//! or does not read, and no bound on connections.

mod activity;
mod connection;
mod limits;
mod listen;
mod places;
mod serve;
mod watched;

pub(crate) use limits::{Limits, Within};
pub(crate) use listen::{address_of, listen, reachable};
pub(crate) use serve::serve;
