//! What is imported, and what comes of it.

use std::fmt;

use secrecy::SecretString;
use sesame_domain::account::{Account, Profile};
use sesame_domain::device::Device;
use sesame_domain::ids::{Owner, PersonId};

use super::fernet::FernetKeys;

/// A session from another system.
#[derive(Clone)]
pub struct ImportItem {
    /// Whose it should be. Where this is known, an account that is linked
    /// already is left alone without a call to Telegram: the same key may be
    /// in use, and must not be used in two places at once.
    pub person: Option<PersonId>,
    /// Telethon's `StringSession`, in plain or as a Fernet token.
    pub text: SecretString,
    /// The keys to Fernet tokens.
    pub fernet: Option<FernetKeys>,
}

impl fmt::Debug for ImportItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportItem")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The account is linked now.
    Imported(Account),
    /// Its owner has an account that is not dead: nothing was changed.
    AlreadyLinked(Account),
    /// Its owner would have an account by then, from a session that came before
    /// in this dry run.
    WouldBeLinked {
        /// Whose it is.
        owner: Owner,
        /// How Telegram shows them.
        profile: Profile,
    },
    /// It would be linked, if this were not a dry run.
    WouldImport {
        /// Whose it is.
        owner: Owner,
        /// How Telegram shows them.
        profile: Profile,
        /// How the session shows up in Settings > Devices.
        device: Device,
    },
}
