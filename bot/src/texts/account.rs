//! The linked account.

use sesame_domain::account::{Account, Health};
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Html};

/// The linked account and how it is.
pub(crate) fn account(words: BotWords, account: Option<&Account>, now: Timestamp) -> Html {
    let Some(account) = account else {
        return words.no_account().into();
    };
    let name = account.display_name();
    let title = match name.beside(account.profile.username.as_deref()) {
        Some(username) => words.account_name_and_username(name.as_str(), username),
        None => words.account_name(name.as_str()),
    };
    let health = match account.health {
        Health::Alive if !account.was_looked_at() => words.account_unseen().into(),
        Health::Alive => words.account_works(now - account.checked_at).into(),
        Health::Frozen { since } => words.account_frozen(now - since).into(),
        Health::Dead { cause, since } => words.account_stopped(now - since, cause.as_str()),
    };
    let linked = words.account_linked(now - account.linked_at, &account.device.model);
    Html::lines([title, health, linked.into()])
}
