//! The keys that seal sessions.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use sesame_custody::{CustodySettings, KmsSettings};
use sesame_domain::keys::Provider;

use super::flaw;
use super::kms::Kms;
use super::layers::Layers;
use super::reader::Reader;
use super::section::{Section, section};
use super::setting::{Derived, Source as _, secret, setting, understood, within};
use super::storage::Storage;
use super::text::{LONGEST_DAYS, days, of_secret};

const LONGEST_SECRET: usize = 1024;
/// So many different ones a random secret has at least.
const FEWEST_CHARACTERS: usize = 8;

section! {
    /// The keys that seal sessions. What belongs to a provider that is not chosen
    /// may be set as well: while keys move from one to another, both are needed.
    pub(crate) struct Custody: "Keys", check check_secrets {
        /// Who makes and holds the keys that wrap the keys of sessions: `file` (KEY_FILE),
        /// `secret` (derived from KEY_SECRET) or `aws_kms` (KMS_KEY). To change it later,
        /// leave the settings of the former one in place, run `sesame keys rotate` and
        /// `sesame keys rewrap`, and remove them when `sesame keys list` shows that
        /// nothing is left under it.
        key_provider: Provider = understood(
            "KEY_PROVIDER",
            "file (KEY_FILE), secret (KEY_SECRET) or aws_kms (KMS_KEY)",
            |name| Provider::from_name(name).ok_or("there is no such provider"),
        )
        .default("file"),

        /// The key file; made at the first start, readable by its owner alone. Without
        /// it: keys.json in DATA_DIR. Keep a copy where the database's backups are not:
        /// without the keys no session opens, with both all do.
        key_file: PathBuf = setting(
            "KEY_FILE",
            "a file, which is made (readable by its owner alone) if it is not there",
        )
        .path()
        .example("data/keys.json")
        .derived(in_data_dir),

        /// At least 32 random characters without spaces, as `openssl rand -base64 32`
        /// prints them. The same on every node. Whoever loses it loses every session that
        /// was sealed under it.
        key_secret: Option<SecretString> = secret(
            "KEY_SECRET",
            "32 to 1024 random characters without spaces, such as `openssl rand -base64 32` prints",
        )
        .check(of_secret(key_secret))
        .optional(),

        /// What KEY_SECRET was before it was changed, with spaces between several: what
        /// was sealed under them opens until it is wrapped anew.
        key_secret_former: Option<FormerSecrets> = setting(
            "KEY_SECRET_FORMER",
            "what KEY_SECRET was before, once each, with spaces between them",
        )
        .secret()
        .check(FormerSecrets::flaw)
        .optional(),

        /// After how many days a new key replaces the one in use by itself. Without it,
        /// or with 0: keys are rotated only on command (`sesame keys rotate`).
        key_max_age_days: Option<u32> = setting(
            "KEY_MAX_AGE_DAYS",
            "a number of days up to 36500; 0 or nothing: keys are rotated on command only",
        )
        .example("90")
        .check(within(0..=LONGEST_DAYS))
        .optional(),
    }
    and {
        /// `key_secret` with all that tools put around it: quotation marks, say. Keys
        /// may have been derived from that once, and go on to open.
        key_secret_written: Option<SecretString> =
            |reader: &mut Reader<'_>| reader.as_written(&Self::key_secret()),
        /// How to reach the keys of [`Provider::AwsKms`].
        kms: Option<KmsSettings> = Self::read_kms,
    }
}

/// Secrets that keys were derived from before.
#[derive(Clone, Debug)]
pub(crate) struct FormerSecrets(pub(crate) Vec<SecretString>);

impl FromStr for FormerSecrets {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_whitespace();
        Ok(Self(parts.map(SecretString::from).collect()))
    }
}

impl FormerSecrets {
    fn flaw(&self) -> Option<String> {
        let mut secrets = self.0.iter().map(ExposeSecret::expose_secret);
        secrets.find_map(key_secret)
    }
}

/// Keys are derived from it without anything that slows guessing down, so it
/// must not be one that can be guessed.
fn key_secret(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return Some("has a blank or a line end in it: is it wrapped, or two secrets?".to_owned());
    }
    flaw::length(text.len(), CustodySettings::SHORTEST_SECRET, LONGEST_SECRET).or_else(|| {
        let different: BTreeSet<char> = text.chars().collect();
        let few = different.len() < FEWEST_CHARACTERS;
        few.then(|| "has too few different characters: it is not random".to_owned())
    })
}

fn in_data_dir(layers: &Layers) -> Option<Derived<PathBuf>> {
    let file = Storage::data_dir().get(layers)?.join("keys.json");
    Some(Derived {
        shown: file.display().to_string(),
        value: file,
    })
}

impl Custody {
    /// What custody is told.
    pub(crate) fn settings(&self) -> CustodySettings {
        CustodySettings {
            provider: self.key_provider.clone(),
            key_file: self.key_file.clone(),
            secret: self.key_secret.clone(),
            former_secrets: self.former_secrets(),
            kms: self.kms.clone(),
        }
    }

    /// Those that are named.
    fn named_former(&self) -> &[SecretString] {
        let former = self.key_secret_former.as_ref();
        former.map_or(&[], |former| &former.0)
    }

    /// Those that are named, and the present one as tools may have handed it
    /// over before: with quotation marks that are part of it. White space never
    /// was.
    fn former_secrets(&self) -> Vec<SecretString> {
        let mut former = self.named_former().to_vec();
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

    fn read_kms(reader: &mut Reader<'_>) -> Option<KmsSettings> {
        let kms = Kms::read(reader)?;
        let provider = Self::key_provider().get(reader.layers());
        kms.check_completeness(reader, provider == Some(Provider::AwsKms));
        kms.settings()
    }

    fn check_secrets(&self, reader: &mut Reader<'_>) {
        let Some(present) = &self.key_secret else {
            if self.key_provider == Provider::Secret {
                let problem = "is not set, but KEY_PROVIDER is secret";
                reader.problem(&Self::key_secret(), problem);
            } else if self.key_secret_former.is_some() {
                let problem = "is not set, but KEY_SECRET_FORMER is";
                reader.problem(&Self::key_secret(), problem);
            }
            return;
        };
        let all = [present].into_iter().chain(self.named_former());
        let mut seen = BTreeSet::new();
        if all
            .map(ExposeSecret::expose_secret)
            .any(|it| !seen.insert(it))
        {
            let problem = "names a secret twice, or the one that KEY_SECRET has now";
            reader.problem(&Self::key_secret_former(), problem);
        }
    }
}
