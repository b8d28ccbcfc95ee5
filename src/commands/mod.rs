//! The commands, one a file.

mod accounts;
mod backup;
mod banner;
mod check;
mod config;
mod dialogs;
mod doctor;
mod import;
mod jobs;
mod keys;
mod login;
mod migrate;
mod ready;
mod restore;
mod retention;
#[cfg(feature = "sandbox")]
mod sandbox;
mod scheduled;
mod serve;

pub(crate) use accounts::accounts;
pub(crate) use backup::backup;
pub(crate) use config::config;
pub(crate) use dialogs::dialogs;
pub(crate) use doctor::doctor;
pub(crate) use import::import;
pub(crate) use jobs::jobs;
pub(crate) use keys::keys;
pub(crate) use login::login;
pub(crate) use migrate::migrate;
pub(crate) use ready::ready;
pub(crate) use restore::restore;
#[cfg(feature = "sandbox")]
pub(crate) use sandbox::sandbox;
pub(crate) use serve::serve;
