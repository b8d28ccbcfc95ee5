//! The bot.

use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use url::Url;

use super::flaw;
use super::layers::Layers;
use super::section::section;
use super::setting::{Derived, Source as _, secret, setting};
use super::telegram::Telegram;
use super::text::{derived_url, http, of_secret};
use sesame_domain::plural::counted;

section! {
    /// The bot.
    pub(crate) struct Bot: "Bot" {
        /// The token from @BotFather. Required.
        bot_token: SecretString = secret(
            "BOT_TOKEN",
            "the token from @BotFather: digits, a colon, letters",
        )
        .filled_in_first()
        .check(of_secret(bot_token)),

        /// Another Bot API server than Telegram's own, or than the sandbox's.
        bot_api_url: Option<Url> = setting(
            "BOT_API_URL",
            "the address of a Bot API server, such as http://127.0.0.1:8081",
        )
        .example("http://127.0.0.1:8081")
        .check(http)
        .derived(api_of_sandbox)
        .optional(),

        /// Under which name the people of this bot are kept in the database (any but
        /// `instance`). Changing it later hides everyone's accounts, and their sealed
        /// sessions do not open under the new name.
        tenant: TenantId = setting("TENANT", "1 to 32 characters out of a-z, 0-9 and -")
            .default("default")
            .check(instance),

        /// What the bot says after its greeting at /start, and what it says under /help
        /// about where people find help: a line or two of your own.
        welcome: Option<String> = setting("WELCOME", "words, up to 500 characters")
            .words()
            .example("The reading circle of Harbour Street uses this.")
            .check(|text: &String| own_words(text))
            .optional(),
        support: Option<String> = setting("SUPPORT", "words, up to 500 characters")
            .words()
            .example("Questions? Write to help@example.org.")
            .check(|text: &String| own_words(text))
            .optional(),
    }
}

fn bot_token(text: &str) -> Option<String> {
    bot_token_flaw(text).map(|what| format!("is no token: it {what}"))
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
        format!(
            "has {} after its colon, fewer than 30: it is cut off",
            counted(length, "character")
        )
    })
}

/// It stands in a message beside other words.
fn own_words(text: &str) -> Option<String> {
    flaw::length(text.chars().count(), 1, 500)
}

/// That name belongs to what concerns no bot.
fn instance(tenant: &TenantId) -> Option<String> {
    let is = tenant.is_instance();
    is.then(|| "is a name that Sesame needs for itself".to_owned())
}

/// A sandbox has its Bot API beside its control interface.
fn api_of_sandbox(layers: &Layers) -> Option<Derived<Url>> {
    let control = Telegram::telegram_sandbox().get(layers)??;
    control.join("/").ok().map(derived_url)
}
