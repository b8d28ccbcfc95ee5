//! The English catalogue.

use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::login::{Asking, Ending, Failure, Login, Proving, QrAsking, Question, State};
use sesame_domain::notice::NoticeKind;
use sesame_domain::retention::Expiry;
use sesame_domain::time::Timestamp;

use super::{escape, span};

pub(super) use super::erasing::{ask_erase, erase_button, erase_too_late, nothing_erased, receipt};

pub(super) fn commands() -> [(&'static str, &'static str); 7] {
    [
        ("start", "Open Sesame"),
        ("accounts", "Your linked account and how it is"),
        ("unlink", "Unlink your account"),
        ("status", "What is going on now"),
        ("privacy", "What is stored, and how to undo it"),
        ("erase", "Erase everything about you"),
        ("help", "All commands"),
    ]
}

pub(super) fn short_description() -> &'static str {
    "Links your Telegram account by a QR code and keeps the session sealed. You can undo it at any time."
}

pub(super) fn menu_button() -> &'static str {
    "Open"
}

pub(super) fn open_app_button() -> &'static str {
    "Open Sesame"
}

pub(super) fn open_chat_button() -> &'static str {
    "Open the chat"
}

pub(super) fn unlink_button() -> &'static str {
    "Unlink"
}

pub(super) fn keep_button() -> &'static str {
    "Keep"
}

pub(super) fn unlink_account_button(name: &str) -> String {
    // Telegram cuts long labels anyhow; ours end where a word still reads.
    let short: String = name.chars().take(40).collect();
    format!("Unlink {short}")
}

pub(super) fn notice_button(kind: &NoticeKind) -> Option<&'static str> {
    match kind {
        NoticeKind::Linked { .. } => Some("Open Sesame"),
        NoticeKind::LoginExpired => Some("Try again"),
        NoticeKind::SessionDied { .. } | NoticeKind::Expired { .. } => Some("Link again"),
        NoticeKind::Unlinked => None,
        NoticeKind::LoginFailed { failure } => match failure {
            Failure::WrongAccount
            | Failure::TelegramUnavailable
            | Failure::PasswordAttempts
            | Failure::PasswordRemoved
            | Failure::Revoked
            | Failure::Internal => Some("Try again"),
            Failure::Flood { .. }
            | Failure::LoginBudget { .. }
            | Failure::AppRefused
            | Failure::Frozen
            | Failure::Banned => None,
        },
    }
}

pub(super) fn welcome(name: &str) -> String {
    format!(
        "<b>Hello, {}.</b>\n\
         Sesame links your Telegram account to this bot: you scan a QR code, and the session is \
         kept sealed. You can unlink it at any time.\n\n\
         Never send a code or a password into this chat; the app asks for what it needs.",
        escape(name)
    )
}

pub(super) fn app_needs_https() -> &'static str {
    "<b>The app cannot be opened yet.</b>\n\
     Telegram opens Mini Apps over https only. Whoever runs this bot: set PUBLIC_URL to an \
     https address and start Sesame again."
}

pub(super) fn account(account: Option<&Account>, now: Timestamp) -> String {
    let Some(account) = account else {
        return "No account is linked yet. Open the app and scan the code to link yours."
            .to_owned();
    };
    let name = account.display_name();
    let username = name
        .beside(account.profile.username.as_deref())
        .map(|username| format!(" · @{}", escape(username)))
        .unwrap_or_default();
    format!(
        "<b>{}</b>{username}\n{}\nLinked {} ago as “{}”",
        escape(name.as_str()),
        health(account.health, account.checked_at, now),
        span::english(now - account.linked_at),
        escape(&account.device.model),
    )
}

fn health(health: Health, checked_at: Timestamp, now: Timestamp) -> String {
    match health {
        Health::Alive => format!("✅ Works · checked {} ago", span::english(now - checked_at)),
        Health::Frozen { since } => format!(
            "❄️ Frozen by Telegram for {}. Only Telegram can lift that; the link stays.",
            span::english(now - since)
        ),
        Health::Dead { cause, since } => format!(
            "⚠️ Stopped working {} ago: {}. Link it again in the app.",
            span::english(now - since),
            death(cause)
        ),
    }
}

