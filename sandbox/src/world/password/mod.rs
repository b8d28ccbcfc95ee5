//! Cloud passwords (two-step verification).

mod pbkdf2;
mod register;
mod srp;
mod verifier;

pub use register::{PasswordChallenge, PasswordError, Passwords};
pub(crate) use srp::{G, PRIME, prime};
pub use verifier::CloudPassword;
