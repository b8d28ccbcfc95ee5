//! The sealed parts of a session as bytes.

mod bytes;
mod credentials;
mod peers;

pub(crate) use credentials::{decode, encode};
pub(crate) use peers::{decode_peers, encode_peers};

/// The bytes of a session are damaged, or of a version that is not known.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the bytes of a session are damaged or of an unknown version")]
pub(crate) struct MalformedSession;
