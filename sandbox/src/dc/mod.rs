//! The data centres: `MTProto` 2.0 over TCP, and the methods that clients call.
//!
//! From the wire upwards: `wire` cuts packets out of the stream and encrypts
//! them; `handshake` gives new clients a key; `message` checks message ids,
//! sequence numbers and salts and answers what is said about the conversation
//! itself; `rpc` unwraps calls, looks the method up and guards it;
//! `methods` carries it out, a family a file; `schema` writes the world
//! in the words of Telegram's schema.

mod cdn_cipher;
mod connection;
mod data_centre;
mod dcs;
mod directory;
mod handshake;
mod late_answers;
mod message;
mod methods;
mod push;
mod refusals;
mod rpc;
mod schema;
mod wire;

pub use dcs::{Dcs, DcsStats, MintedKey, StartError};
pub use handshake::{RsaKey, RsaKeyError};
pub use refusals::Refusal;

/// A message as someone with a client of this layer sees it.
#[cfg(test)]
pub(crate) fn shown_message(
    chat: &crate::world::Chat,
    message: &crate::world::Message,
    person: i64,
    layer: i32,
) -> grammers_tl_types::enums::Message {
    let id = person;
    schema::message(chat, message, schema::Viewer { id, layer })
}
