//! What the bot says: one catalogue a language, HTML as Telegram takes it.
//!
//! Names that people chose are escaped here, so that callers cannot forget it.

mod english;
mod erasing;
mod span;
#[cfg(test)]
mod tests;

use sesame_domain::account::Account;
use sesame_domain::login::Login;
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::Receipt;
use sesame_domain::time::Timestamp;
use teloxide::utils::html::escape;

/// The languages the bot speaks. Another one is another variant here and
/// another file beside [`english`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// English.
    English,
}

/// Declares functions that pass the question on to each language.
macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        impl Texts {
            $(
                $(#[$doc])*
                pub(crate) fn $name(self, $($argument: $kind),*) -> $answer {
                    match self {
                        Self::English => english::$name($($argument),*),
                    }
                }
            )*
        }
    };
}

catalogue! {
    /// Each command with what it does.
    commands() -> [(&'static str, &'static str); 7];
    /// What the bot's profile says.
    short_description() -> &'static str;
    /// On the button beside the input field.
    menu_button() -> &'static str;
    /// On a button that opens the app.
    open_app_button() -> &'static str;
    /// On a button that leads from a group to the private chat.
    open_chat_button() -> &'static str;
    /// On the button that confirms unlinking.
    unlink_button() -> &'static str;
    /// On the button that leaves an account linked.
    keep_button() -> &'static str;
    /// On the button below an account.
    unlink_account_button(name: &str) -> String;
    /// On the button below a notice, if the person can do something.
    notice_button(kind: &NoticeKind) -> Option<&'static str>;
    /// The answer to `/start`.
    welcome(name: &str) -> String;
    /// The same when Telegram would refuse to open the app.
    app_needs_https() -> &'static str;
    /// The linked account and how it is.
    account(account: Option<&Account>, now: Timestamp) -> String;
    /// Where a login stands.
    login_status(login: &Login, now: Timestamp) -> String;
    /// The question before unlinking.
    ask_unlink(name: &str) -> String;
    /// There is no account.
    nothing_to_unlink() -> &'static str;
    /// Unlinked, as the answer to the button.
    unlinked(name: &str) -> String;
    /// Not unlinked after all.
    kept(name: &str) -> String;
    /// The account below the button is gone.
    not_linked_any_more() -> &'static str;
    /// The button is from another time.
    stale_button() -> &'static str;
    /// The answer to `/privacy`.
    privacy() -> &'static str;
    /// The question before everything is erased.
    ask_erase() -> &'static str;
    /// On the button that confirms it.
    erase_button() -> &'static str;
    /// That question was asked long ago.
    erase_too_late() -> &'static str;
    /// Nothing was erased after all.
    nothing_erased() -> &'static str;
    /// Everything is erased.
    receipt(receipt: &Receipt) -> String;
    /// The answer to `/help`.
    help() -> String;
    /// The answer to what is not understood.
    hint() -> &'static str;
    /// The answer to what the bot could not read at all.
    unreadable() -> &'static str;
    /// A code was sent into the chat.
    never_send_codes(deleted: bool) -> String;
    /// A password was, it seems.
    never_send_passwords(deleted: bool) -> String;
    /// The bot does not talk in groups.
    private_only() -> &'static str;
    /// Something failed on our side.
    trouble() -> &'static str;
    /// What happened to the person's account.
    notice(kind: &NoticeKind, now: Timestamp) -> String;
}

impl Texts {
    /// The words for an IETF language tag.
    pub(crate) fn for_language(_tag: Option<&str>) -> Self {
        Self::English
    }
}
