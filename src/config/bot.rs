//! The bot.

use garde::Validate;
use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use url::Url;

use super::flaw;
use super::reader::Reader;
use super::setting::Setting;
use super::text::{check_secret, is_http};

static BOT_TOKEN: Setting = Setting::new(
    "BOT_TOKEN",
    "the token from @BotFather: digits, a colon, letters",
)
.secret();
static BOT_API_URL: Setting = Setting::new(
    "BOT_API_URL",
    "the address of a Bot API server, such as http://127.0.0.1:8081",
);
static TENANT: Setting = Setting::with_default(
    "TENANT",
    "default",
    "1 to 32 characters out of a-z, 0-9 and -",
);

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&BOT_TOKEN, &BOT_API_URL, &TENANT];

/// The bot.
#[derive(Clone, Debug, Validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Bot {
    /// What it signs in with.
    #[garde(custom(is_bot_token))]
    pub(crate) bot_token: SecretString,
    /// Another Bot API server than Telegram's.
    #[garde(custom(is_http))]
    pub(crate) bot_api_url: Option<Url>,
    /// Under which name its people are kept.
    #[garde(custom(is_no_instance))]
    pub(crate) tenant: TenantId,
}

fn is_bot_token(secret: &SecretString, (): &()) -> garde::Result {
    check_secret(secret, |text| {
        bot_token_flaw(text).map(|what| format!("is no token: it {what}"))
    })
}

fn bot_token_flaw(text: &str) -> Option<String> {
    if text.starts_with('@') {
        return Some("is the name of a bot".to_owned());
    }
    if text.contains("://") {
        return Some("is an address; the token is what comes after `bot` in it".to_owned());
    }
    let key_character = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if let Some(what) = flaw::characters(text, |b| b == b':' || key_character(b)) {
        return Some(what);
    }
    let Some((id, key)) = text.split_once(':') else {
        return Some("has no colon: it is only a part of one".to_owned());
    };
    if id
        .strip_prefix("bot")
        .is_some_and(|id| id.parse::<u64>().is_ok())
    {
        return Some("begins with `bot`, which is not part of it".to_owned());
    }
    if id.parse::<u64>().is_err() {
        return Some("has something else than digits before its colon".to_owned());
    }
    if key.contains(':') {
        return Some("has more than one colon".to_owned());
    }
    (key.len() < 30).then(|| {
        let length = key.len();
        format!("has {length} characters after its colon, fewer than 30: it is cut off")
    })
}

/// That name belongs to what concerns no bot.
fn is_no_instance(tenant: &TenantId, (): &()) -> garde::Result {
    if tenant.is_instance() {
        Err(garde::Error::new("is a name that Sesame needs for itself"))
    } else {
        Ok(())
    }
}

/// A sandbox has its Bot API beside its control interface.
fn api_of_sandbox(control: &Url) -> Option<Url> {
    control.join("/").ok()
}

impl Bot {
    /// Reads the section, if the tenant's name can be read.
    pub(super) fn read(reader: &mut Reader<'_>, sandbox: Option<&Url>) -> Option<Self> {
        let bot_token = reader.required_secret(&BOT_TOKEN, &format!("1:{}", "x".repeat(35)));
        let bot_api_url = reader.optional(&BOT_API_URL).or_else(|| {
            let url = api_of_sandbox(sandbox?)?;
            reader.derived(&BOT_API_URL, url.as_str());
            Some(url)
        });
        let section = Self {
            bot_token,
            bot_api_url,
            tenant: reader.optional(&TENANT)?,
        };
        reader.check(&section);
        Some(section)
    }
}
