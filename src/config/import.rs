//! What an import needs and must not stand in a command.

use secrecy::SecretString;

use super::reader::Reader;
use super::setting::Setting;

static IMPORT_FERNET_KEY: Setting = Setting::new(
    "IMPORT_FERNET_KEY",
    "a Fernet key (44 characters), or several with commas between",
)
.secret();

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&IMPORT_FERNET_KEY];

/// What an import needs.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The keys of the system that is left.
    pub(crate) fernet_key: Option<SecretString>,
}

impl Import {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            fernet_key: reader.secret(&IMPORT_FERNET_KEY),
        }
    }
}
