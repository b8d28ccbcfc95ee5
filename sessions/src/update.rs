//! What Telegram says by itself.

use grammers_session::updates::UpdatesLike;
use grammers_tl_types::enums;

/// What Telegram says by itself, as far as anyone here listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// A login token was accepted (`updateLoginToken`).
    LoginAccepted,
    /// The connection to the home data centre closed. Nothing more is heard
    /// until a call makes another.
    Closed,
    /// Something else.
    Other,
}

impl Update {
    /// What an update says.
    pub(crate) fn of(update: &UpdatesLike) -> Self {
        match update {
            UpdatesLike::Updates(updates) if says_accepted(updates) => Self::LoginAccepted,
            UpdatesLike::ConnectionClosed => Self::Closed,
            _ => Self::Other,
        }
    }
}

fn says_accepted(updates: &enums::Updates) -> bool {
    let is_login = |update: &enums::Update| matches!(update, enums::Update::LoginToken);
    match updates {
        enums::Updates::UpdateShort(short) => is_login(&short.update),
        enums::Updates::Updates(all) => all.updates.iter().any(is_login),
        enums::Updates::Combined(all) => all.updates.iter().any(is_login),
        enums::Updates::TooLong
        | enums::Updates::UpdateShortMessage(_)
        | enums::Updates::UpdateShortChatMessage(_)
        | enums::Updates::UpdateShortSentMessage(_) => false,
    }
}
