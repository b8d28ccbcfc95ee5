//! Why a command failed, and what scripts learn of it.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use sesame_custody::KeyFileError;

use crate::config::Problems;

/// Why a command failed. Each kind has an exit code of its own; they are
/// documented in `sesame --help`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration is incomplete or wrong.
    #[error(transparent)]
    Configuration(#[from] Problems),
    /// The database or Redis cannot be used.
    #[error("{message}")]
    Storage {
        /// What to do.
        message: String,
        /// What happened.
        #[source]
        source: anyhow::Error,
    },
    /// The address to listen at is taken, or not this machine's.
    #[error(
        "cannot listen at {address}: end what uses it, or choose another with LISTEN or --listen"
    )]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: anyhow::Error,
    },
    /// The keys cannot be had.
    #[error("the keys that seal sessions cannot be used")]
    Keys(#[from] KeyFileError),
    /// The keys are gone, though sessions are sealed under them.
    #[error(
        "the key file {0} is not there, but accounts are linked: restore it from a backup (or set KEY_FILE to where it is); without it their sessions do not open"
    )]
    KeysMissing(PathBuf),
    /// Something else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl Failure {
    /// Something without a kind of its own.
    pub(crate) fn other(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Other(anyhow::Error::new(source).context(what))
    }

    /// What scripts learn.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_) => 1,
            // 2 is clap's, for arguments that it does not understand.
            Self::Configuration(_) => 3,
            Self::Storage { .. } => 4,
            Self::Address { .. } => 5,
            Self::Keys(_) | Self::KeysMissing(_) => 6,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_configuration_can_be_told_by_its_code() {
        let failure = Failure::from(Problems::default());
        assert_eq!(failure.exit_code(), ExitCode::from(3));
        let failure = Failure::other("no", std::io::Error::other("because"));
        assert_eq!(failure.exit_code(), ExitCode::from(1));
    }
}
