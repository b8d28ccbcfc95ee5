//! Backups: where to, how often, for how long.

use chrono::TimeDelta;
use secrecy::SecretString;
use sesame_custody::backup::S3Settings;
use url::Url;

use super::bucket::{AccessKey, BucketSettings, Set, place, s3};
use super::reader::Reader;
use super::section::section;
use super::setting::{secret, setting, within};
use super::text::{LONGEST_DAYS, http, no_credentials, region};

/// A year.
const LONGEST_HOURS: i64 = 8760;

section! {
    /// Backups: where to, how often, for how long.
    pub(crate) struct Backup: "Backups", check check_together {
        /// Where backups of the sealed sessions are put: a folder, on another disk than
        /// the database, or s3://bucket/prefix. They hold no keys. Without it: no backups.
        backup_to: Option<String> = setting(
            "BACKUP_TO",
            "a folder, such as /srv/backups/sesame, or s3://bucket/prefix",
        )
        .with_password()
        .path()
        .example("/srv/backups/sesame")
        .check(place)
        .optional(),

        /// The address of an S3-compatible storage, for buckets that are not at AWS.
        backup_s3_endpoint: Option<Url> = setting(
            "BACKUP_S3_ENDPOINT",
            "the http or https address of an S3-compatible storage, without a password",
        )
        .with_password()
        .example("https://s3.example.org")
        .check(http)
        .check(no_credentials)
        .optional(),

        /// The region of the bucket. Without it: us-east-1, which suits most storage that
        /// is not at AWS.
        backup_s3_region: Option<String> = setting(
            "BACKUP_S3_REGION",
            "the region of the bucket, such as eu-central-1",
        )
        .example("eu-central-1")
        .check(region)
        .optional(),

        /// The access key to the bucket: both, or neither to use what any AWS program
        /// would (AWS_* of the environment, not of this file; a profile, a web identity,
        /// the role of the container or of the machine).
        backup_s3_access_key_id: Option<String> = setting(
            "BACKUP_S3_ACCESS_KEY_ID",
            "the name of an access key, beside BACKUP_S3_SECRET_ACCESS_KEY",
        )
        .optional(),
        backup_s3_secret_access_key: Option<SecretString> = secret(
            "BACKUP_S3_SECRET_ACCESS_KEY",
            "the secret of the access key, beside BACKUP_S3_ACCESS_KEY_ID",
        )
        .optional(),

        /// The session token, if the access key is a temporary one.
        backup_s3_session_token: Option<SecretString> = secret(
            "BACKUP_S3_SESSION_TOKEN",
            "the session token of a temporary access key, beside BACKUP_S3_ACCESS_KEY_ID",
        )
        .optional(),

        /// How often a backup is made, in hours.
        backup_every_hours: u32 = setting("BACKUP_EVERY_HOURS", "a number of hours, 1 to 8760")
            .default("6")
            .check(within(1..=LONGEST_HOURS)),

        /// How many of the newest backups are kept, however old they are.
        backup_keep_last: u32 = setting(
            "BACKUP_KEEP_LAST",
            "how many of the newest backups are kept, however old, 1 to 100000",
        )
        .default("10")
        .check(within(1..=100_000)),

        /// How many days each backup is kept at least.
        backup_keep_days: u32 = setting(
            "BACKUP_KEEP_DAYS",
            "how many days each backup is kept, 1 to 36500",
        )
        .default("30")
        .check(within(1..=LONGEST_DAYS)),

        /// How often the newest backup is restored into a scratch database, in hours, to
        /// see that it can be.
        backup_rehearse_every_hours: u32 = setting(
            "BACKUP_REHEARSE_EVERY_HOURS",
            "a number of hours, 1 to 8760",
        )
        .default("24")
        .check(within(1..=LONGEST_HOURS)),
    }
}

impl Backup {
    /// How often a backup is made.
    pub(crate) fn every(&self) -> TimeDelta {
        TimeDelta::hours(self.backup_every_hours.into())
    }

    /// How long each is kept.
    pub(crate) fn keep_for(&self) -> TimeDelta {
        TimeDelta::days(self.backup_keep_days.into())
    }

    /// How long what is in a backup may outlive what was erased; `None`: there
    /// are no backups.
    pub(crate) fn kept(&self) -> Option<TimeDelta> {
        self.backup_to.as_ref()?;
        // The newest ones are kept however old, and are made one after another.
        let newest = self.every() * i32::try_from(self.backup_keep_last).unwrap_or(i32::MAX);
        Some(self.keep_for().max(newest))
    }

    /// How often the newest is restored, to see that it can be.
    pub(crate) fn rehearse_every(&self) -> TimeDelta {
        TimeDelta::hours(self.backup_rehearse_every_hours.into())
    }

    /// How its bucket is reached.
    pub(crate) fn s3(&self) -> S3Settings {
        let key = AccessKey {
            id: self.backup_s3_access_key_id.as_ref(),
            secret: self.backup_s3_secret_access_key.as_ref(),
            token: self.backup_s3_session_token.as_ref(),
        };
        let region = self.backup_s3_region.as_ref();
        s3(self.backup_s3_endpoint.as_ref(), region, &key)
    }

    fn check_together(&self, reader: &mut Reader<'_>) {
        BucketSettings {
            place: "BACKUP_TO",
            address: self.backup_to.as_deref(),
            endpoint: Set::of(
                &Self::backup_s3_endpoint(),
                self.backup_s3_endpoint.is_some(),
            ),
            region: Set::of(&Self::backup_s3_region(), self.backup_s3_region.is_some()),
            access_key_id: Set::of(
                &Self::backup_s3_access_key_id(),
                self.backup_s3_access_key_id.is_some(),
            ),
            secret_access_key: Set::of(
                &Self::backup_s3_secret_access_key(),
                self.backup_s3_secret_access_key.is_some(),
            ),
            session_token: Set::of(
                &Self::backup_s3_session_token(),
                self.backup_s3_session_token.is_some(),
            ),
        }
        .check(reader);
    }
}
