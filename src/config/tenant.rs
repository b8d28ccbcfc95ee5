//! The settings of a tenant that does not stand in the environment: the
//! environment's, but for what is its own.

use secrecy::{ExposeSecret, SecretString};
use sesame_domain::ids::TenantId;
use sesame_domain::tenant::TenantSettings;
use url::Url;

use super::layers::Layers;
use super::list;
use super::problems::{Problem, Problems};
use super::settings::{Overview, Settings};

/// What a tenant may have otherwise than the environment says: limits, policies and
/// words. What is about the machine, the keys and Telegram is everyone's.
const OWN: [&str; 19] = [
    "DEVICE_MODEL",
    "PURPOSE",
    "OPERATOR_NAME",
    "OPERATOR_CONTACT",
    "PRIVACY_URL",
    "WELCOME",
    "SUPPORT",
    "QR_TTL_SECONDS",
    "PHONE_LOGIN",
    "LOGINS_PER_DAY",
    "SIGN_INS_PER_DAY",
    "CHECK_EVERY_SECONDS",
    "RATE_PERSON",
    "RATE_PERSON_CRITICAL",
    "RATE_BOT",
    "RATE_TENANT_PER_SECOND",
    "RETAIN_UNUSED_DAYS",
    "RETAIN_MAX_AGE_DAYS",
    "RETAIN_DEAD_DAYS",
];

/// A setting that a tenant may have for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnSetting {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it should look like.
    pub(crate) expects: &'static str,
    /// What it does.
    pub(crate) explanation: String,
    /// What the environment says, or the default.
    pub(crate) usual: Option<String>,
}

/// What makes a tenant of its own of the environment's settings.
pub(crate) struct OwnTenant<'a> {
    pub(crate) id: &'a TenantId,
    pub(crate) token: &'a SecretString,
    /// Below which address everything of it lies; `None`: where the server listens.
    pub(crate) public_url: &'a Url,
    /// With what Telegram proves itself, if updates are pushed.
    pub(crate) webhook_secret: Option<String>,
    pub(crate) settings: &'a TenantSettings,
}

impl OwnTenant<'_> {
    /// Its settings.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(crate) fn load(&self, layers: &Layers) -> Result<Settings, Problems> {
        let mut layers = with(layers, self.settings)?;
        for (name, value) in [
            ("TENANT", self.id.to_string()),
            ("BOT_TOKEN", self.token.expose_secret().to_owned()),
            ("PUBLIC_URL", self.public_url.to_string()),
        ] {
            layers.command.insert(name.to_owned(), value);
        }
        if let Some(secret) = &self.webhook_secret {
            let name = "WEBHOOK_SECRET".to_owned();
            layers.command.insert(name, secret.clone());
        }
        Settings::load(&layers)
    }
}

/// What a tenant may have for itself, and what it has otherwise.
pub(crate) fn own_settings(layers: &Layers) -> Vec<OwnSetting> {
    let usual = Overview::load(layers).effective;
    let mut explanation = String::new();
    let mut found: Vec<_> = list::all()
        .filter_map(|about| {
            // What is not explained is explained with the one before.
            if !about.explanation.is_empty() {
                about
                    .explanation
                    .concat()
                    .trim()
                    .clone_into(&mut explanation);
            }
            OWN.contains(&about.name).then(|| OwnSetting {
                name: about.name,
                expects: about.expects,
                explanation: explanation.clone(),
                usual: usual
                    .iter()
                    .find(|it| it.name == about.name)
                    .and_then(|it| it.value.clone()),
            })
        })
        .collect();
    found.sort_by_key(|it| OWN.iter().position(|name| *name == it.name));
    found
}

/// What is wrong with what someone wants for a tenant.
pub(crate) fn flaws(layers: &Layers, settings: &TenantSettings) -> Vec<Problem> {
    let problems = match with(layers, settings) {
        Ok(layers) => Overview::load(&layers).problems,
        Err(problems) => problems,
    };
    let theirs = |it: &&Problem| settings.contains_key(&it.name);
    problems.all().iter().filter(theirs).cloned().collect()
}

/// What is wrong with a token.
pub(crate) fn token_flaw(layers: &Layers, token: &SecretString) -> Option<String> {
    let mut layers = layers.clone();
    let token = token.expose_secret().to_owned();
    layers.command.insert("BOT_TOKEN".to_owned(), token);
    let problems = Overview::load(&layers).problems;
    let about = |it: &&Problem| it.name == "BOT_TOKEN";
    let flaw = problems.all().iter().find(about)?;
    Some(flaw.message.clone())
}

