//! The settings of the web server.

use std::fmt;

use ed25519_dalek::VerifyingKey;
use secrecy::{ExposeSecret, SecretString};
use sesame_domain::device::Device;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ids::TenantId;
use sesame_domain::operator::Operators;
use sesame_domain::retention::RetentionPeriods;
use url::Url;

use crate::edge::{Rates, TrustedProxies};

/// Whether `initData` must carry Telegram's own signature. One that is there
/// must be right in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignaturePolicy {
    /// It must.
    Required,
    /// Apps from before the end of 2024 send none, and are let in: so is
    /// whoever has the bot's token.
    Optional,
}

/// The settings of the web server.
#[derive(Clone)]
pub struct Settings {
    /// The bot whose people use this Mini App.
    pub tenant: TenantId,
    /// The bot's token: `initData` is signed with it.
    pub bot_token: SecretString,
    /// The bot's public name without the `@`, for the way back into the chat.
    pub bot_username: Option<String>,
    /// Under which address people reach this server.
    pub public_url: Url,
    /// How a session will show up in Settings > Devices.
    pub device: Device,
    /// What people are told before they link their account.
    pub disclosure: Disclosure,
    /// Where the official bridge comes from
    /// (`https://telegram.org/js/telegram-web-app.js`).
    pub bridge_url: Url,
    /// Which sites may show the Mini App in a frame, as CSP sources
    /// (`https://web.telegram.org`).
    pub frame_ancestors: Vec<String>,
    /// The keys that may sign `initData` ([`crate::init_data::telegram_keys`];
    /// the sandbox has its own).
    pub init_data_keys: Vec<VerifyingKey>,
    /// Whether `initData` must carry their signature.
    pub init_data_signature: SignaturePolicy,
    /// Whether people may sign in by phone number and code.
    pub phone_login: bool,
    /// The proxies that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
    /// Who may open the operators' pages.
    pub operators: Operators,
    /// Whether cookies are kept for https alone. Anything else is for a sandbox
    /// on one's own machine.
    pub secure_cookies: bool,
    /// How often one may ask.
    pub rates: Rates,
    /// How many may watch a login at once, streaming or waiting: each of them
    /// keeps a connection, and others need some too.
    pub max_streams: usize,
    /// How long everything is kept: people are told.
    pub retention: RetentionPeriods,
}

impl Settings {
    /// The bot's id: the part of its token before the colon, which is public.
    pub fn bot_id(&self) -> &str {
        let token = self.bot_token.expose_secret();
        token.split_once(':').map_or("", |(id, _)| id)
    }

    /// The origin of the bridge, as a CSP source.
    pub(crate) fn bridge_origin(&self) -> String {
        self.bridge_url.origin().ascii_serialization()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("tenant", &self.tenant)
            .field("bot_id", &self.bot_id())
            .field("public_url", &self.public_url.as_str())
            .finish_non_exhaustive()
    }
}