fn death(cause: DeathCause) -> &'static str {
    match cause {
        DeathCause::Revoked => "the session was ended in Settings &gt; Devices",
        DeathCause::Banned => "Telegram banned the account",
        DeathCause::Deleted => "the account was deleted",
        DeathCause::Duplicated => "Telegram saw the session in two places at once and ended it",
        DeathCause::Unreadable => "the stored session can no longer be opened",
    }
}

pub(super) fn login_status(login: &Login, now: Timestamp) -> String {
    let left = |until: Timestamp| span::english(until - now);
    match &login.state {
        State::Asking(Asking::Qr(asking)) => match asking {
            QrAsking::Starting => "Your code is on its way. Open the app to see it.".to_owned(),
            QrAsking::Pending(_) => format!(
                "The code waits to be scanned: {} left. Open the app to see it.",
                left(login.scan_until())
            ),
            QrAsking::Scanned { .. } | QrAsking::Migrating { .. } => {
                "The code was scanned; Telegram is signing you in.".to_owned()
            }
        },
        State::Proving(Proving::Required(Question::Password(_))) => format!(
            "Your cloud password is needed: {} left. Type it in the app, never in this chat.",
            left(login.expires_at)
        ),
        State::Proving(Proving::Checking(Question::Password(_))) => {
            "Your password is being checked.".to_owned()
        }
        State::Finishing(_) => "Almost there: the account is being linked.".to_owned(),
        State::Ended { ending, .. } => ended(*ending, now),
    }
}

fn ended(ending: Ending, now: Timestamp) -> String {
    match ending {
        Ending::Authorized { .. } => "The account is linked.".to_owned(),
        Ending::Expired => login_expired().to_owned(),
        Ending::Cancelled => "Linking was cancelled.".to_owned(),
        Ending::Superseded => "A newer attempt took the place of this one.".to_owned(),
        Ending::Failed(failure) => failed(failure, now),
    }
}

pub(super) fn ask_unlink(name: &str) -> String {
    format!(
        "Unlink <b>{}</b>?\n\
         Its session is logged out at Telegram and erased here. You can link it again later.",
        escape(name)
    )
}

pub(super) fn nothing_to_unlink() -> &'static str {
    "No account is linked, so there is nothing to unlink."
}

pub(super) fn unlinked(name: &str) -> String {
    format!(
        "<b>{}</b> is unlinked. Its session is logged out at Telegram and erased.",
        escape(name)
    )
}

pub(super) fn kept(name: &str) -> String {
    format!("Nothing has changed: <b>{}</b> stays linked.", escape(name))
}

pub(super) fn not_linked_any_more() -> &'static str {
    "This account is not linked any more. /accounts shows how things are now."
}

pub(super) fn stale_button() -> &'static str {
    "This button is out of date. Send /accounts to see how things are now."
}

pub(super) fn privacy() -> &'static str {
    "<b>What is stored</b>\n\
     Your Telegram id, name and username, the session of the account you link, and when it was \
     opened, for what. Not your phone number, password, codes, or what you write here.\n\n\
     <b>How it is sealed</b>\n\
     Each session is encrypted (AES-256-GCM) under a key of its own, which is encrypted under a \
     key that is not in the database. It opens only for your account, and every opening is \
     recorded first.\n\n\
     <b>How to undo it</b>\n\
     /unlink here, or end the session in Settings &gt; Devices. Both take effect at once. \
     /erase erases everything about you. How long things are kept, the app says under Your data.\n\n\
     Sesame uses the Telegram API and is not part of Telegram."
}

pub(super) fn help() -> String {
    let lines: Vec<_> = commands()
        .iter()
        .map(|(name, description)| format!("/{name} – {description}"))
        .collect();
    lines.join("\n")
}

pub(super) fn hint() -> &'static str {
    "I understand commands only. /help lists them."
}

pub(super) fn unreadable() -> &'static str {
    "I could not read that. I understand commands only; /help lists them."
}

pub(super) fn never_send_codes(deleted: bool) -> String {
    format!(
        "<b>Never send login codes into a chat</b>, not even this one: whoever asks for one wants \
         your account. Sesame does not need it. {}",
        removal(deleted)
    )
}

pub(super) fn never_send_passwords(deleted: bool) -> String {
    format!(
        "<b>If that was your password:</b> it belongs in the app only, never in a chat. {}",
        removal(deleted)
    )
}