/// These layers with what a tenant has otherwise.
fn with(layers: &Layers, settings: &TenantSettings) -> Result<Layers, Problems> {
    let mut layers = layers.clone();
    let mut problems = Problems::default();
    for (name, value) in settings {
        if OWN.contains(&name.as_str()) {
            layers.command.insert(name.clone(), value.clone());
        } else {
            problems.push(name, "is no setting that a tenant has for itself");
        }
    }
    if problems.is_empty() {
        Ok(layers)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn layers() -> Layers {
        let set = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Layers {
            environment: [
                ("API_ID", "1"),
                ("API_HASH", "0123456789abcdef0123456789abcdef"),
                ("BOT_TOKEN", "7:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                ("PUBLIC_URL", "https://e.org"),
                ("WEBHOOK_SECRET", "a-secret-of-the-first"),
                ("LOGINS_PER_DAY", "9"),
            ]
            .map(set)
            .into(),
            ..Layers::default()
        }
    }

    fn own(settings: &[(&str, &str)]) -> TenantSettings {
        let set = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        settings.iter().map(set).collect()
    }

    fn load(settings: &TenantSettings) -> Result<Settings, Problems> {
        let own = OwnTenant {
            id: &"harbour".parse().unwrap(),
            token: &"8:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb".into(),
            public_url: &"https://e.org/t/harbour".parse().unwrap(),
            webhook_secret: Some("a-secret-of-harbour".to_owned()),
            settings,
        };
        own.load(&layers())
    }

    #[test]
    fn a_tenant_has_what_is_its_own_and_for_the_rest_what_all_have() {
        let settings = load(&own(&[("QR_TTL_SECONDS", "60")])).unwrap();
        assert_eq!(settings.bot.tenant.as_str(), "harbour");
        assert!(settings.bot.bot_token.expose_secret().starts_with("8:"));
        assert_eq!(settings.login.qr_ttl_seconds, 60);
        assert_eq!(settings.login.logins_per_day, 9);
        assert_eq!(settings.telegram.api_id, 1);
        let secret = settings.web.webhook_secret.unwrap();
        assert_eq!(secret.expose_secret(), "a-secret-of-harbour");
    }

    #[test]
    fn what_is_wrong_with_its_settings_is_told_by_their_names() {
        let wanted = own(&[
            ("QR_TTL_SECONDS", "5"),
            ("LOGINS_PER_DAY", "many"),
            ("RATE_BOT", "20"),
        ]);
        let flaws = flaws(&layers(), &wanted);
        let named: Vec<_> = flaws.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(named.len(), 2, "{flaws:?}");
        assert!(named.contains(&"QR_TTL_SECONDS") && named.contains(&"LOGINS_PER_DAY"));
        assert!(load(&wanted).is_err());
    }

    #[test]
    fn what_is_everyones_is_no_tenants() {
        for name in [
            "DATABASE_URL",
            "KEY_FILE",
            "OPERATORS",
            "BOT_TOKEN",
            "api_id",
        ] {
            let wanted = own(&[(name, "x")]);
            assert_eq!(flaws(&layers(), &wanted).len(), 1, "{name}");
            assert!(load(&wanted).is_err(), "{name}");
        }
    }

    #[test]
    fn each_of_its_own_settings_is_one_that_there_is() {
        let shown = own_settings(&layers());
        let names: Vec<_> = shown.iter().map(|it| it.name).collect();
        assert_eq!(names, OWN);
        let usual: BTreeMap<_, _> = shown
            .iter()
            .map(|it| (it.name, it.usual.as_deref()))
            .collect();
        assert_eq!(usual["LOGINS_PER_DAY"], Some("9"));
        assert_eq!(usual["QR_TTL_SECONDS"], Some("600"));
        assert!(shown.iter().all(|it| !it.explanation.is_empty()));
    }

    #[test]
    fn what_is_wrong_with_a_token_is_told_without_it() {
        assert_eq!(
            token_flaw(&layers(), &"8:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb".into()),
            None
        );
        let flaw = token_flaw(&layers(), &"harbour-secret".into()).unwrap();
        assert!(!flaw.contains("harbour-secret"), "{flaw}");
    }
}
