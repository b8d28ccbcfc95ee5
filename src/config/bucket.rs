//! A place that is a folder or a bucket that speaks S3, as several sections have one.

use secrecy::SecretString;
use sesame_custody::backup::{BackupTarget, S3Settings};
use url::Url;

use super::about::About;
use super::reader::Reader;
use super::setting::Source;
use super::text::no_credentials;

/// Whether an address is that of a bucket.
pub(super) fn is_bucket(place: &str) -> bool {
    place.starts_with("s3://")
}

/// A folder or a bucket.
#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
pub(super) fn place(place: &String) -> Option<String> {
    if place.starts_with('/') {
        return None;
    }
    // What would be found out at the start only.
    let found = BackupTarget::check(place);
    let not_one = || Some("is neither a folder (from / on) nor s3://bucket/prefix".to_owned());
    let Ok(url) = Url::parse(place) else {
        return not_one();
    };
    if let Some(flaw) = no_credentials(&url) {
        return Some(flaw);
    }
    let plain = url.query().is_none() && url.fragment().is_none();
    let fits = match url.scheme() {
        "s3" => is_bucket(place) && url.host_str().is_some_and(|bucket| !bucket.is_empty()),
        "file" => url.to_file_path().is_ok(),
        _ => false,
    };
    if !fits || !plain {
        return not_one();
    }
    found.err().map(|error| error.to_string())
}

/// A setting, and whether it is set.
pub(super) struct Set {
    about: About,
    is_set: bool,
}

impl Set {
    pub(super) fn of(source: &impl Source, is_set: bool) -> Self {
        Self {
            about: source.setting().about.clone(),
            is_set,
        }
    }
}

/// The settings of a section that say how its bucket is reached, to be looked at
/// together.
pub(super) struct BucketSettings<'a> {
    /// The name of the setting that says where the place is.
    pub(super) place: &'static str,
    /// What it says.
    pub(super) address: Option<&'a str>,
    pub(super) endpoint: Set,
    pub(super) region: Set,
    pub(super) access_key_id: Set,
    pub(super) secret_access_key: Set,
    pub(super) session_token: Set,
}

impl BucketSettings<'_> {
    /// Notes what does not fit.
    pub(super) fn check(&self, reader: &mut Reader<'_>) {
        match (self.access_key_id.is_set, self.secret_access_key.is_set) {
            (true, false) => reader.problem_with(&self.secret_access_key.about, "is not set"),
            (false, true) => reader.problem_with(&self.access_key_id.about, "is not set"),
            (false, false) if self.session_token.is_set => reader.problem_with(
                &self.session_token.about,
                "is set, but the access key that it belongs to is not",
            ),
            _ => {}
        }
        if self.address.is_some_and(is_bucket) {
            return;
        }
        let what = format!("is set, but {} is not s3://bucket/prefix", self.place);
        for setting in [
            &self.endpoint,
            &self.region,
            &self.access_key_id,
            &self.secret_access_key,
            &self.session_token,
        ] {
            if setting.is_set {
                reader.problem_with(&setting.about, &what);
            }
        }
    }
}

/// An access key to a bucket, as far as the settings hold one.
#[derive(Default)]
pub(super) struct AccessKey<'a> {
    pub(super) id: Option<&'a String>,
    pub(super) secret: Option<&'a SecretString>,
    pub(super) token: Option<&'a SecretString>,
}

/// How a bucket is reached.
pub(super) fn s3(
    endpoint: Option<&Url>,
    region: Option<&String>,
    key: &AccessKey<'_>,
) -> S3Settings {
    S3Settings {
        endpoint: endpoint.map(ToString::to_string),
        region: region.cloned(),
        access_key_id: key.id.cloned(),
        secret_access_key: key.secret.cloned(),
        session_token: key.token.cloned(),
        allow_http: endpoint.is_some_and(|url| url.scheme() == "http"),
        path_style: endpoint.is_some(),
    }
}
