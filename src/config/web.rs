//! The web server and the Mini App.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use garde::Validate;
use secrecy::SecretString;
use url::Url;

use super::flaw;
use super::reader::Reader;
use super::setting::Setting;
use super::text::{check_secret, is_http_url, no_credentials};

static LISTEN: Setting = Setting::with_default(
    "LISTEN",
    "127.0.0.1:8080",
    "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
);
static PUBLIC_URL: Setting = Setting::new(
    "PUBLIC_URL",
    "the https address under which Telegram reaches this server, such as https://sesame.example.org",
);
static WEBHOOK_SECRET: Setting = Setting::new(
    "WEBHOOK_SECRET",
    "16 to 256 characters out of A-Z, a-z, 0-9, _ and -",
)
.secret();
static INIT_DATA_SIGNATURE: Setting = Setting::with_default(
    "INIT_DATA_SIGNATURE",
    "required",
    "`required` or `optional`",
);
static WEBAPP_SCRIPT_URL: Setting = Setting::with_default(
    "WEBAPP_SCRIPT_URL",
    "https://telegram.org/js/telegram-web-app.js",
    "the address of Telegram's script for Mini Apps",
);
static FRAME_ANCESTORS: Setting = Setting::with_default(
    "FRAME_ANCESTORS",
    "https://web.telegram.org",
    "origins such as https://web.telegram.org, with spaces between them",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[
    &LISTEN,
    &PUBLIC_URL,
    &WEBHOOK_SECRET,
    &INIT_DATA_SIGNATURE,
    &WEBAPP_SCRIPT_URL,
    &FRAME_ANCESTORS,
];

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

/// The web server and the Mini App.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Web {
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// How it is reached from outside; `None`: not at all, which is enough
    /// for a sandbox. Telegram opens Mini Apps from https addresses only; the
    /// bot says so when it has another.
    #[garde(custom(is_public))]
    pub(crate) public_url: Option<Url>,
    /// What Telegram sends with every update; `None`: the bot polls.
    #[garde(custom(is_webhook_secret))]
    pub(crate) webhook_secret: Option<SecretString>,
    /// Whether launch data must carry Telegram's own signature.
    pub(crate) init_data_signature: InitDataSignature,
    /// Telegram's script.
    #[garde(custom(is_script))]
    pub(crate) webapp_script_url: Url,
    /// Who may show the Mini App in a frame.
    pub(crate) frame_ancestors: Origins,
}

/// An address below which others lie: everything's begins with it.
fn is_public(url: &Option<Url>, (): &()) -> garde::Result {
    let Some(url) = url else {
        return Ok(());
    };
    is_script(url, &())?;
    no_credentials(url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(garde::Error::new(
            "must end with its path: nothing can lie below what has a ? or a #",
        ));
    }
    if url.path().contains("//") {
        return Err(garde::Error::new(
            "has two slashes after each other, which proxies make one of",
        ));
    }
    Ok(())
}

/// Telegram takes 1 to 256 characters; fewer than 16 could be guessed.
fn is_webhook_secret(secret: &Option<SecretString>, (): &()) -> garde::Result {
    let Some(secret) = secret else {
        return Ok(());
    };
    check_secret(secret, |text| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        flaw::characters(text, allowed).or_else(|| flaw::length(text.len(), 16, 256))
    })
}

fn is_script(url: &Url, (): &()) -> garde::Result {
    if is_http_url(url) {
        Ok(())
    } else {
        Err(garde::Error::new("is not an http or https address"))
    }
}

/// A sandbox has a script of its own, beside its control interface.
fn script_of_sandbox(control: &Url) -> Option<Url> {
    control.join("/phone/telegram-web-app.js").ok()
}

fn script(reader: &mut Reader<'_>, sandbox: Option<&Url>) -> Option<Url> {
    match sandbox.and_then(script_of_sandbox) {
        Some(url) if reader.is_default(&WEBAPP_SCRIPT_URL) => {
            reader.derived(&WEBAPP_SCRIPT_URL, url.as_str());
            Some(url)
        }
        _ => reader.optional(&WEBAPP_SCRIPT_URL),
    }
}

impl Web {
    /// Reads the section, if the script's address can be read.
    pub(super) fn read(reader: &mut Reader<'_>, sandbox: Option<&Url>) -> Option<Self> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let listen = reader.required(&LISTEN, anywhere);
        let public_url = reader.optional(&PUBLIC_URL);
        let webhook_secret = reader.secret(&WEBHOOK_SECRET);
        let init_data_signature =
            reader.required(&INIT_DATA_SIGNATURE, InitDataSignature::Required);
        let frame_ancestors = reader.required(&FRAME_ANCESTORS, Origins(Vec::new()));
        let section = Self {
            listen,
            public_url,
            webhook_secret,
            init_data_signature,
            webapp_script_url: script(reader, sandbox)?,
            frame_ancestors,
        };
        reader.check(&section);
        if section.webhook_secret.is_some() && section.public_url.is_none() {
            reader.problem(&PUBLIC_URL, "is not set, but WEBHOOK_SECRET is");
        }
        Some(section)
    }

    /// Notes that the real Telegram delivers to nothing but https addresses.
    pub(super) fn demand_https(&self, reader: &mut Reader<'_>) {
        let http = |url: &Url| url.scheme() == "http";
        if self.webhook_secret.is_some() && self.public_url.as_ref().is_some_and(http) {
            reader.problem(
                &PUBLIC_URL,
                "is not an https address, so Telegram will not deliver to it (WEBHOOK_SECRET is set)",
            );
        }
    }
}
