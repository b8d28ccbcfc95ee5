//! Wrapping keys that are derived from a secret in the environment.

mod derivation;
mod provider;

pub(crate) use provider::SecretProvider;
