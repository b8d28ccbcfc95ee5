//! What the bot needs to run.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::{NodeId, TenantId};
use sesame_domain::operator::Operators;
use sesame_domain::ports::{
    AccountService, AuditLog, Confirmations, Leases, LoginService, Outbox, People, RateLimits,
    SignIns, Signals, Supervisor,
};
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;
use url::Url;

/// What is configured.
#[derive(Clone, Debug)]
pub struct BotSettings {
    /// The tenant that this bot is.
    pub tenant: TenantId,
    /// The token from `@BotFather`.
    pub token: SecretString,
    /// Where the Bot API is, if it is not Telegram's own.
    pub api_url: Option<Url>,
    /// Where the Mini App is.
    pub app_url: Url,
    /// How often a person is answered in a minute; 0: always.
    pub rate: u32,
    /// What it says of its own.
    pub own_words: OwnWords,
    /// What people are told before they link their account.
    pub disclosure: Disclosure,
    /// Who gets a link to the operators' pages.
    pub operators: Operators,
    /// Where those are: the first part of every address there.
    pub admin_url: Url,
    /// How updates come in: pushed to this, or, if absent, by polling.
    pub webhook: Option<Webhook>,
}

/// What a bot says that others do not, in the words of whoever runs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// After its greeting.
    pub welcome: Option<String>,
    /// Where people find help.
    pub support: Option<String>,
}

/// How Telegram reaches us.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address of Sesame as Telegram sees it; `telegram/{tenant}` is added.
    pub public_url: Url,
    /// What Telegram sends along with every update, to show that it is Telegram.
    pub secret: SecretString,
}

/// What the bot works with.
#[derive(Clone)]
pub struct BotPorts {
    /// Shows and unlinks accounts.
    pub accounts: Arc<dyn AccountService>,
    /// Says how logins go.
    pub logins: Arc<dyn LoginService>,
    /// Who talked to the bot, and who blocked it.
    pub people: Arc<dyn People>,
    /// Messages that wait to be sent.
    pub outbox: Arc<dyn Outbox>,
    /// Which node fetches updates, if the bot polls.
    pub leases: Arc<dyn Leases>,
    /// The name of this node.
    pub node: NodeId,
    /// Wakes the sender of those messages.
    pub signals: Arc<dyn Signals>,
    /// Links by which operators sign in.
    pub sign_ins: Arc<dyn SignIns>,
    /// What operators confirm here.
    pub confirmations: Arc<dyn Confirmations>,
    /// Where it is noted what operators asked for here.
    pub audit: Arc<dyn AuditLog>,
    /// Counts how often people ask.
    pub rates: Arc<dyn RateLimits>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Who looks after what goes on for as long as the bot does.
    pub supervisor: Arc<dyn Supervisor>,
}

impl fmt::Debug for BotPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BotPorts(…)")
    }
}

/// Why the bot cannot be started at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StartError {
    /// The webhook's secret is not what Telegram takes.
    #[error("the webhook secret must have 1 to 256 characters out of A-Z, a-z, 0-9, _ and -")]
    WebhookSecret,
    /// The address cannot be extended by a path.
    #[error("the public address cannot be the base of other addresses")]
    PublicUrl,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be set up")]
    HttpClient,
}

impl Webhook {
    /// The longest secret that `setWebhook` takes.
    const MAX_SECRET: usize = 256;

    /// The address that Telegram is told.
    pub fn address(&self, tenant: &TenantId) -> Result<Url, StartError> {
        let mut url = self.public_url.clone();
        url.path_segments_mut()
            .map_err(|()| StartError::PublicUrl)?
            .pop_if_empty()
            .extend(["telegram", tenant.as_str()]);
        Ok(url)
    }

    /// Refuses a secret that Telegram would refuse.
    pub(crate) fn check(&self, tenant: &TenantId) -> Result<(), StartError> {
        let secret = self.secret.expose_secret().as_bytes();
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !(1..=Self::MAX_SECRET).contains(&secret.len()) || !secret.iter().all(allowed) {
            return Err(StartError::WebhookSecret);
        }
        self.address(tenant).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn webhook(public_url: &str, secret: &str) -> Webhook {
        Webhook {
            public_url: public_url.parse().unwrap(),
            secret: secret.into(),
        }
    }

    #[rstest]
    #[case("https://e.org", "https://e.org/telegram/main")]
    #[case("https://e.org/sesame/", "https://e.org/sesame/telegram/main")]
    fn the_webhook_lies_below_the_public_address(#[case] public: &str, #[case] address: &str) {
        let tenant = "main".parse().unwrap();
        let webhook = webhook(public, "s");
        assert_eq!(webhook.address(&tenant).unwrap().as_str(), address);
    }

    #[rstest]
    #[case("")]
    #[case("with space")]
    #[case("grüße")]
    fn a_secret_that_telegram_refuses_is_refused(#[case] secret: &str) {
        let tenant = "main".parse().unwrap();
        let webhook = webhook("https://e.org", secret);
        assert_eq!(webhook.check(&tenant), Err(StartError::WebhookSecret));
    }
}
