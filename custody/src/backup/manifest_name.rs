//! The names of manifests' files.

use sesame_domain::time::Timestamp;

use super::{BackupId, MANIFESTS};

const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The name of a manifest's file: it sorts by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ManifestName {
    time: String,
    pub(super) id: BackupId,
}

impl ManifestName {
    pub(super) fn new(id: BackupId, made_at: Timestamp) -> Self {
        let time = made_at.format(TIME).to_string();
        Self { time, id }
    }

    /// Reads the name of a file; `None`: it is no manifest.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        let (time, id) = name.strip_suffix(".json")?.split_once('-')?;
        let id = id.parse().ok()?;
        let made_at = chrono::NaiveDateTime::parse_from_str(time, TIME).ok()?;
        let name = Self::new(id, made_at.and_utc());
        (name.time == time).then_some(name)
    }

    /// Its place among the others: when the backup was begun, to the second,
    /// or a second after the one before it, should clocks differ.
    pub(super) fn made_at(&self) -> Option<Timestamp> {
        let time = chrono::NaiveDateTime::parse_from_str(&self.time, TIME).ok()?;
        Some(time.and_utc())
    }

    /// When the backup was begun, by the clock of whoever made it.
    pub(super) fn begun_at(&self) -> Option<Timestamp> {
        self.id.begun_at().or_else(|| self.made_at())
    }

    /// Where the file is.
    pub(super) fn path(&self) -> String {
        format!("{MANIFESTS}/{}-{}.json", self.time, self.id)
    }
}
