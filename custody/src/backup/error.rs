//! What can go wrong with backups.

use sesame_domain::ports::{StoreError, VaultError};

use super::{BackupId, Damage, Flaw, RestoreReport};

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The address or the settings of the place for backups are wrong.
    #[error("no place for backups: {0}")]
    Place(String),
    /// The place does not answer, or has trouble of its own: try again later.
    #[error("the place of the backups does not answer: {0}")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The place does not let us in: the credentials, the bucket's policy or
    /// the folder's rights are wrong.
    #[error("the place of the backups refuses access: {0}")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no room left.
    #[error("the place of the backups is full: {0}")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no such backup.
    #[error("there is no such backup")]
    NotFound,
    /// Files of the backup cannot be used. Nothing of them was restored.
    #[error("the backup is damaged: {}", join(.0))]
    Damaged(Vec<Damage>),
    /// A manifest was not made by this instance, or was changed since.
    #[error(
        "{0} was not made by this instance, or was changed since; to restore after a database was lost, begin with an empty one, before Sesame is started on it"
    )]
    Forged(String),
    /// Sessions could be restored, but never opened: these keys are missing or
    /// retired.
    #[error("keys are missing or retired: {}", .0.join(", "))]
    KeysMissing(Vec<String>),
    /// Newer backups cannot be read, so it is not known what was erased since
    /// ([`Restore::despite_unreadable`](super::Restore::despite_unreadable)).
    #[error(
        "newer backups cannot be read, and with them what was erased since: {}; \
         if they cannot be put right, `sesame restore {readable} --despite-unreadable` takes \
         an older one, and may bring back what people erased since",
        .unreadable.join(", ")
    )]
    NewerUnreadable {
        /// Their manifests.
        unreadable: Vec<String>,
        /// One that can be read: the one asked for, or the newest.
        readable: BackupId,
    },
    /// All that is whole can be restored (and was, unless this was a dry run),
    /// but not everything is.
    #[error("not all of the backup can be restored: {}", join(&.0.damaged))]
    Incomplete(Box<RestoreReport>),
    /// A rehearsal did not give back what the backup has.
    #[error("the rehearsal gave back {found} records of {expected}")]
    Rehearsal {
        /// How many records the backup has.
        expected: u64,
        /// How many were found in the scratch database.
        found: u64,
    },
    /// Something cannot be written down.
    #[error("a part of the backup cannot be written")]
    Encode(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something could not be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl BackupError {
    /// One file cannot be used.
    pub(super) fn damaged(file: impl Into<String>, flaw: Flaw) -> Self {
        let file = file.into();
        Self::Damaged(vec![Damage { file, flaw }])
    }

    /// Wraps an error of an encoder.
    pub(super) fn encode(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Encode(Box::new(error))
    }

    /// In a word or two, for the audit.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Place(_) => "no place",
            Self::Unreachable(_) => "unreachable",
            Self::Denied(_) => "access denied",
            Self::Full(_) => "no room left",
            Self::NotFound => "not found",
            Self::Damaged(_) => "damaged",
            Self::Forged(_) => "forged",
            Self::KeysMissing(_) => "keys missing",
            Self::NewerUnreadable { .. } => "newer ones unreadable",
            Self::Incomplete(_) => "incomplete",
            Self::Rehearsal { .. } => "records missing",
            Self::Encode(_) => "cannot be written",
            Self::Store(_) => "storage",
            Self::Vault(_) => "vault",
        }
    }

    /// Whether the fault lies in the backup itself, so that another one may do.
    pub fn is_of_this_backup(&self) -> bool {
        matches!(self, Self::NotFound | Self::Damaged(_) | Self::Forged(_))
    }
}

/// The first few, and how many there are besides.
fn join(damages: &[Damage]) -> String {
    const NAMED: usize = 5;
    let mut text: Vec<String> = damages.iter().take(NAMED).map(Damage::to_string).collect();
    if damages.len() > NAMED {
        text.push(format!("and {} more", damages.len() - NAMED));
    }
    text.join("; ")
}
