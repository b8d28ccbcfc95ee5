//! What the bot tells people by itself.

use serde::{Deserialize, Serialize};

use crate::account::{DeathCause, Health};
use crate::ids::{ConfirmationId, NoticeId, Owner};
use crate::login::Failure;
use crate::retention::Expiry;
use crate::time::Timestamp;

/// What happened to the person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoticeKind {
    /// The account is linked.
    Linked {
        /// The device name that Settings > Devices now shows.
        device: String,
    },
    /// The login failed.
    LoginFailed {
        /// Why.
        failure: Failure,
    },
    /// No one scanned the code in time.
    LoginExpired,
    /// The session died; the account must be linked again.
    SessionDied {
        /// Why, as [`DeathCause::as_str`].
        cause: String,
    },
    /// Telegram froze the account; the link stays.
    AccountFrozen,
    /// Telegram lifted that again.
    AccountThawed,
    /// The account was unlinked by someone other than its owner.
    Unlinked,
    /// Its owner unlinked the account in the Mini App.
    UnlinkedInApp,
    /// The account was unlinked because it is not kept any longer.
    Expired {
        /// Why, as [`Expiry::as_str`].
        reason: String,
    },
    /// A copy of a dialog can be fetched.
    ExportReady {
        /// How many messages it has.
        messages: u64,
        /// How many messages and files did not come.
        missing: u64,
    },
    /// A copy of a dialog is not brought up to date by itself any more.
    RenewalStopped {
        /// By which code the last run failed.
        code: String,
    },
    /// A channel of theirs is not read: not any more, or not for a day.
    ChannelNotRead {
        /// Its title.
        title: String,
        /// Why, as [`crate::channel::ChannelFailure::as_str`].
        code: String,
    },
    /// The operator signed in to the operators' pages.
    OperatorSignedIn {
        /// Which browser on which system, as it says itself.
        browser: String,
        /// From which network.
        network: String,
    },
    /// Whoever opened the operator's link to sign in said that it is not theirs.
    SignInRejected {
        /// Which browser on which system, as it says itself.
        browser: String,
        /// From which network.
        network: String,
    },
    /// The operator is asked whether to do something dangerous.
    Confirm {
        /// Which question.
        id: ConfirmationId,
        /// What would be done.
        summary: String,
        /// Why, as the operator said.
        reason: String,
        /// What the page shows, too.
        signs: [u8; 2],
    },
}

impl NoticeKind {
    /// What is told of a change of an account's health, if anything is.
    pub fn of_change(before: Health, after: Health) -> Option<Self> {
        match (before, after) {
            (Health::Alive, Health::Alive)
            | (Health::Frozen { .. }, Health::Frozen { .. })
            | (Health::Dead { .. }, _) => None,
            (Health::Alive, Health::Frozen { .. }) => Some(Self::AccountFrozen),
            (Health::Frozen { .. }, Health::Alive) => Some(Self::AccountThawed),
            (_, Health::Dead { cause, .. }) => Some(Self::session_died(cause)),
        }
    }

    /// The notice of a session's death.
    pub fn session_died(cause: DeathCause) -> Self {
        Self::SessionDied {
            cause: cause.as_str().to_owned(),
        }
    }

    /// The notice of an account that is not kept any longer.
    pub fn expired(expiry: Expiry) -> Self {
        Self::Expired {
            reason: expiry.as_str().to_owned(),
        }
    }
}

/// A message that waits to be sent. Stored together with the change it tells
/// of, so that neither is lost without the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Who is told.
    pub owner: Owner,
    /// What.
    pub kind: NoticeKind,
    /// When it happened.
    pub created_at: Timestamp,
    /// How often sending it failed.
    pub attempts: u32,
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::account::Sign;

    /// What Telegram says of a session, over and over, is told once.
    #[test]
    fn each_change_is_told_once() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut signs = vec![
            (vec![Sign::Alive], vec![]),
            (vec![Sign::Unclear, Sign::Alive], vec![]),
            (
                vec![Sign::Frozen, Sign::Frozen, Sign::Unclear, Sign::Frozen],
                vec![NoticeKind::AccountFrozen],
            ),
            (
                vec![Sign::Frozen, Sign::Alive, Sign::Alive],
                vec![NoticeKind::AccountFrozen, NoticeKind::AccountThawed],
            ),
        ];
        for cause in DeathCause::ALL {
            let died = NoticeKind::session_died(cause);
            let dead = Sign::Dead(cause);
            signs.push((vec![dead, dead, Sign::Alive, dead], vec![died.clone()]));
            signs.push((
                vec![Sign::Frozen, dead, Sign::Frozen],
                vec![NoticeKind::AccountFrozen, died],
            ));
        }
        for (signs, told) in signs {
            let mut health = Health::Alive;
            let mut news = Vec::new();
            for sign in &signs {
                let after = health.after(*sign, now).unwrap_or(health);
                news.extend(NoticeKind::of_change(health, after));
                health = after;
            }
            assert_eq!(news, told, "{signs:?}");
        }
    }
}
