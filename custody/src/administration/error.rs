//! Why versions cannot be administered as was asked.

use sesame_domain::keys::KeyUse;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::ports::{StoreError, VaultError};

use crate::error::SealError;
use crate::provider::ProviderError;

/// Why versions cannot be administered as was asked. Says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    /// There is no version with this name or number.
    #[error("there is no key {0}: `sesame keys list` names them all")]
    NoSuchKey(String),
    /// New secrets are sealed under it.
    #[error("key {0} is the active one: make a new one first (`sesame keys rotate`)")]
    Active(String),
    /// It is retired already.
    #[error("key {0} is retired already")]
    AlreadyRetired(String),
    /// Its key is not here, so that nothing would open.
    #[error(
        "key {0} is not on this node: put the key file that has it in its place first (or the former secret, or the access to the KMS key)"
    )]
    NotHere(String),
    /// The key file does not have the keys that remain: without them and
    /// without their hand-overs, nothing would open after the next start.
    #[error(
        "the key file on the disk lacks {}, which this node only has from the database: retiring would take that away. `sesame doctor` says what keeps keys from being added to the file",
        .0.join(", ")
    )]
    NotInFile(Vec<String>),
    /// It is not retired.
    #[error("key {0} is not retired")]
    NotRetired(String),
    /// It, or a version before it, still wraps something.
    #[error("{}", in_use(.0))]
    InUse(Vec<KeyUse>),
    /// Something may still be on its way that was sealed under it.
    #[error(
        "key {id} was superseded a moment ago, and something sealed under it may still be on its way to the database: try again in {}",
        counted(*.seconds, "second")
    )]
    TooEarly {
        /// The version.
        id: String,
        /// How long to wait.
        seconds: i64,
    },
    /// Nothing seals.
    #[error("no version of the key is active: `sesame keys rotate` makes one and makes it active")]
    NoActiveKey,
    /// A provider does not make a key, or does not answer.
    #[error("the provider of the keys cannot be used")]
    Provider(#[source] ProviderError),
    /// The keys do not do their part.
    #[error("the keys cannot be used")]
    Seal(#[source] VaultError),
    /// The database does not do its part. What was done until then is done.
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
}

impl From<SealError> for AdministrationError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Register(error) => Self::Store(error),
            SealError::Provider(error) => Self::Provider(error),
            SealError::NoVersion => Self::NoActiveKey,
            other => Self::Seal(other.into()),
        }
    }
}

fn in_use(uses: &[KeyUse]) -> String {
    let names: Vec<_> = uses.iter().map(|it| it.key_id.as_str()).collect();
    let names = names.join(", ");
    let wrapped: u64 = uses.iter().map(KeyUse::wrapped).sum();
    if wrapped > 0 {
        format!(
            "{} {} still wrapped under {names}: run `sesame keys rewrap` first",
            counted(wrapped, "data key"),
            agreeing(wrapped, "is", "are")
        )
    } else {
        format!("logins that are under way still need {names}: try again in some minutes")
    }
}
