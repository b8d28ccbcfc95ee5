//! Sealing secrets at rest.
//!
//! Every secret gets a data key of its own (AES-256-GCM); the data key is
//! wrapped by a version of the wrapping key. Who holds that (a file beside the
//! database, a secret in the environment, AWS KMS) is a setting; the database
//! knows the versions, never the keys. A seal is bound to its format, purpose,
//! tenant, owner and row, and to the version and the provider that wrap it: one
//! that is moved anywhere else does not open.
//!
//! Invariants:
//! - no session leaves custody in plaintext before the audit has taken note of
//!   it, and none that does not open goes unnoticed;
//! - which version seals is asked of the register each time, so that a rotation
//!   counts on all nodes at once;
//! - keys and plaintext live in memory that is overwritten when it is dropped
//!   (keys that stay: locked memory), and appear in no `Debug`;
//! - bytes from outside, however malformed, give a typed error and no panic.
//!
//! Deliberately absent: any way to export a key or a session.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod aad;
mod administration;
mod alarm;
pub mod audit;
#[cfg(feature = "kms")]
mod aws;
pub mod backup;
mod cipher;
mod counts;
mod custody;
mod envelope;
mod error;
pub mod exports;
mod file;
mod handover;
mod kms;
mod locked;
mod names;
mod provider;
mod providers;
mod seals;
mod secret;
mod settings;
mod start;
mod token_keys;
mod user;
mod vault;

#[cfg(test)]
mod tests;

pub use administration::{
    AdministrationError, KeyAdministration, KeyStatus, KeyWarning, Retirable, RewrapProgress,
    RewrapReport, VersionStatus,
};
pub use custody::Custody;
pub use error::CustodyError;
pub use file::{KeyFileCondition, KeyFileError, NoFile, Obstacle, Way, check_private};
#[cfg(feature = "kms")]
pub use kms::KmsProvider;
pub use kms::KmsSettings;
pub use provider::ProviderError;
pub use settings::{CustodyPorts, CustodySettings};
pub use start::TOKENS;
pub use user::User;
