//! Backups: where to, how often, for how long.

use chrono::TimeDelta;
use garde::Validate;
use secrecy::SecretString;
use sesame_custody::backup::BackupTarget;
use url::Url;

use super::reader::Reader;
use super::setting::Setting;
use super::text::{LONGEST_DAYS, is_http_url, is_region, no_credentials};

static BACKUP_TO: Setting = Setting::new(
    "BACKUP_TO",
    "a folder, such as /srv/backups/sesame, or s3://bucket/prefix",
)
.with_password()
.path();
static BACKUP_S3_ENDPOINT: Setting = Setting::new(
    "BACKUP_S3_ENDPOINT",
    "the http or https address of an S3-compatible storage, without a password",
)
.with_password();
static BACKUP_S3_REGION: Setting = Setting::new(
    "BACKUP_S3_REGION",
    "the region of the bucket, such as eu-central-1",
);
static BACKUP_S3_ACCESS_KEY_ID: Setting = Setting::new(
    "BACKUP_S3_ACCESS_KEY_ID",
    "the name of an access key, beside BACKUP_S3_SECRET_ACCESS_KEY",
);
static BACKUP_S3_SECRET_ACCESS_KEY: Setting = Setting::new(
    "BACKUP_S3_SECRET_ACCESS_KEY",
    "the secret of the access key, beside BACKUP_S3_ACCESS_KEY_ID",
)
.secret();
static BACKUP_S3_SESSION_TOKEN: Setting = Setting::new(
    "BACKUP_S3_SESSION_TOKEN",
    "the session token of a temporary access key, beside BACKUP_S3_ACCESS_KEY_ID",
)
.secret();
static BACKUP_EVERY_HOURS: Setting =
    Setting::with_default("BACKUP_EVERY_HOURS", "6", "a number of hours, 1 to 8760");
static BACKUP_KEEP_LAST: Setting = Setting::with_default(
    "BACKUP_KEEP_LAST",
    "10",
    "how many of the newest backups are kept, however old, 1 to 100000",
);
static BACKUP_KEEP_DAYS: Setting = Setting::with_default(
    "BACKUP_KEEP_DAYS",
    "30",
    "how many days each backup is kept, 1 to 36500",
);
static BACKUP_REHEARSE_EVERY_HOURS: Setting = Setting::with_default(
    "BACKUP_REHEARSE_EVERY_HOURS",
    "24",
    "a number of hours, 1 to 8760",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &BACKUP_TO,
    &BACKUP_S3_ENDPOINT,
    &BACKUP_S3_REGION,
    &BACKUP_S3_ACCESS_KEY_ID,
    &BACKUP_S3_SECRET_ACCESS_KEY,
    &BACKUP_S3_SESSION_TOKEN,
    &BACKUP_EVERY_HOURS,
    &BACKUP_KEEP_LAST,
    &BACKUP_KEEP_DAYS,
    &BACKUP_REHEARSE_EVERY_HOURS,
];

/// Backups: where to, how often, for how long.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Backup {
    /// A folder, `file:///folder` or `s3://bucket/prefix`; `None`: nowhere.
    #[garde(custom(is_place))]
    pub(crate) backup_to: Option<String>,
    /// Where S3 is, if not at AWS.
    #[garde(custom(is_endpoint))]
    pub(crate) backup_s3_endpoint: Option<Url>,
    /// The bucket's region.
    #[garde(custom(is_region))]
    pub(crate) backup_s3_region: Option<String>,
    /// The name of an access key; not a secret.
    pub(crate) backup_s3_access_key_id: Option<String>,
    /// The access key itself; there if and only if its name is.
    pub(crate) backup_s3_secret_access_key: Option<SecretString>,
    /// What belongs to the access key, if that is for a while only.
    pub(crate) backup_s3_session_token: Option<SecretString>,
    /// How often a backup is made.
    #[garde(range(min = 1, max = 8760))]
    pub(crate) backup_every_hours: u32,
    /// How many of the newest are kept, however old.
    #[garde(range(min = 1, max = 100_000))]
    pub(crate) backup_keep_last: u32,
    /// How long each is kept.
    #[garde(range(min = 1, max = LONGEST_DAYS))]
    pub(crate) backup_keep_days: u32,
    /// How often the newest is restored, to see that it can be.
    #[garde(range(min = 1, max = 8760))]
    pub(crate) backup_rehearse_every_hours: u32,
}

