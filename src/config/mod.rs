//! The configuration: read once at start, from the environment and `.env`,
//! into one typed section for each part. Nothing else reads the environment.

mod bot;
mod custody;
mod layers;
mod login;
mod logs;
mod origin;
mod problems;
mod reader;
mod setting;
mod settings;
mod storage;
mod telegram;
mod text;
mod web;

#[cfg(test)]
mod tests;

pub(crate) use bot::Bot;
pub(crate) use custody::Custody;
pub(crate) use layers::Layers;
pub(crate) use login::Login;
pub(crate) use logs::{LogFormat, Logs};
pub(crate) use origin::{Effective, Origin};
pub(crate) use problems::Problems;
pub(crate) use reader::Reader;
pub(crate) use setting::names;
pub(crate) use settings::{Overview, Settings, StorageSettings};
pub(crate) use storage::Storage;
pub(crate) use telegram::{Servers, Telegram};
pub(crate) use web::Web;
