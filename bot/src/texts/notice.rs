//! What the bot says by itself.

use sesame_domain::account::DeathCause;
use sesame_domain::login::WayOn;
use sesame_domain::notice::NoticeKind;
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Html, Text};

/// What happened to the person's account.
pub(crate) fn notice(words: BotWords, kind: &NoticeKind, now: Timestamp) -> Html {
    match kind {
        NoticeKind::Linked { device } => words.notice_linked(device),
        NoticeKind::LoginFailed { failure } => words.language().failure(*failure).chat(now),
        NoticeKind::LoginExpired => words.login_expired().into(),
        NoticeKind::SessionDied { cause } => words.notice_session_died(cause),
        NoticeKind::AccountFrozen => words.notice_account_frozen(),
        NoticeKind::AccountThawed => words.notice_account_thawed(),
        NoticeKind::Unlinked => words.notice_unlinked().into(),
        NoticeKind::UnlinkedInApp => words.notice_unlinked_in_app().into(),
        NoticeKind::Expired { reason } => words.notice_expired(reason),
        NoticeKind::ExportReady { messages, missing } => match missing {
            0 => words.notice_export_ready(*messages),
            missing => words.notice_export_incomplete(*missing),
        },
        NoticeKind::RenewalStopped { code } => words.notice_renewal_stopped(code),
        NoticeKind::ChannelNotRead { title, code } => words.notice_channel_not_read(title, code),
        NoticeKind::OperatorSignedIn { browser, network } => {
            words.notice_operator_signed_in(browser, network)
        }
        NoticeKind::SignInRejected { browser, network } => {
            words.notice_sign_in_rejected(browser, network)
        }
        NoticeKind::Confirm {
            id: _,
            summary,
            reason,
            signs: [first, second],
        } => {
            let signs = format!("{first:02} {second:02}");
            words.notice_confirm(&signs, summary, reason)
        }
    }
}

/// On the button below a notice, if the person can do something.
pub(crate) fn notice_button(words: BotWords, kind: &NoticeKind) -> Option<Text> {
    match kind {
        NoticeKind::Linked { .. } | NoticeKind::ChannelNotRead { .. } => {
            Some(words.open_app_button())
        }
        NoticeKind::LoginExpired => Some(words.try_again_button()),
        // Of a banned or deleted account, linking it again is of no use.
        NoticeKind::SessionDied { cause } => DeathCause::from_name(cause)
            .is_none_or(DeathCause::can_link_again)
            .then(|| words.link_again_button()),
        NoticeKind::ExportReady { .. } | NoticeKind::RenewalStopped { .. } => {
            Some(words.open_copies_button())
        }
        NoticeKind::UnlinkedInApp | NoticeKind::Expired { .. } => Some(words.link_again_button()),
        // Only Telegram's own app helps, or it is about the operators' pages.
        NoticeKind::AccountFrozen
        | NoticeKind::AccountThawed
        | NoticeKind::Unlinked
        | NoticeKind::OperatorSignedIn { .. }
        | NoticeKind::SignInRejected { .. }
        | NoticeKind::Confirm { .. } => None,
        NoticeKind::LoginFailed { failure } => match failure.way_on() {
            WayOn::Again => Some(words.try_again_button()),
            WayOn::Later(_) | WayOn::Nothing => None,
        },
    }
}
