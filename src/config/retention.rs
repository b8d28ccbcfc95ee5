//! How long things are kept.

use chrono::TimeDelta;
use sesame_domain::retention::RetentionPolicy;

use super::section::section;
use super::setting::{setting, within};
use super::text::{LONGEST_DAYS, days};

const EXPECTS: &str = "a number of days up to 36500; 0 or nothing: for ever";

section! {
    /// How long things are kept; 0 or nothing: for ever.
    pub(crate) struct Retention: "Retention" {
        /// After how many days without use a session is logged out at Telegram and
        /// erased. Without it, or with 0: never.
        retain_unused_days: Option<u32> = setting("RETAIN_UNUSED_DAYS", EXPECTS)
            .check(within(0..=LONGEST_DAYS))
            .example("180")
            .optional(),

        /// After how many days since it was linked a session is logged out at Telegram
        /// and erased, used or not. Without it, or with 0: never.
        retain_max_age_days: Option<u32> = setting("RETAIN_MAX_AGE_DAYS", EXPECTS)
            .check(within(0..=LONGEST_DAYS))
            .example("365")
            .optional(),

        /// How many days an account whose session died is still shown, so that its owner
        /// can link it again; 0: for ever.
        retain_dead_days: u32 = setting(
            "RETAIN_DEAD_DAYS",
            "a number of days up to 36500; 0: for ever",
        )
        .default("30")
        .check(within(0..=LONGEST_DAYS)),

        /// How many days entries of the audit are kept. Without it, or with 0: for ever.
        audit_keep_days: Option<u32> = setting("AUDIT_KEEP_DAYS", EXPECTS)
            .check(within(0..=LONGEST_DAYS))
            .example("730")
            .optional(),
    }
}

impl Retention {
    /// How long sessions are kept.
    pub(crate) fn policy(&self) -> RetentionPolicy {
        RetentionPolicy {
            unused: days(self.retain_unused_days),
            max_age: days(self.retain_max_age_days),
            dead: days(Some(self.retain_dead_days)),
        }
    }

    /// How long entries of the audit are kept; `None`: for ever.
    pub(crate) fn audit(&self) -> Option<TimeDelta> {
        days(self.audit_keep_days)
    }
}
