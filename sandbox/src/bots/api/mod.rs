//! The Bot API over HTTP: `/bot<token>/METHOD` and `/file/bot<token>/PATH`.

mod about;
mod answer;
mod chats;
mod dispatch;
mod media;
mod messages;
mod multipart;
mod news;
mod params;
mod picture;
mod serve;

pub(super) use dispatch::call_from_webhook;
pub use serve::{MAX_BODY_BYTES, serve};
