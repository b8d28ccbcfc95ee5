//! The id of a backup.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sesame_domain::random::Entropy;
use sesame_domain::time::Timestamp;
use uuid::Uuid;

/// The id of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupId(Uuid);

impl BackupId {
    /// A fresh id.
    pub(super) fn generate(entropy: &dyn Entropy, now: Timestamp) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The id as a UUID: what the audit is about.
    pub fn as_uuid(self) -> Uuid {
        self.0
    }

    /// When the backup was begun, by the clock of whoever made it; `None`: it
    /// is no id of ours.
    pub(super) fn begun_at(self) -> Option<Timestamp> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        chrono::DateTime::from_timestamp(seconds.try_into().ok()?, nanos)
    }
}

impl fmt::Display for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Uuid> for BackupId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl FromStr for BackupId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
