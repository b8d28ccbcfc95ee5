//! Copies of chats that are kept on the server: where, how much, for how long.

use chrono::TimeDelta;
use secrecy::SecretString;
use sesame_custody::backup::S3Settings;
use url::Url;

use super::bucket::{AccessKey, BucketSettings, Set, place, s3};
use super::reader::Reader;
use super::section::section;
use super::setting::{secret, setting, within};
use super::text::{http, no_credentials, region};

/// A mebibyte.
const MIB: u64 = 1 << 20;
/// Ten years.
const LONGEST_DAYS: i64 = 3650;

section! {
    /// Copies of chats that are kept on the server: where, how much, for how long.
    pub(crate) struct Exports: "Exports", check check_together {
        /// Where copies of chats that people ask for are kept, sealed: a folder, or
        /// s3://bucket/prefix; several nodes need the same one. Without it: no one can ask
        /// for any.
        export_to: Option<String> = setting(
            "EXPORT_TO",
            "a folder, such as /srv/exports/sesame, or s3://bucket/prefix",
        )
        .with_password()
        .path()
        .example("/srv/exports/sesame")
        .check(place)
        .optional(),

        /// The address of an S3-compatible storage, for buckets that are not at AWS.
        export_s3_endpoint: Option<Url> = setting(
            "EXPORT_S3_ENDPOINT",
            "the http or https address of an S3-compatible storage, without a password",
        )
        .with_password()
        .example("https://s3.example.org")
        .check(http)
        .check(no_credentials)
        .optional(),

        /// The region of the bucket. Without it: us-east-1, which suits most storage that
        /// is not at AWS.
        export_s3_region: Option<String> = setting(
            "EXPORT_S3_REGION",
            "the region of the bucket, such as eu-central-1",
        )
        .example("eu-central-1")
        .check(region)
        .optional(),

        /// The access key to the bucket: both, or neither to use what any AWS program
        /// would (AWS_* of the environment, not of this file; a profile, a web identity,
        /// the role of the container or of the machine).
        export_s3_access_key_id: Option<String> = setting(
            "EXPORT_S3_ACCESS_KEY_ID",
            "the name of an access key, beside EXPORT_S3_SECRET_ACCESS_KEY",
        )
        .optional(),
        export_s3_secret_access_key: Option<SecretString> = secret(
            "EXPORT_S3_SECRET_ACCESS_KEY",
            "the secret of the access key, beside EXPORT_S3_ACCESS_KEY_ID",
        )
        .optional(),

        /// The session token, if the access key is a temporary one.
        export_s3_session_token: Option<SecretString> = secret(
            "EXPORT_S3_SESSION_TOKEN",
            "the session token of a temporary access key, beside EXPORT_S3_ACCESS_KEY_ID",
        )
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

    /// How its bucket is reached.
    pub(crate) fn s3(&self) -> S3Settings {
        let key = AccessKey {
            id: self.export_s3_access_key_id.as_ref(),
            secret: self.export_s3_secret_access_key.as_ref(),
            token: self.export_s3_session_token.as_ref(),
        };
        let region = self.export_s3_region.as_ref();
        s3(self.export_s3_endpoint.as_ref(), region, &key)
    }

    fn check_together(&self, reader: &mut Reader<'_>) {
        BucketSettings {
            place: "EXPORT_TO",
            address: self.export_to.as_deref(),
            endpoint: Set::of(
                &Self::export_s3_endpoint(),
                self.export_s3_endpoint.is_some(),
            ),
            region: Set::of(&Self::export_s3_region(), self.export_s3_region.is_some()),
            access_key_id: Set::of(
                &Self::export_s3_access_key_id(),
                self.export_s3_access_key_id.is_some(),
            ),
            secret_access_key: Set::of(
                &Self::export_s3_secret_access_key(),
                self.export_s3_secret_access_key.is_some(),
            ),
            session_token: Set::of(
                &Self::export_s3_session_token(),
                self.export_s3_session_token.is_some(),
            ),
        }
        .check(reader);
    }
}
