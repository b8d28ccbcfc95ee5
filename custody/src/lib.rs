//! Sealing secrets at rest.
//!
//! Every secret gets a data key of its own (AES-256-GCM); the data key is
//! wrapped by a key of the key ring, which lives in a file beside the database,
//! never in it. A seal is bound to its format, purpose, tenant, owner and row:
//! one that is moved anywhere else does not open.
//!
//! Invariants:
//! - no session leaves [`LocalVault`] in plaintext before the audit has taken
//!   note of it;
//! - keys and plaintext live in memory that is overwritten when it is dropped,
//!   and appear in no `Debug`;
//! - bytes from outside, however malformed, give a typed error and no panic.
//!
//! Deliberately absent: any way to export a key or a session.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod aad;
pub mod audit;
mod cipher;
mod key_document;
mod key_file;
mod key_ring;
mod kms;
mod provider;
mod token_keys;
mod vault;

#[cfg(test)]
mod tests;

pub use key_file::{KeyFileError, load, load_or_create};
pub use key_ring::KeyRing;
pub use kms::{KmsProvider, KmsSettings};
pub use provider::ProviderError;
pub use vault::LocalVault;
