//! The buttons below our messages.

use sesame_domain::account::Account;
use sesame_domain::ids::{AccountId, ConfirmationId};
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Text};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, Me};
use url::Url;

use crate::app_link::AppLink;
use crate::button::Button;

/// One button that opens the app, if it can be opened.
pub(crate) fn open_app(app: &AppLink, label: Text) -> Option<InlineKeyboardMarkup> {
    let button = app.button(label)?;
    Some(InlineKeyboardMarkup::new([[button]]))
}

/// One button that opens a page of the app, named below its first one.
pub(crate) fn open_page(app: &AppLink, page: &str, label: Text) -> Option<InlineKeyboardMarkup> {
    let button = app.page(page)?.button(label)?;
    Some(InlineKeyboardMarkup::new([[button]]))
}

/// A way to unlink the account, and one into the app.
pub(crate) fn account(
    app: &AppLink,
    texts: BotWords,
    account: Option<&Account>,
) -> Option<InlineKeyboardMarkup> {
    let app = app.button(texts.open_app_button());
    let rows: Vec<_> = account
        .into_iter()
        .map(|account| {
            // Telegram cuts long labels anyhow; ours end where a word still reads.
            let name = account.display_name();
            let short: String = name.as_str().chars().take(40).collect();
            let label = texts.unlink_account_button(&short);
            InlineKeyboardButton::callback(label, Button::AskUnlink(account.id).data())
        })
        .chain(app)
        .map(|button| [button])
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// Unlink, or keep?
pub(crate) fn confirm_unlink(texts: BotWords, account: AccountId) -> InlineKeyboardMarkup {
    let button = |label: Text, button: Button| InlineKeyboardButton::callback(label, button.data());
    InlineKeyboardMarkup::new([[
        button(texts.unlink_button(), Button::Unlink(account)),
        button(texts.keep_button(), Button::Keep(account)),
    ]])
}

/// Erase everything, or keep?
pub(crate) fn confirm_erase(texts: BotWords, asked_at: Timestamp) -> InlineKeyboardMarkup {
    let button = |label: Text, button: Button| InlineKeyboardButton::callback(label, button.data());
    InlineKeyboardMarkup::new([
        [button(texts.erase_button(), Button::Erase(asked_at))],
        [button(texts.keep_button(), Button::KeepAll)],
    ])
}

/// The code on the screen that the chat is open on; nothing, if that is no address.
pub(crate) fn open_screen(texts: BotWords, link: &str) -> Option<InlineKeyboardMarkup> {
    let link = Url::parse(link).ok()?;
    let button = InlineKeyboardButton::url(texts.screen_link_button(), link);
    Some(InlineKeyboardMarkup::new([[button]]))
}

/// The way to the operators' pages.
pub(crate) fn open_admin(texts: BotWords, link: Url) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[InlineKeyboardButton::url(texts.admin_button(), link)]])
}

/// Do it, or not?
pub(crate) fn confirm(texts: BotWords, id: ConfirmationId) -> InlineKeyboardMarkup {
    let button = |label: Text, button: Button| InlineKeyboardButton::callback(label, button.data());
    InlineKeyboardMarkup::new([[
        button(texts.confirm_button(), Button::Confirm(id)),
        button(texts.decline_button(), Button::Decline(id)),
    ]])
}

/// From a group into the private chat.
pub(crate) fn open_chat(texts: BotWords, me: &Me) -> InlineKeyboardMarkup {
    let link = me.tme_url();
    InlineKeyboardMarkup::new([[InlineKeyboardButton::url(texts.open_chat_button(), link)]])
}