impl Backup {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let section = Self {
            backup_to: reader.optional(&BACKUP_TO),
            backup_s3_endpoint: reader.optional(&BACKUP_S3_ENDPOINT),
            backup_s3_region: reader.optional(&BACKUP_S3_REGION),
            backup_s3_access_key_id: reader.optional(&BACKUP_S3_ACCESS_KEY_ID),
            backup_s3_secret_access_key: reader.secret(&BACKUP_S3_SECRET_ACCESS_KEY),
            backup_s3_session_token: reader.secret(&BACKUP_S3_SESSION_TOKEN),
            backup_every_hours: reader.required(&BACKUP_EVERY_HOURS, 6),
            backup_keep_last: reader.required(&BACKUP_KEEP_LAST, 10),
            backup_keep_days: reader.required(&BACKUP_KEEP_DAYS, 30),
            backup_rehearse_every_hours: reader.required(&BACKUP_REHEARSE_EVERY_HOURS, 24),
        };
        reader.check(&section);
        section.check_access_key(reader);
        section.check_target(reader);
        section
    }

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

    fn check_access_key(&self, reader: &mut Reader<'_>) {
        match (
            &self.backup_s3_access_key_id,
            &self.backup_s3_secret_access_key,
        ) {
            (Some(_), None) => reader.problem(&BACKUP_S3_SECRET_ACCESS_KEY, "is not set"),
            (None, Some(_)) => reader.problem(&BACKUP_S3_ACCESS_KEY_ID, "is not set"),
            (None, None) if self.backup_s3_session_token.is_some() => reader.problem(
                &BACKUP_S3_SESSION_TOKEN,
                "is set, but the access key that it belongs to is not",
            ),
            _ => {}
        }
    }

    fn check_target(&self, reader: &mut Reader<'_>) {
        let to_s3 = self.backup_to.as_deref().is_some_and(is_bucket);
        let of_s3 = [
            (&BACKUP_S3_ENDPOINT, self.backup_s3_endpoint.is_some()),
            (&BACKUP_S3_REGION, self.backup_s3_region.is_some()),
            (
                &BACKUP_S3_ACCESS_KEY_ID,
                self.backup_s3_access_key_id.is_some(),
            ),
            (
                &BACKUP_S3_SECRET_ACCESS_KEY,
                self.backup_s3_secret_access_key.is_some(),
            ),
            (
                &BACKUP_S3_SESSION_TOKEN,
                self.backup_s3_session_token.is_some(),
            ),
        ];
        for (setting, set) in of_s3 {
            if set && !to_s3 {
                reader.problem(setting, "is set, but BACKUP_TO is not s3://bucket/prefix");
            }
        }
    }
}

fn is_bucket(place: &str) -> bool {
    place.starts_with("s3://")
}

fn is_place(place: &Option<String>, (): &()) -> garde::Result {
    let Some(place) = place else {
        return Ok(());
    };
    if place.starts_with('/') {
        return Ok(());
    }
    // What would be found out at the start only.
    let found = BackupTarget::check(place);
    let not_one = || garde::Error::new("is neither a folder (from / on) nor s3://bucket/prefix");
    let url = Url::parse(place).map_err(|_| not_one())?;
    no_credentials(&url)?;
    let plain = url.query().is_none() && url.fragment().is_none();
    let fits = match url.scheme() {
        "s3" => is_bucket(place) && url.host_str().is_some_and(|bucket| !bucket.is_empty()),
        "file" => url.to_file_path().is_ok(),
        _ => false,
    };
    (fits && plain).then_some(()).ok_or_else(not_one)?;
    found.map_err(|error| garde::Error::new(error.to_string()))
}

fn is_endpoint(url: &Option<Url>, (): &()) -> garde::Result {
    match url {
        Some(url) if !is_http_url(url) => Err(garde::Error::new("is not an http or https address")),
        Some(url) => no_credentials(url),
        None => Ok(()),
    }
}
