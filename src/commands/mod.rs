//! The commands, one a file.

mod accounts;
mod banner;
mod config;
mod migrate;
mod sandbox;
mod serve;

pub(crate) use accounts::accounts;
pub(crate) use config::config;
pub(crate) use migrate::migrate;
pub(crate) use sandbox::sandbox;
pub(crate) use serve::serve;
