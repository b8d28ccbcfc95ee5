//! The keys that seal sessions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::TimeDelta;
use garde::Validate;
use secrecy::{ExposeSecret, SecretString};
use sesame_custody::{CustodySettings, KmsSettings};
use sesame_domain::keys::Provider;

use super::flaw;
use super::kms;
use super::reader::Reader;
use super::setting::Setting;
use super::text::{LONGEST_DAYS, check_secret, days};

static KEY_PROVIDER: Setting = Setting::with_default(
    "KEY_PROVIDER",
    "file",
    "file (KEY_FILE), secret (KEY_SECRET) or aws_kms (KMS_KEY)",
);
static KEY_FILE: Setting = Setting::new(
    "KEY_FILE",
    "a file, which is made (readable by its owner alone) if it is not there",
)
.path();
static KEY_SECRET: Setting = Setting::new(
    "KEY_SECRET",
    "32 to 1024 random characters without spaces, such as `openssl rand -base64 32` prints",
)
.secret();
static KEY_SECRET_FORMER: Setting = Setting::new(
    "KEY_SECRET_FORMER",
    "what KEY_SECRET was before, once each, with spaces between them",
)
.secret();
static KEY_MAX_AGE_DAYS: Setting = Setting::new(
    "KEY_MAX_AGE_DAYS",
    "a number of days up to 36500; 0 or nothing: keys are rotated on command only",
);

const LONGEST_SECRET: usize = 1024;
/// So many different ones a random secret has at least.
const FEWEST_CHARACTERS: usize = 8;

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &KEY_PROVIDER,
    &KEY_FILE,
    &KEY_SECRET,
    &KEY_SECRET_FORMER,
    &KEY_MAX_AGE_DAYS,
];

/// The keys that seal sessions. What belongs to a provider that is not chosen
/// may be set as well: while keys move from one to another, both are needed.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Custody {
    /// Who makes new keys.
    pub(crate) key_provider: Provider,
    /// Where the keys of [`Provider::File`] are.
    pub(crate) key_file: PathBuf,
    /// What the keys of [`Provider::Secret`] are derived from.
    #[garde(custom(is_key_secret))]
    pub(crate) key_secret: Option<SecretString>,
    /// The same with all that tools put around it: quotation marks, say. Keys
    /// may have been derived from that once, and go on to open.
    pub(crate) key_secret_written: Option<SecretString>,
    /// What older ones were derived from.
    #[garde(custom(are_key_secrets))]
    pub(crate) key_secret_former: Vec<SecretString>,
    /// After how many days a new key is made by itself; 0: never.
    #[garde(range(max = LONGEST_DAYS))]
    pub(crate) key_max_age_days: Option<u32>,
    /// How to reach the keys of [`Provider::AwsKms`].
    pub(crate) kms: Option<KmsSettings>,
}

/// A provider as it is named in settings.
struct Named(Provider);

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let provider = Provider::from_name(name);
        provider.map(Self).ok_or("there is no such provider")
    }
}

/// Keys are derived from it without anything that slows guessing down, so it
/// must not be one that can be guessed.
fn is_key_secret(secret: &Option<SecretString>, (): &()) -> garde::Result {
    secret.as_ref().map_or(Ok(()), fits)
}

fn are_key_secrets(secrets: &[SecretString], (): &()) -> garde::Result {
    secrets.iter().try_for_each(fits)
}

fn fits(secret: &SecretString) -> garde::Result {
    check_secret(secret, |text| {
        let different: BTreeSet<char> = text.chars().collect();
        if text.contains(char::is_whitespace) {
            return Some(
                "has a blank or a line end in it: is it wrapped, or two secrets?".to_owned(),
            );
        }
        flaw::length(text.len(), CustodySettings::SHORTEST_SECRET, LONGEST_SECRET).or_else(|| {
            let few = different.len() < FEWEST_CHARACTERS;
            few.then(|| "has too few different characters: it is not random".to_owned())
        })
    })
}

impl Custody {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let Named(key_provider) = reader.required(&KEY_PROVIDER, Named(Provider::File));
        let key_file = reader.optional(&KEY_FILE).unwrap_or_else(|| {
            let path = data_dir.join("keys.json");
            reader.derived(&KEY_FILE, &path.display().to_string());
            path
        });
        let section = Self {
            key_provider,
            key_file,
            key_secret: reader.secret(&KEY_SECRET),
            key_secret_written: reader.as_written(&KEY_SECRET),
            key_secret_former: former_secrets(reader),
            key_max_age_days: reader.optional(&KEY_MAX_AGE_DAYS),
            kms: kms::read(reader, key_provider == Provider::AwsKms),
        };
        reader.check(&section);
        section.check_secrets(reader);
        section
    }

    /// What custody is told.
    pub(crate) fn settings(&self) -> CustodySettings {
        CustodySettings {
            provider: self.key_provider,
            key_file: self.key_file.clone(),
            secret: self.key_secret.clone(),
            former_secrets: self.former_secrets(),
            kms: self.kms.clone(),
        }
    }

    /// Those that are named, and the present one as tools may have handed it
    /// over before: with quotation marks that are part of it. White space never
    /// was.
    fn former_secrets(&self) -> Vec<SecretString> {
        let mut former = self.key_secret_former.clone();
        let present = self.key_secret.iter().map(ExposeSecret::expose_secret);
        let quoted = present.flat_map(|it| [format!("\"{it}\""), format!("'{it}'")]);
        let written = self.key_secret_written.iter();
        let written = written.map(|it| it.expose_secret().trim().to_owned());
        for other in written.chain(quoted).map(SecretString::from) {
            let known = |it: &SecretString| it.expose_secret() == other.expose_secret();
            if !former.iter().chain(&self.key_secret).any(known) {
                former.push(other);
            }
        }
        former
    }

    /// The age at which a key is replaced by itself.
    pub(crate) fn max_age(&self) -> Option<TimeDelta> {
        days(self.key_max_age_days)
    }

    fn check_secrets(&self, reader: &mut Reader<'_>) {
        let Some(present) = &self.key_secret else {
            if self.key_provider == Provider::Secret {
                reader.problem(&KEY_SECRET, "is not set, but KEY_PROVIDER is secret");
            } else if !self.key_secret_former.is_empty() {
                reader.problem(&KEY_SECRET, "is not set, but KEY_SECRET_FORMER is");
            }
            return;
        };
        let all: Vec<_> = [present]
            .into_iter()
            .chain(&self.key_secret_former)
            .collect();
        let repeated = all.iter().enumerate().any(|(index, one)| {
            let earlier = &all[..index];
            earlier
                .iter()
                .any(|other| other.expose_secret() == one.expose_secret())
        });
        if repeated {
            let what = "names a secret twice, or the one that KEY_SECRET has now";
            reader.problem(&KEY_SECRET_FORMER, what);
        }
    }
}

fn former_secrets(reader: &mut Reader<'_>) -> Vec<SecretString> {
    let Some(text) = reader.secret(&KEY_SECRET_FORMER) else {
        return Vec::new();
    };
    let parts = text.expose_secret().split_whitespace();
    parts.map(SecretString::from).collect()
}
