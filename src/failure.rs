//! Why a command failed, and what scripts learn of it.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::process::ExitCode;

use sesame_custody::backup::BackupError;
use sesame_custody::{AdministrationError, CustodyError, ProviderError};

use crate::asked::Asked;
use crate::config::Problems;
use sesame_domain::plural::agreeing;

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
    #[error("cannot listen at {address}: {}", way_to_listen(.source, .setting))]
    Address {
        /// The address.
        address: SocketAddr,
        /// What names another: a setting or an option.
        setting: &'static str,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The keys cannot be had.
    #[error("the keys that seal sessions cannot be used")]
    Keys(#[from] CustodyError),
    /// A version was not made, changed over to, archived or brought back.
    #[error("the versions of the key stay as they are")]
    Versions(#[from] AdministrationError),
    /// A backup was not made, read or restored.
    #[error("the backups cannot be worked with")]
    Backup(#[from] BackupError),
    /// Some of the backups that were listed are broken.
    #[error("{0} of these cannot be used: `sesame backup` makes a new one")]
    BrokenBackups(usize),
    /// Backups were asked for, and there is no place for them.
    #[error("there is no place for backups: set BACKUP_TO to a folder or to s3://bucket/prefix")]
    NoPlaceForBackups,
    /// Some data keys could not be wrapped anew.
    #[error("{0}")]
    NotRewrapped(String),
    /// The files belong to another user than the one who gives the command.
    #[error("{0}")]
    WrongUser(String),
    /// There are no keys yet, and this command makes none.
    #[error(
        "no key was ever made here. If there is a backup, `sesame restore` it before anything else (or is DATABASE_URL wrong?); if Sesame is new here, start it once"
    )]
    NothingSealed,
    /// What was asked for cannot be done as it was asked for.
    #[error("{0}")]
    Usage(String),
    /// The doctor found something that does not work.
    #[error("{0} of these {verb} not work", verb = agreeing(*.0, "does", "do"))]
    Unwell(usize),
    /// A login is over, and linked nothing.
    #[error("{0}")]
    NotLinked(String),
    /// The same, for a reason that passes.
    #[error("{0}")]
    NotLinkedNow(String),
    /// Telegram asks the person whether an export of theirs may begin, or ended it.
    #[error("{0}")]
    TakeoutAsks(String),
    /// Telegram does not take the application.
    #[error("{0}")]
    Application(String),
    /// A signal asked to stop before the end.
    #[error("stopped by {asked}: {left}")]
    Stopped {
        /// Which.
        asked: Asked,
        /// How things were left.
        left: &'static str,
    },
    /// Something else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// What to do about an address that cannot be listened at.
fn way_to_listen(error: &io::Error, setting: &str) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            format!("another program does already. End that, or choose another port with {setting}")
        }
        ErrorKind::AddrNotAvailable => {
            format!("it is no address of this machine. Name one that is with {setting}")
        }
        ErrorKind::PermissionDenied => {
            format!("this user may not. Choose a port above 1023 with {setting}")
        }
        _ => format!("choose another with {setting}"),
    }
}

impl Failure {
    /// Something without a kind of its own.
    pub(crate) fn other(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Other(anyhow::Error::new(source).context(what))
    }

    /// What happened, and why: in a line each.
    pub(crate) fn in_two(&self) -> (String, String) {
        let mut why = Vec::new();
        let mut cause = self.source();
        while let Some(error) = cause {
            why.push(error.to_string());
            cause = error.source();
        }
        (self.to_string(), why.join(": "))
    }

    /// What scripts learn.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_)
            | Self::Versions(_)
            | Self::NotRewrapped(_)
            | Self::Backup(_)
            | Self::BrokenBackups(_) => 1,
            // clap's, for arguments that it does not understand.
            Self::Usage(_) => 2,
            Self::Configuration(_)
            | Self::NoPlaceForBackups
            | Self::WrongUser(_)
            | Self::Application(_) => 3,
            // Of the keys: they are in order, what they stand on does not answer.
            // Trying again helps.
            Self::Storage { .. }
            | Self::Keys(
                CustodyError::Register(_) | CustodyError::Provider(ProviderError::Unavailable(_)),
            ) => 4,
            Self::Address { .. } => 5,
            Self::Keys(_) | Self::NothingSealed => 6,
            Self::Unwell(_) => 7,
            Self::NotLinked(_) => 8,
            Self::NotLinkedNow(_) => 9,
            Self::TakeoutAsks(_) => 10,
            Self::Stopped { asked, .. } => asked.exit_code(),
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

    /// systemd tries again after 4, and not after 6.
    #[test]
    fn keys_that_do_not_answer_are_told_from_keys_that_are_wrong() {
        let away = || Box::new(std::io::Error::other("no route"));
        let code = |error| Failure::Keys(error).exit_code();
        let unavailable = ProviderError::Unavailable(away());
        assert_eq!(code(CustodyError::Provider(unavailable)), ExitCode::from(4));
        let refused = ProviderError::Refused("disabled".to_owned());
        assert_eq!(code(CustodyError::Provider(refused)), ExitCode::from(6));
    }
}
