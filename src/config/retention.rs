//! How long things are kept.

use chrono::TimeDelta;
use garde::Validate;
use sesame_domain::retention::RetentionPolicy;

use super::reader::Reader;
use super::setting::Setting;
use super::text::{LONGEST_DAYS, days};

const EXPECTS: &str = "a number of days up to 36500; 0 or nothing: for ever";

static RETAIN_UNUSED_DAYS: Setting = Setting::new("RETAIN_UNUSED_DAYS", EXPECTS);
static RETAIN_MAX_AGE_DAYS: Setting = Setting::new("RETAIN_MAX_AGE_DAYS", EXPECTS);
static RETAIN_DEAD_DAYS: Setting = Setting::with_default(
    "RETAIN_DEAD_DAYS",
    "30",
    "a number of days up to 36500; 0: for ever",
);
static AUDIT_KEEP_DAYS: Setting = Setting::new("AUDIT_KEEP_DAYS", EXPECTS);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &RETAIN_UNUSED_DAYS,
    &RETAIN_MAX_AGE_DAYS,
    &RETAIN_DEAD_DAYS,
    &AUDIT_KEEP_DAYS,
];

/// How long things are kept; 0 or nothing: for ever.
#[derive(Clone, Debug, Validate)]
pub(crate) struct Retention {
    /// After how many days without use a session is ended.
    #[garde(range(max = LONGEST_DAYS))]
    pub(crate) retain_unused_days: Option<u32>,
    /// After how many days since it was linked a session is ended.
    #[garde(range(max = LONGEST_DAYS))]
    pub(crate) retain_max_age_days: Option<u32>,
    /// How many days an account is shown whose session died.
    #[garde(range(max = LONGEST_DAYS))]
    pub(crate) retain_dead_days: u32,
    /// How many days entries of the audit are kept.
    #[garde(range(max = LONGEST_DAYS))]
    pub(crate) audit_keep_days: Option<u32>,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let section = Self {
            retain_unused_days: reader.optional(&RETAIN_UNUSED_DAYS),
            retain_max_age_days: reader.optional(&RETAIN_MAX_AGE_DAYS),
            retain_dead_days: reader.required(&RETAIN_DEAD_DAYS, 30),
            audit_keep_days: reader.optional(&AUDIT_KEEP_DAYS),
        };
        reader.check(&section);
        section
    }

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
