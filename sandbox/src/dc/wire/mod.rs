//! The lowest layer: how packets are cut out of a stream of bytes, and how
//! their content is encrypted.

mod cipher;
mod framing;
mod stream;

pub(crate) use cipher::{decrypt_from_client, encrypt_for_client};
pub(crate) use stream::{PacketStream, StreamError};
