//! The world in the words of Telegram's schema.

mod authorization;
mod chat;
mod cloud_password;
mod config;
mod count;
mod dialog;
mod media;
mod message;
mod parties;
mod sent_code;
mod updates;
mod user;

pub(crate) use authorization::{authorization, logged_in};
pub(crate) use chat::peer;
pub(crate) use cloud_password::password;
pub(crate) use config::config;
pub(crate) use count::count;
pub(crate) use dialog::dialog;
pub(crate) use media::PHOTO_SIZE;
pub(crate) use message::{message, no_message};
pub(crate) use parties::Parties;
pub(crate) use sent_code::sent_code;
pub(crate) use updates::{channel_updates, deleted_update, edited_update, new_message_updates};
pub(crate) use user::{access_hash, user, user_full};
