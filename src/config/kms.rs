//! AWS KMS, for keys that never leave it.

use std::time::Duration;

use sesame_custody::KmsSettings;
use url::{Host, Url};

use super::layers::Layers;
use super::reader::Reader;
use super::section::section;
use super::setting::{Derived, Source as _, setting, within};
use super::text::{is_http_url, is_region_name, no_credentials, region};

section! {
    /// AWS KMS.
    pub(crate) struct Kms: "AWS KMS" {
        /// A symmetric key: its id, alias or ARN. Sesame needs kms:DescribeKey,
        /// kms:GenerateDataKey, kms:Encrypt, kms:Decrypt, kms:ReEncryptFrom and
        /// kms:ReEncryptTo on it, and makes no keys by itself. The credentials are found
        /// the way every AWS program finds them: the environment (AWS_ACCESS_KEY_ID, ...;
        /// not this file), a profile, a web identity, the container, the machine.
        kms_key: Option<String> = setting(
            "KMS_KEY",
            "the id, alias (alias/…) or ARN of a symmetric key of AWS KMS",
        )
        .example("alias/sesame")
        .check(key_name)
        .optional(),

        /// The region of the key. Not needed when KMS_KEY is an ARN, which names it.
        kms_region: Option<String> = setting(
            "KMS_REGION",
            "the region of KMS_KEY, such as eu-central-1",
        )
        .example("eu-central-1")
        .check(region)
        .derived(region_of_key)
        .optional(),

        /// Another address than the region's own, such as that of a VPC endpoint.
        kms_endpoint: Option<Url> = setting(
            "KMS_ENDPOINT",
            "an https address without a password (http on this machine only), such as https://kms.example.org",
        )
        .with_password()
        .example("https://kms.example.org")
        .check(endpoint)
        .optional(),

        /// How long one attempt of a call may take, in seconds (1 to 60); a call that gets
        /// no answer is attempted three times.
        kms_timeout_seconds: u32 = setting(
            "KMS_TIMEOUT_SECONDS",
            "how long one attempt of a call may take in seconds, 1 to 60",
        )
        .default("3")
        .check(within(1..=60)),

        /// How long the key of a session that was opened is remembered, in seconds, to
        /// spare calls (0 to 3600). What is revoked in KMS has its effect after that.
        kms_cache_seconds: u32 = setting(
            "KMS_CACHE_SECONDS",
            "how long an opened data key is remembered in seconds, 0 (not at all) to 3600",
        )
        .default("60")
        .check(within(0..=3600)),
    }
}

impl Kms {
    /// Notes what is missing; `needed`: new keys are to come from there.
    pub(super) fn check_completeness(&self, reader: &mut Reader<'_>, needed: bool) {
        if let Some(key) = &self.kms_key {
            let of_key = region_of(key);
            match &self.kms_region {
                None => reader.problem(&Self::kms_region(), "is not set, but KMS_KEY is"),
                Some(region) if of_key.is_some_and(|of_key| of_key != region) => {
                    let problem = "is not the region in the ARN of KMS_KEY";
                    reader.problem(&Self::kms_region(), problem);
                }
                Some(_) => {}
            }
        } else if needed {
            reader.problem(&Self::kms_key(), "is not set, but KEY_PROVIDER is aws_kms");
        } else if self.kms_region.is_some() || self.kms_endpoint.is_some() {
            let problem = "is not set, but KMS_REGION or KMS_ENDPOINT is";
            reader.problem(&Self::kms_key(), problem);
        }
    }

    /// What custody needs; `None`: no key is named.
    pub(super) fn settings(self) -> Option<KmsSettings> {
        let (key, region) = self.kms_key.zip(self.kms_region)?;
        Some(KmsSettings {
            endpoint: self.kms_endpoint,
            call_timeout: Duration::from_secs(self.kms_timeout_seconds.into()),
            cache_ttl: Duration::from_secs(self.kms_cache_seconds.into()),
            ..KmsSettings::new(key, region)
        })
    }
}

/// The region in the key's ARN.
fn region_of_key(layers: &Layers) -> Option<Derived<String>> {
    let key = Kms::kms_key().get(layers)??;
    let region = region_of(&key)?.to_owned();
    Some(Derived {
        shown: region.clone(),
        value: region,
    })
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

#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
fn key_name(key: &String) -> Option<String> {
    let plain = |text: &str, more: &[u8]| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || more.contains(&b);
        (1..=256).contains(&text.len()) && text.bytes().all(allowed)
    };
    let fits = match key.strip_prefix("alias/") {
        Some(alias) => plain(alias, b"/_"),
        None if key.starts_with("arn:") => region_of(key).is_some() && plain(key, b":/_"),
        None => plain(key, b""),
    };
    (!fits).then(|| "is not the name of a key of AWS KMS".to_owned())
}

/// Data keys come back as they are: they must not cross a network in the clear.
fn endpoint(url: &Url) -> Option<String> {
    if !is_http_url(url) {
        Some("is not an https address".to_owned())
    } else if url.scheme() == "http" && !is_this_machine(url) {
        Some("would get data keys over http".to_owned())
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
