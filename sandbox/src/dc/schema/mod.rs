//! The world in the words of Telegram's schema.

mod authorization;
mod chat;
mod cloud_password;
mod config;
mod count;
mod dialog;
mod full_chat;
mod media;
mod message;
mod older;
mod parties;
mod references;
mod sent_code;
mod updates;
mod user;
mod viewer;

pub(crate) use authorization::{authorization, logged_in};
pub(crate) use chat::{peer, user_peer};
pub(crate) use cloud_password::password;
pub(crate) use config::config;
pub(crate) use count::count;
pub(crate) use dialog::{archive, dialog};
pub(crate) use full_chat::{channel_full, chat_full};
pub(crate) use media::emoji_document;
pub(crate) use message::{message, no_message};
pub(crate) use parties::Parties;
pub(crate) use sent_code::sent_code;
pub(crate) use updates::{
    deleted_update, edited_update, new_message_update, new_message_updates, updates_of,
};
pub(crate) use user::{access_hash, no_notify_settings, user, user_full};
pub(crate) use viewer::Viewer;
