//! Copies of chats that are kept on the server: where, how much, for how long.

use chrono::TimeDelta;

use super::section::section;
use super::setting::{setting, within};

/// A mebibyte.
const MIB: u64 = 1 << 20;
/// Ten years.
const LONGEST_DAYS: i64 = 3650;

section! {
    /// Copies of chats that are kept on the server: where, how much, for how long.
    pub(crate) struct Exports: "Exports" {
        /// Where copies of chats that people ask for are kept, sealed: a folder; several
        /// nodes need the same one. Without it: no one can ask for any.
        export_to: Option<String> = setting("EXPORT_TO", "a folder, such as /srv/exports/sesame")
            .path()
            .example("/srv/exports/sesame")
            .check(folder)
            .optional(),

        /// How many MiB the copies of one person may take together.
        export_quota_mib: u32 = setting(
            "EXPORT_QUOTA_MIB",
            "how many MiB the copies of one person may take, 1 to 100000000",
        )
        .default("4096")
        .check(within(1..=100_000_000)),

        /// How many days a copy is kept after it was made.
        export_keep_days: u32 = setting(
            "EXPORT_KEEP_DAYS",
            "how many days a copy is kept, 1 to 3650",
        )
        .default("7")
        .check(within(1..=LONGEST_DAYS)),
    }
}

impl Exports {
    /// How many bytes the copies of one person may take.
    pub(crate) fn room(&self) -> u64 {
        u64::from(self.export_quota_mib) * MIB
    }

    /// How long a copy is kept.
    pub(crate) fn kept(&self) -> TimeDelta {
        TimeDelta::days(self.export_keep_days.into())
    }
}

#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
fn folder(place: &String) -> Option<String> {
    let is_folder = place.starts_with('/');
    (!is_folder).then(|| "is no folder (from / on)".to_owned())
}
