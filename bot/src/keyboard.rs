//! The buttons below our messages.

use sesame_domain::account::Account;
use sesame_domain::ids::AccountId;
use sesame_domain::time::Timestamp;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, Me};

use crate::app_link::AppLink;
use crate::button::Button;
use crate::texts::Texts;

/// One button that opens the app, if it can be opened.
pub(crate) fn open_app(app: &AppLink, label: &str) -> Option<InlineKeyboardMarkup> {
    let button = app.button(label)?;
    Some(InlineKeyboardMarkup::new([[button]]))
}

/// A way to unlink the account, and one into the app.
pub(crate) fn account(
    app: &AppLink,
    texts: Texts,
    account: Option<&Account>,
) -> Option<InlineKeyboardMarkup> {
    let app = app.button(texts.open_app_button());
    let rows: Vec<_> = account
        .into_iter()
        .map(|account| {
            let label = texts.unlink_account_button(account.display_name().as_str());
            InlineKeyboardButton::callback(label, Button::AskUnlink(account.id).data())
        })
        .chain(app)
        .map(|button| [button])
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// Unlink, or keep?
pub(crate) fn confirm_unlink(texts: Texts, account: AccountId) -> InlineKeyboardMarkup {
    let button = |label: &str, button: Button| InlineKeyboardButton::callback(label, button.data());
    InlineKeyboardMarkup::new([[
        button(texts.unlink_button(), Button::Unlink(account)),
        button(texts.keep_button(), Button::Keep(account)),
    ]])
}

/// Erase everything, or keep?
pub(crate) fn confirm_erase(texts: Texts, asked_at: Timestamp) -> InlineKeyboardMarkup {
    let button = |label: &str, button: Button| InlineKeyboardButton::callback(label, button.data());
    InlineKeyboardMarkup::new([
        [button(texts.erase_button(), Button::Erase(asked_at))],
        [button(texts.keep_button(), Button::KeepAll)],
    ])
}

/// From a group into the private chat.
pub(crate) fn open_chat(texts: Texts, me: &Me) -> InlineKeyboardMarkup {
    let link = me.tme_url();
    InlineKeyboardMarkup::new([[InlineKeyboardButton::url(texts.open_chat_button(), link)]])
}
