//! Wrapping keys that never leave AWS KMS.
//!
//! A version of the wrapping key is a KMS key, pinned by its ARN. Data keys
//! are made, opened and wrapped anew by KMS, each bound to what it seals by
//! its encryption context; only opened data keys ever reach this process.
//! A wrapped data key is the byte [`context::FORMAT`] and KMS's own ciphertext.
//!
//! To know:
//! - the encryption context appears in the log of KMS calls (`CloudTrail`) as
//!   it is: it consists of ids, never of names, phones or contents;
//! - the SDK logs requests, data keys to be wrapped included, at TRACE: what it
//!   says during a call is heard by no one ([`answer`]);
//! - without the Cargo feature `kms` there are only the settings, and a start
//!   that needs more is refused;
//! - copies that the SDK makes while it writes a request or reads an answer
//!   are out of reach, and not overwritten.

#[cfg(feature = "kms")]
mod answer;
#[cfg(feature = "kms")]
mod client;
#[cfg(feature = "kms")]
mod context;
#[cfg(feature = "kms")]
mod opened;
#[cfg(feature = "kms")]
mod provider;
mod settings;

#[cfg(all(test, feature = "kms"))]
mod tests;

#[cfg(feature = "kms")]
pub use provider::KmsProvider;
pub use settings::KmsSettings;
