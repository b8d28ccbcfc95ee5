//! What people are told before they link their account.

use sesame_domain::disclosure::{Contact, Disclosure};
use sesame_words::{BotWords, Html};

/// What the bot can do, for its empty chat: without markup, as Telegram takes it.
pub(crate) fn description(words: BotWords, disclosure: &Disclosure) -> String {
    let operator = disclosure.operator.as_deref();
    let operator = operator.map(|name| words.description_operator(name).to_string());
    let said = [
        disclosure.purpose.clone(),
        Some(words.description().to_string()),
        operator,
    ];
    let said: Vec<_> = said.into_iter().flatten().collect();
    said.join("\n\n")
}

/// Hello, and what this is.
pub(crate) fn welcome(words: BotWords, name: &str, disclosure: &Disclosure) -> Html {
    let purpose = disclosure.purpose.as_deref();
    let purpose = purpose.map(|purpose| words.welcome_purpose(purpose));
    paragraphs(
        [
            Some(words.welcome(name)),
            purpose,
            Some(words.welcome_never().into()),
        ]
        .into_iter()
        .flatten(),
    )
}

/// What is stored, for what, and who answers for it.
pub(crate) fn privacy(words: BotWords, disclosure: &Disclosure) -> Html {
    let purpose = disclosure.purpose.as_deref();
    let said = [
        purpose.map(|purpose| words.privacy_purpose(purpose)),
        Some(words.privacy()),
        operator(words, disclosure),
        Some(words.privacy_telegram().into()),
    ];
    paragraphs(said.into_iter().flatten())
}

/// Who runs the bot; `None`: they do not say.
fn operator(words: BotWords, disclosure: &Disclosure) -> Option<Html> {
    if disclosure.is_anonymous() {
        return None;
    }
    let name = disclosure.operator.as_deref();
    let contact = disclosure.contact.as_ref().map(Contact::as_str);
    let policy = disclosure.privacy_url.as_deref();
    let lines = [
        Some(words.privacy_operator()),
        name.map(|name| words.own_words(name).into()),
        contact.map(|contact| words.own_words(contact).into()),
        policy.map(|policy| words.privacy_policy(policy).into()),
    ];
    Some(Html::lines(lines.into_iter().flatten()))
}

fn paragraphs(said: impl Iterator<Item = Html>) -> Html {
    let mut lines = Vec::new();
    for paragraph in said {
        if !lines.is_empty() {
            lines.push(Html::empty());
        }
        lines.push(paragraph);
    }
    Html::lines(lines)
}
