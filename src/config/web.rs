//! The web server and the Mini App.

use std::net::SocketAddr;
use std::str::FromStr;

use secrecy::SecretString;
use sesame_webapp::TrustedProxies;
use url::Url;

use super::flaw;
use super::layers::Layers;
use super::reader::Reader;
use super::section::section;
use super::setting::{Derived, Source as _, secret, setting, within};
use super::telegram::Telegram;
use super::text::{derived_url, http, is_http_url, no_credentials, of_secret};

section! {
    /// The web server and the Mini App.
    pub(crate) struct Web: "Web server and Mini App", check check_webhook {
        /// Where the web server listens. Put a reverse proxy with a certificate before it.
        listen: SocketAddr = setting(
            "LISTEN",
            "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
        )
        .default("127.0.0.1:8080"),

        /// The proxies before it, as addresses or networks (10.0.0.0/8) with spaces
        /// between them, or `none`. Of these, X-Forwarded-For and Forwarded are believed,
        /// read from the right: limits count for the address that they name.
        trusted_proxies: TrustedProxies = setting(
            "TRUSTED_PROXIES",
            "addresses or networks such as 10.0.0.0/8, with spaces between them, or `none`",
        )
        .default("127.0.0.0/8 ::1/128"),

        /// How many connections may be open in all (16 to 1000000), each of which takes
        /// one of the process's open files, and how many from one address (1 to 1000000;
        /// of IPv6, from one network of 64 bits) that is none of TRUSTED_PROXIES.
        max_connections: u32 = setting(
            "MAX_CONNECTIONS",
            "how many connections may be open, 16 to 1000000",
        )
        .default("4096")
        .check(within(16..=1_000_000)),
        max_connections_per_address: u32 = setting(
            "MAX_CONNECTIONS_PER_ADDRESS",
            "how many connections may be open from one address, 1 to 1000000",
        )
        .default("256")
        .check(within(1..=1_000_000)),

        /// The https address under which Telegram and people's apps reach this server.
        /// Telegram opens Mini Apps only from https addresses: without one the bot
        /// answers, but has no button that opens the app. It may have a path
        /// (https://example.org/sesame/); the proxy may hand it on or take it off.
        public_url: Option<Url> = setting(
            "PUBLIC_URL",
            "the https address under which Telegram reaches this server, such as https://sesame.example.org",
        )
        .filled_in_first()
        .check(http)
        .check(no_credentials)
        .check(base)
        .optional(),

        /// If set, Telegram pushes updates to PUBLIC_URL and proves itself with this
        /// secret (16 to 256 characters out of A-Z, a-z, 0-9, _ and -). If not, the bot
        /// polls for updates.
        webhook_secret: Option<SecretString> = secret(
            "WEBHOOK_SECRET",
            "16 to 256 characters out of A-Z, a-z, 0-9, _ and -",
        )
        .check(of_secret(webhook_secret))
        .optional(),

        /// `required`: what opens the Mini App must carry Telegram's own signature, which
        /// a thief of BOT_TOKEN cannot make. `optional` lets apps in that send none (from
        /// before the end of 2024), and such a thief as well.
        init_data_signature: InitDataSignature = setting(
            "INIT_DATA_SIGNATURE",
            "`required` or `optional`",
        )
        .default("required"),

        /// Telegram's script for Mini Apps. A sandbox has its own.
        webapp_script_url: Url = setting(
            "WEBAPP_SCRIPT_URL",
            "the address of Telegram's script for Mini Apps",
        )
        .default("https://telegram.org/js/telegram-web-app.js")
        .derived(script_of_sandbox)
        .check(http),

        /// Sites that may show the Mini App in a frame: Telegram Web does.
        frame_ancestors: Origins = setting(
            "FRAME_ANCESTORS",
            "origins such as https://web.telegram.org, with spaces between them",
        )
        .default("https://web.telegram.org"),
    }
}

/// Where people's Telegram opens the Mini App.
#[derive(Clone, Debug)]
pub(crate) struct Whereabouts {
    /// `PUBLIC_URL`, if it is set.
    pub(crate) public_url: Option<Url>,
    /// Whether a sandbox on this machine opens it.
    pub(crate) is_sandbox: bool,
}

