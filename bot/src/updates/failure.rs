//! Why updates do not reach the bot.

use std::fmt;

use chrono::TimeDelta;

use crate::telegram::ApiFault;

/// Why updates do not reach the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UpdateFailure {
    /// The token is not known, or not any more.
    Token,
    /// Another program took the updates and does not let go: its host, if it
    /// has a webhook.
    Taken {
        /// Whose webhook it is.
        host: Option<String>,
    },
    /// Another program asks for updates with the same token.
    OtherPoller,
    /// Telegram does not get updates to our webhook.
    Undelivered {
        /// What Telegram says of it.
        words: String,
        /// How many updates wait.
        pending: u64,
    },
    /// The Bot API does not do what it should.
    Api(ApiFault),
}

impl From<ApiFault> for UpdateFailure {
    fn from(fault: ApiFault) -> Self {
        match fault {
            ApiFault::Token => Self::Token,
            fault => Self::Api(fault),
        }
    }
}

impl UpdateFailure {
    /// What may pass by itself may last this long before it counts: until then
    /// the Mini App is not taken down for it.
    pub(super) fn grace(&self) -> TimeDelta {
        match self {
            Self::Token | Self::Taken { .. } | Self::OtherPoller => TimeDelta::zero(),
            Self::Undelivered { .. } | Self::Api(_) => TimeDelta::minutes(1),
        }
    }

    /// Whether it is of the same kind.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for UpdateFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str(
                "the Bot API does not accept BOT_TOKEN: it may have been revoked; ask @BotFather \
                 for the token",
            ),
            Self::Taken { host: Some(host) } => write!(
                f,
                "the webhook of BOT_TOKEN leads to {host}: another program took it, and took it \
                 again each time; end that program, or give it a bot of its own, and restart Sesame"
            ),
            Self::Taken { host: None } => f.write_str(
                "another program deletes the webhook of BOT_TOKEN again and again; end that \
                 program, or give it a bot of its own",
            ),
            Self::OtherPoller => f.write_str(
                "another program polls with BOT_TOKEN, and takes updates away; end it, or give it \
                 a bot of its own (several nodes of Sesame need a webhook: set WEBHOOK_SECRET)",
            ),
            Self::Undelivered { words, pending } => write!(
                f,
                "Telegram cannot deliver updates to the webhook: {words} ({pending} wait); it must \
                 reach PUBLIC_URL from outside"
            ),
            Self::Api(fault) => fault.fmt(f),
        }
    }
}
