//! Why custody cannot start, and why a seal cannot be made or opened.

use std::path::PathBuf;

use sesame_domain::plural::agreeing;
use sesame_domain::ports::{StoreError, VaultError};

use crate::file::KeyFileError;
use crate::provider::ProviderError;

/// Why custody cannot start. Says what to do, and never quotes a key.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The key file cannot be used as it is.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keys of these versions are needed and nowhere to be found.
    #[error(
        "{what} {path}, but {versions} sealed what is stored: put the copy of the file back, or copy it from a node that has the keys; without them those sessions do not open",
        what = if *.exists { "keys are missing in" } else { "there is no key file" },
        path = .path.display(),
        versions = listed(.versions)
    )]
    KeysMissing {
        /// The key file.
        path: PathBuf,
        /// Whether there is one.
        exists: bool,
        /// The versions.
        versions: Vec<String>,
    },
    /// The keys of these versions are in the file, and are not what they were.
    #[error(
        "{path} holds {versions}, and they are damaged: they do not open what they sealed. Put a whole copy of the file in its place; keys that it lacks are taken over from the database, as long as it holds them",
        path = .path.display(),
        versions = listed(.versions)
    )]
    KeysDamaged {
        /// The key file.
        path: PathBuf,
        /// The versions.
        versions: Vec<String>,
    },
    /// No key of the file is one of this database.
    #[error(
        "{path} is the key file of another database: it has {found}, and {versions} sealed what is stored here. Is KEY_FILE, DATA_DIR or DATABASE_URL wrong? Else put the copy of the right file in its place, or copy it from a node that has the keys",
        path = .path.display(),
        found = listed(.found),
        versions = listed(.versions)
    )]
    OtherDatabase {
        /// The key file.
        path: PathBuf,
        /// The keys in it.
        found: Vec<String>,
        /// The versions that are missing.
        versions: Vec<String>,
    },
    /// Versions are registered, and none of them is active.
    #[error(
        "no version of the key is active (there are {}): nothing can be sealed. `sesame keys rotate` makes one and makes it active",
        .0.join(", ")
    )]
    NoActiveKey(Vec<String>),
    /// Accounts are linked, but no version is registered, and there is no key
    /// file whose keys could be.
    #[error(
        "accounts are linked, but no key is known, and there is no key file {path}: put the copy of it back (or name the right file); without it their sessions do not open",
        path = .0.display()
    )]
    NoKeys(PathBuf),
    /// Keys are to be made from a secret, or were, and there is none.
    #[error("a secret is needed to derive keys from{}", made(.0))]
    SecretMissing(Vec<String>),
    /// The secret is too short to be random enough.
    #[error(
        "the secret that keys are derived from must have at least {needed} random characters, it has {len}: make one with `openssl rand -base64 32`"
    )]
    SecretTooShort {
        /// How long it is, in bytes.
        len: usize,
        /// How long it must be.
        needed: usize,
    },
    /// None of the secrets is the one that made these versions.
    #[error(
        "the secret is not the one that made {versions}: set that one again, or name it as a former secret",
        versions = listed(.0)
    )]
    WrongSecret(Vec<String>),
    /// Keys are to be made by AWS KMS, or were, and it is not set up.
    #[error("AWS KMS must be set up{}", made(.0))]
    KmsMissing(Vec<String>),
    /// AWS KMS is set up, and this program has none.
    #[error(
        "AWS KMS is set up, but this Sesame was built without it: take a build with the Cargo feature `kms`, or remove the settings KMS_*"
    )]
    KmsLeftOut,
    /// The key that seals is held by a provider that only a newer program knows.
    #[error("`{provider}` is no provider that this Sesame knows{}: run the newer one", made(.versions))]
    ProviderUnknown {
        /// Its name.
        provider: String,
        /// The versions whose keys it holds.
        versions: Vec<String>,
    },
    /// A provider does not do its part.
    #[error("the provider of the keys cannot be used")]
    Provider(#[from] ProviderError),
    /// The versions, or the secrets of the instance, cannot be read or written.
    #[error("the register of keys cannot be used")]
    Register(#[from] StoreError),
    /// A secret of the instance itself does not open.
    #[error("the sealed secret `{name}` of this instance does not open")]
    InstanceSecret {
        /// Which.
        name: &'static str,
        /// Why.
        #[source]
        source: VaultError,
    },
}

fn listed(versions: &[String]) -> String {
    format!(
        "the {} {}",
        agreeing(versions.len(), "key", "keys"),
        versions.join(", ")
    )
}

fn made(versions: &[String]) -> String {
    if versions.is_empty() {
        String::new()
    } else {
        format!(": {} sealed what is stored", listed(versions))
    }
}

/// Why something cannot be sealed, opened or wrapped anew: [`VaultError`], with
/// what an alarm must tell apart.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// No version is active.
    #[error("no key is active")]
    NoVersion,
    /// No such version was ever registered.
    #[error("no such key is registered")]
    Unregistered(String),
    /// The version is registered, and its key is not here.
    #[error("key {0} is not here")]
    NotHeld(String),
    /// The version is retired.
    #[error("key {0} is retired")]
    Retired(String),
    /// It was changed, moved, or sealed for something else.
    #[error("changed, moved or sealed for something else")]
    Tampered,
    /// Its format is not known.
    #[error("unknown format")]
    Format,
    /// The provider does not answer, or refuses.
    #[error("the provider of the keys is unavailable")]
    Provider(#[source] ProviderError),
    /// The register does not answer.
    #[error("the register of keys cannot be read")]
    Register(#[source] StoreError),
}

impl SealError {
    /// Whether it means that someone meddled with the sealed value.
    pub(crate) fn is_alarm(&self) -> bool {
        match self {
            Self::Unregistered(_) | Self::Tampered | Self::Format => true,
            Self::NoVersion
            | Self::NotHeld(_)
            | Self::Retired(_)
            | Self::Provider(_)
            | Self::Register(_) => false,
        }
    }
}

impl From<ProviderError> for SealError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Missing(id) => Self::NotHeld(id),
            ProviderError::Tampered => Self::Tampered,
            ProviderError::Format => Self::Format,
            ProviderError::Refused(_)
            | ProviderError::KeyFile(_)
            | ProviderError::Unavailable(_) => Self::Provider(error),
        }
    }
}

impl From<SealError> for VaultError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoVersion => Self::UnknownKey("(none is active)".to_owned()),
            SealError::Unregistered(id) | SealError::NotHeld(id) => Self::UnknownKey(id),
            SealError::Retired(id) => Self::RetiredKey(id),
            SealError::Tampered => Self::Tampered,
            SealError::Format => Self::Format,
            SealError::Provider(error) => Self::Provider(Box::new(error)),
            SealError::Register(error) => Self::Register(error),
        }
    }
}
