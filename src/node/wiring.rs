//! Wires the program's settings to those of the bot and of the web server.

use std::net::SocketAddr;

use anyhow::anyhow;
use sesame_bot::{BotSettings, OwnWords, Webhook};
use sesame_domain::operator::Operators;
use sesame_domain::retention::RetentionPeriods;
use sesame_webapp::init_data::SignaturePolicy;
use url::Url;

use super::http::{self, reachable};
use super::runtime::LOGINS_KEPT;
use super::telegram::Telegram;
use crate::config::{InitDataSignature, Settings};
use crate::failure::Failure;
use crate::open_files;

/// Under which address people reach the web server: the public one, or, for a
/// sandbox, the one where it listens.
pub(crate) fn public_url(settings: &Settings, listens: SocketAddr) -> Result<Url, Failure> {
    match &settings.web.public_url {
        Some(url) => Ok(url.clone()),
        None => Url::parse(&format!("http://{}", reachable(listens)))
            .map_err(|error| Failure::other("the web server has no address", error)),
    }
}

/// The address of the Mini App.
pub(crate) fn app_url(public_url: &Url) -> Result<Url, Failure> {
    below(public_url, "app")
}

fn below(public_url: &Url, name: &str) -> Result<Url, Failure> {
    let mut url = public_url.clone();
    url.path_segments_mut()
        .map_err(|()| anyhow!("PUBLIC_URL cannot be the base of other addresses"))?
        .pop_if_empty()
        .push(name);
    Ok(url)
}

/// The operators of these settings.
fn operators(settings: &Settings) -> Operators {
    settings.operators.operators.clone().unwrap_or_default()
}

/// Where Telegram is to push updates to; nothing, if the bot polls.
pub(crate) fn webhook_address(settings: &Settings) -> Option<Url> {
    let webhook = Webhook {
        public_url: settings.web.public_url.clone()?,
        secret: settings.web.webhook_secret.clone()?,
    };
    webhook.address(&settings.bot.tenant).ok()
}

/// What connections may take.
pub(super) fn limits(settings: &Settings) -> http::Limits {
    let web = &settings.web;
    let wanted = usize::try_from(web.max_connections).unwrap_or(usize::MAX);
    http::Limits {
        all: open_files::connections_that_fit(wanted),
        each: web.max_connections_per_address,
        proxies: web.trusted_proxies.clone(),
        within: http::Within::USUAL,
    }
}

/// The settings of the bot.
pub(crate) fn bot(settings: &Settings, public_url: &Url) -> Result<BotSettings, Failure> {
    Ok(BotSettings {
        tenant: settings.bot.tenant.clone(),
        token: settings.bot.bot_token.clone(),
        api_url: settings.bot.bot_api_url.clone(),
        app_url: app_url(public_url)?,
        rate: settings.rates.rate_bot,
        own_words: OwnWords {
            welcome: settings.bot.welcome.clone(),
            support: settings.bot.support.clone(),
        },
        disclosure: settings.disclosure.told(),
        operators: operators(settings),
        admin_url: below(public_url, "admin")?,
        webhook: settings.web.webhook_secret.clone().map(|secret| Webhook {
            public_url: public_url.clone(),
            secret,
        }),
    })
}

/// The settings of the web server.
pub(crate) async fn web(
    settings: &Settings,
    public_url: Url,
    bot_username: Option<String>,
    telegram: &Telegram,
    connections: usize,
) -> Result<sesame_webapp::Settings, Failure> {
    let is_https = public_url.scheme() == "https";
    let mut frame_ancestors = settings.web.frame_ancestors.0.clone();
    frame_ancestors.extend(telegram.frame_ancestors());
    Ok(sesame_webapp::Settings {
        tenant: settings.bot.tenant.clone(),
        bot_token: settings.bot.bot_token.clone(),
        bot_username,
        public_url,
        device: settings.telegram.device(),
        disclosure: settings.disclosure.told(),
        bridge_url: settings.web.webapp_script_url.clone(),
        frame_ancestors,
        init_data_keys: telegram.launch_data_keys().await?,
        init_data_signature: match settings.web.init_data_signature {
            InitDataSignature::Required => SignaturePolicy::Required,
            InitDataSignature::Optional => SignaturePolicy::Optional,
        },
        trusted_proxies: settings.web.trusted_proxies.clone(),
        operators: operators(settings),
        // A sandbox has no https; what is not one has nothing else.
        phone_login: settings.login.phone_login,
        secure_cookies: settings.telegram.telegram_sandbox.is_none() || is_https,
        rates: settings.rates.web(),
        // A quarter of the connections is for whoever asks and goes.
        max_streams: connections / 4 * 3,
        retention: RetentionPeriods {
            sessions: settings.retention.policy(),
            logins: LOGINS_KEPT,
            audit: settings.retention.audit(),
            backups: settings.backup.kept(),
        },
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://e.org", "https://e.org/app")]
    #[case("https://e.org/sesame/", "https://e.org/sesame/app")]
    #[case("http://127.0.0.1:8080", "http://127.0.0.1:8080/app")]
    fn the_app_lies_below_the_public_address(#[case] public: &str, #[case] app: &str) {
        assert_eq!(app_url(&public.parse().unwrap()).unwrap().as_str(), app);
    }
}
