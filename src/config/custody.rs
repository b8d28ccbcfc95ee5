//! The keys that seal sessions.

use std::path::{Path, PathBuf};

use super::reader::Reader;
use super::setting::Setting;

static KEY_FILE: Setting = Setting::new(
    "KEY_FILE",
    "a file, which is made (readable by its owner alone) if it is not there",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&KEY_FILE];

/// The keys that seal sessions.
#[derive(Clone, Debug)]
pub(crate) struct Custody {
    /// Where they are.
    pub(crate) key_file: PathBuf,
}

impl Custody {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let key_file = reader.optional(&KEY_FILE).unwrap_or_else(|| {
            let path = data_dir.join("keys.json");
            reader.derived(&KEY_FILE, &path.display().to_string());
            path
        });
        Self { key_file }
    }
}
