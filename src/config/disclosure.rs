//! What people are told before they link their account.

use sesame_domain::disclosure::{Contact, Disclosure as Told};
use url::Url;

use super::flaw;
use super::section::section;
use super::setting::setting;
use super::text::{http, no_credentials, shown_name};

section! {
    /// What people are told before they link their account.
    pub(crate) struct Disclosure: "What people are told" {
        /// What the bot uses a linked account for, in a sentence or two that people read
        /// before they link it, in the bot's profile, at /start and /privacy, and for as
        /// long as it is linked. Say all of it: they decide by this.
        purpose: Option<String> = setting("PURPOSE", "words, up to 240 characters")
            .words()
            .example("Reads the channels that you follow, and tells you each evening what was in them.")
            .check(|text: &String| flaw::length(text.chars().count(), 1, 240))
            .optional(),

        /// Who runs the bot, how to reach them (an e-mail address, a Telegram name, the
        /// address of a page, or a postal address), and where their privacy policy is.
        operator_name: Option<String> = setting("OPERATOR_NAME", "a name, up to 64 characters")
            .words()
            .example("The reading circle of Harbour Street")
            .check(shown_name)
            .optional(),
        operator_contact: Option<String> = setting(
            "OPERATOR_CONTACT",
            "an e-mail address, a Telegram name, the address of a page, or a postal address, up to 100 characters",
        )
        .words()
        .example("help@example.org")
        .check(contact)
        .optional(),
        privacy_url: Option<Url> = setting(
            "PRIVACY_URL",
            "the address of a page, such as https://example.org/privacy",
        )
        .example("https://example.org/privacy")
        .check(http)
        .check(no_credentials)
        .optional(),
    }
}

/// It stands in one line.
#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
fn contact(text: &String) -> Option<String> {
    flaw::length(text.chars().count(), 1, 100).or_else(|| {
        let has = text.chars().any(char::is_control);
        has.then(|| "has a line end or a control character in it".to_owned())
    })
}

impl Disclosure {
    /// What the bot and the Mini App say.
    pub(crate) fn told(&self) -> Told {
        Told {
            purpose: self.purpose.clone(),
            operator: self.operator_name.clone(),
            contact: self.operator_contact.as_ref().map(Contact::new),
            privacy_url: self.privacy_url.as_ref().map(Url::to_string),
        }
    }
}