/// Where the Mini App is opened; nothing, if that is not understood.
pub(crate) fn whereabouts(layers: &Layers) -> Option<Whereabouts> {
    let mut reader = Reader::new(layers);
    let public_url = reader.read(&Web::public_url())?;
    let sandbox = reader.read(&Telegram::telegram_sandbox())?;
    let (_, problems) = reader.finish();
    problems.is_empty().then(|| Whereabouts {
        public_url,
        is_sandbox: sandbox.is_some(),
    })
}

/// Why Telegram would not open the Mini App; `None`: as far as the settings tell, it
/// would.
pub(crate) fn why_not_opened(layers: &Layers) -> Option<&'static str> {
    let found = whereabouts(layers).filter(|it| !it.is_sandbox)?;
    match found.public_url {
        None => Some("PUBLIC_URL is not set: the bot has no button that opens the Mini App"),
        Some(url) if url.scheme() != "https" => {
            Some("PUBLIC_URL is no https address: Telegram opens the Mini App from no other")
        }
        Some(_) => None,
    }
}

/// Whether launch data must carry Telegram's own signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitDataSignature {
    /// It must: without it, whoever has the bot's token could make it.
    Required,
    /// It may lack it, as old apps send it.
    Optional,
}

impl FromStr for InitDataSignature {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "required" => Ok(Self::Required),
            "optional" => Ok(Self::Optional),
            _ => Err("it is either `required` or `optional`"),
        }
    }
}

/// Sites, as in a content security policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origins(pub(crate) Vec<String>);

impl FromStr for Origins {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace()
            .map(|part| {
                let url = Url::parse(part).ok().filter(is_http_url);
                let origin = url.ok_or("not an origin")?.origin().ascii_serialization();
                if part.trim_end_matches('/') == origin {
                    Ok(origin)
                } else {
                    Err("an origin has a scheme, a host and perhaps a port, and no more")
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// An address below which others lie: everything's begins with it.
fn base(url: &Url) -> Option<String> {
    if url.query().is_some() || url.fragment().is_some() {
        return Some(
            "must end with its path: nothing can lie below what has a ? or a #".to_owned(),
        );
    }
    let doubled = url.path().contains("//");
    doubled.then(|| "has two slashes after each other, which proxies make one of".to_owned())
}

/// Telegram takes 1 to 256 characters; fewer than 16 could be guessed.
fn webhook_secret(text: &str) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    flaw::characters(text, allowed).or_else(|| flaw::length(text.len(), 16, 256))
}

/// A sandbox has a script of its own, beside its control interface.
fn script_of_sandbox(layers: &Layers) -> Option<Derived<Url>> {
    let control = Telegram::telegram_sandbox().get(layers)??;
    let script = control.join("/phone/telegram-web-app.js");
    script.ok().map(derived_url)
}

impl Web {
    /// Whether requests come through a proxy (someone must speak https) that may
    /// be on another machine, and only those of this one are trusted. Who trusts
    /// none, as is said so, has reasons.
    pub(crate) fn proxy_is_unknown(&self) -> bool {
        let url = self.public_url.as_ref();
        let is_behind_one = url.is_some_and(|url| url.scheme() == "https");
        is_behind_one
            && !self.listen.ip().is_loopback()
            && self.trusted_proxies.are_of_this_machine()
    }

    /// A webhook needs an address, and the real Telegram delivers to nothing
    /// but https addresses.
    fn check_webhook(&self, reader: &mut Reader<'_>) {
        if self.webhook_secret.is_none() {
            return;
        }
        let sandbox = Telegram::telegram_sandbox().get(reader.layers()).flatten();
        let problem = match &self.public_url {
            None => "is not set, but WEBHOOK_SECRET is",
            Some(url) if url.scheme() == "http" && sandbox.is_none() => {
                "is not an https address, so Telegram will not deliver to it (WEBHOOK_SECRET is set)"
            }
            Some(_) => return,
        };
        reader.problem(&Self::public_url(), problem);
    }
}
