//! The key exchange (<https://core.telegram.org/mtproto/auth_key>): how a
//! client that has no authorisation key gets one.

mod exchange;
mod factors;
mod rsa_key;

pub(crate) use exchange::{Exchange, step_off_reactor};
pub use rsa_key::{RsaKey, RsaKeyError};