fn removal(deleted: bool) -> &'static str {
    if deleted {
        "I deleted your message and kept nothing of it."
    } else {
        "Please delete your message; I kept nothing of it."
    }
}

pub(super) fn private_only() -> &'static str {
    "I talk in private only."
}

pub(super) fn trouble() -> &'static str {
    "That did not work, and it is our fault. Please try again in a moment."
}

pub(super) fn notice(kind: &NoticeKind, now: Timestamp) -> String {
    match kind {
        NoticeKind::Linked { device } => format!(
            "✅ <b>Your account is linked.</b>\n\
             Settings &gt; Devices now lists it as “{}”. If Telegram asks whether that was you, \
             say yes.",
            escape(device)
        ),
        NoticeKind::LoginFailed { failure } => failed(*failure, now),
        NoticeKind::LoginExpired => login_expired().to_owned(),
        NoticeKind::SessionDied { cause } => match DeathCause::from_name(cause) {
            Some(cause) => format!(
                "⚠️ <b>Your account is no longer connected:</b> {}.",
                death(cause)
            ),
            None => "⚠️ <b>Your account is no longer connected.</b>".to_owned(),
        },
        NoticeKind::Unlinked => {
            "Your account is unlinked. Its session is logged out at Telegram and erased.".to_owned()
        }
        NoticeKind::Expired { reason } => format!(
            "<b>Your account is unlinked</b>, because {}. Its session is logged out at Telegram \
             and erased. You can link it again at any time.",
            not_kept(Expiry::from_name(reason))
        ),
    }
}

fn not_kept(expiry: Option<Expiry>) -> &'static str {
    match expiry {
        Some(Expiry::Unused) => "it was not used for a long time",
        Some(Expiry::TooOld) => "sessions are kept for a limited time only, and its time was over",
        Some(Expiry::Dead) => "it stopped working a while ago and was not linked again",
        None => "it is not kept any longer",
    }
}

fn login_expired() -> &'static str {
    "The time to link your account ran out. Nothing was stored."
}

fn failed(failure: Failure, now: Timestamp) -> String {
    let wait = |until: Timestamp| span::english(until - now);
    match failure {
        Failure::WrongAccount => "<b>That was another account.</b>\n\
             Only the account that you chat with here can be linked. The other one was logged out \
             again and nothing of it was stored. Scan with the phone that is signed in to this \
             account."
            .to_owned(),
        Failure::Flood { until } => format!(
            "<b>Telegram wants a pause.</b>\nYou can try again in {}.",
            wait(until)
        ),
        Failure::Frozen => {
            "<b>Telegram froze this account</b>, so it cannot be linked. Telegram's \
             own app says why and how to appeal."
                .to_owned()
        }
        Failure::Banned => {
            "<b>Telegram does not let this account sign in</b>: it is banned or deleted.".to_owned()
        }
        Failure::LoginBudget { until } => format!(
            "<b>Enough tries for now.</b>\n\
             Telegram blocks accounts that sign in too often, so Sesame stops before that. You can \
             try again in {}.",
            wait(until)
        ),
        Failure::TelegramUnavailable => {
            "<b>Telegram did not answer</b>, so your account is not linked. Please try again in a \
             few minutes."
                .to_owned()
        }
        Failure::PasswordAttempts => {
            "<b>The password was wrong too often.</b>\nNothing was stored. You can begin again \
             with a new code."
                .to_owned()
        }
        Failure::PasswordRemoved => {
            "<b>Your cloud password was removed meanwhile.</b>\nThis sign-in had waited for it and \
             cannot go on. Begin again with a new code: Telegram will not ask for a password."
                .to_owned()
        }
        Failure::Revoked => "<b>The sign-in was ended from your other device.</b>\nIf Telegram \
             asked “Was it you?”, say yes next time."
            .to_owned(),
        Failure::AppRefused => {
            "<b>Telegram does not let this app sign anyone in at the moment.</b>\nThat is for \
             whoever runs it to mend, not for you. Nothing was stored. Please try again later."
                .to_owned()
        }
        Failure::Internal => "<b>Linking failed, and it is our fault.</b>\nNothing was stored. \
             Please try again."
            .to_owned(),
    }
}
