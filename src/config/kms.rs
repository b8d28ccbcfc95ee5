//! AWS KMS, for keys that never leave it.

use std::time::Duration;

use garde::Validate;
use sesame_custody::KmsSettings;
use url::{Host, Url};

use super::reader::Reader;
use super::setting::Setting;
use super::text::{is_http_url, is_region, is_region_name, no_credentials};

static KMS_KEY: Setting = Setting::new(
    "KMS_KEY",
    "the id, alias (alias/…) or ARN of a symmetric key of AWS KMS",
);
static KMS_REGION: Setting =
    Setting::new("KMS_REGION", "the region of KMS_KEY, such as eu-central-1");
static KMS_ENDPOINT: Setting = Setting::new(
    "KMS_ENDPOINT",
    "an https address without a password (http on this machine only), such as https://kms.example.org",
)
.with_password();
static KMS_TIMEOUT_SECONDS: Setting = Setting::with_default(
    "KMS_TIMEOUT_SECONDS",
    "3",
    "how long one attempt of a call may take in seconds, 1 to 60",
);
static KMS_CACHE_SECONDS: Setting = Setting::with_default(
    "KMS_CACHE_SECONDS",
    "60",
    "how long an opened data key is remembered in seconds, 0 (not at all) to 3600",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &KMS_KEY,
    &KMS_REGION,
    &KMS_ENDPOINT,
    &KMS_TIMEOUT_SECONDS,
    &KMS_CACHE_SECONDS,
];

#[derive(Validate)]
#[garde(allow_unvalidated)]
struct Kms {
    #[garde(custom(is_key_name))]
    kms_key: Option<String>,
    #[garde(custom(is_region))]
    kms_region: Option<String>,
    #[garde(custom(is_endpoint))]
    kms_endpoint: Option<Url>,
    #[garde(range(min = 1, max = 60))]
    kms_timeout_seconds: u32,
    #[garde(range(max = 3600))]
    kms_cache_seconds: u32,
}

/// Reads the section; `None`: no key is named.
pub(super) fn read(reader: &mut Reader<'_>, needed: bool) -> Option<KmsSettings> {
    let kms_key = reader.optional::<String>(&KMS_KEY);
    let of_key = kms_key.as_deref().and_then(region_of);
    let section = Kms {
        kms_region: region(reader, of_key),
        kms_endpoint: reader.optional(&KMS_ENDPOINT),
        kms_timeout_seconds: reader.required(&KMS_TIMEOUT_SECONDS, 3),
        kms_cache_seconds: reader.required(&KMS_CACHE_SECONDS, 60),
        kms_key,
    };
    reader.check(&section);
    section.check_completeness(reader, needed);
    section.into_settings()
}

/// The region that is set, or else the one in the key's ARN.
fn region(reader: &mut Reader<'_>, of_key: Option<&str>) -> Option<String> {
    let region = reader.optional::<String>(&KMS_REGION);
    match (&region, of_key) {
        (None, Some(of_key)) => {
            reader.derived(&KMS_REGION, of_key);
            return Some(of_key.to_owned());
        }
        (Some(region), Some(of_key)) if region != of_key => {
            reader.problem(&KMS_REGION, "is not the region in the ARN of KMS_KEY");
        }
        _ => {}
    }
    region
}

impl Kms {
    fn check_completeness(&self, reader: &mut Reader<'_>, needed: bool) {
        if self.kms_key.is_some() {
            if self.kms_region.is_none() {
                reader.problem(&KMS_REGION, "is not set, but KMS_KEY is");
            }
            return;
        }
        if needed {
            reader.problem(&KMS_KEY, "is not set, but KEY_PROVIDER is aws_kms");
        } else if self.kms_region.is_some() || self.kms_endpoint.is_some() {
            reader.problem(&KMS_KEY, "is not set, but KMS_REGION or KMS_ENDPOINT is");
        }
    }

    fn into_settings(self) -> Option<KmsSettings> {
        let (key, region) = self.kms_key.zip(self.kms_region)?;
        Some(KmsSettings {
            endpoint: self.kms_endpoint,
            call_timeout: Duration::from_secs(self.kms_timeout_seconds.into()),
            cache_ttl: Duration::from_secs(self.kms_cache_seconds.into()),
            ..KmsSettings::new(key, region)
        })
    }
}

/// The region in an ARN: `arn:partition:kms:region:account:key/…`.
fn region_of(key: &str) -> Option<&str> {
    let parts: Vec<_> = key.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "kms", region, _, resource] => {
            let known = resource.starts_with("key/") || resource.starts_with("alias/");
            (known && is_region_name(region)).then_some(region)
        }
        _ => None,
    }
}

fn is_key_name(key: &Option<String>, (): &()) -> garde::Result {
    let Some(key) = key else {
        return Ok(());
    };
    let plain = |text: &str, more: &[u8]| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || more.contains(&b);
        (1..=256).contains(&text.len()) && text.bytes().all(allowed)
    };
    let fits = match key.strip_prefix("alias/") {
        Some(alias) => plain(alias, b"/_"),
        None if key.starts_with("arn:") => region_of(key).is_some() && plain(key, b":/_"),
        None => plain(key, b""),
    };
    let error = || garde::Error::new("is not the name of a key of AWS KMS");
    fits.then_some(()).ok_or_else(error)
}

/// Data keys come back as they are: they must not cross a network in the clear.
fn is_endpoint(url: &Option<Url>, (): &()) -> garde::Result {
    let Some(url) = url else {
        return Ok(());
    };
    if !is_http_url(url) {
        Err(garde::Error::new("is not an https address"))
    } else if url.scheme() == "http" && !is_this_machine(url) {
        Err(garde::Error::new("would get data keys over http"))
    } else {
        no_credentials(url)
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
