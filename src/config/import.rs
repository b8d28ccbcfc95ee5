//! What an import needs and must not stand in a command.

use secrecy::SecretString;

use super::section::section;
use super::setting::secret;

section! {
    /// What an import needs.
    pub(crate) struct Import: "Import" {
        /// The Fernet key with which the Python system encrypted its sessions, or several
        /// with commas between, for `sesame import telethon`. Take it out again when the
        /// import is done.
        fernet_key: Option<SecretString> = secret(
            "IMPORT_FERNET_KEY",
            "a Fernet key (44 characters), or several with commas between",
        )
        .optional(),
    }
}
