//! A channel as it is read for a tenant.

use crate::ids::{PersonId, TenantId};
use crate::time::Timestamp;

use super::{ChannelFailure, ReadingProgress, Subscription, Trouble};

/// A channel as it is read for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// For whom.
    pub tenant: TenantId,
    /// Telegram's id of it.
    pub id: i64,
    /// Its title, as it was last seen.
    pub title: String,
    /// Its public name, without the `@`.
    pub username: Option<String>,
    /// Whose session reads it; `None`: no one's at the moment.
    pub reader: Option<PersonId>,
    /// How far it is read.
    pub progress: ReadingProgress,
    /// What keeps it from being read.
    pub trouble: Option<Trouble>,
    /// When all that is new was read the last time.
    pub read_at: Option<Timestamp>,
    /// When the newest post that is known was sent.
    pub posted_at: Option<Timestamp>,
    /// When its newest messages were compared with what is kept.
    pub swept_at: Option<Timestamp>,
    /// When it is looked at again.
    pub next_at: Timestamp,
    /// The number of the last change of its posts; 0: there was none.
    pub last_change: i64,
}

/// How a channel of a person stands, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// Nothing was read yet.
    Beginning,
    /// Its history is read.
    Reading {
        /// Down to this moment it is there; `None`: what is newest comes first.
        reached: Option<Timestamp>,
    },
    /// All is read.
    UpToDate {
        /// As of then.
        at: Timestamp,
    },
    /// It is tried again.
    Waiting {
        /// When.
        until: Timestamp,
        /// Why it is not read now.
        failure: ChannelFailure,
        /// Since when it was not read.
        since: Timestamp,
    },
    /// It is not read any more, unless something is done about it.
    Lost {
        /// Why.
        failure: ChannelFailure,
        /// Since when.
        since: Timestamp,
    },
}

impl ChannelState {
    /// Its name in the API; never changed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Beginning => "beginning",
            Self::Reading { .. } => "reading",
            Self::UpToDate { .. } => "up_to_date",
            Self::Waiting { .. } => "waiting",
            Self::Lost { .. } => "lost",
        }
    }

    /// Where it stands in a list: what is broken comes first.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Lost { .. } => 0,
            Self::Waiting { .. } => 1,
            Self::Beginning => 2,
            Self::Reading { .. } => 3,
            Self::UpToDate { .. } => 4,
        }
    }
}

impl Channel {
    /// How it stands for whoever subscribed to it.
    pub fn state(&self, subscription: &Subscription) -> ChannelState {
        if let Some(since) = subscription.lost_at {
            let failure = ChannelFailure::NoAccess;
            return ChannelState::Lost { failure, since };
        }
        if let Some(trouble) = &self.trouble {
            let (failure, since) = (trouble.failure.clone(), trouble.since);
            return if failure.is_loss() && (failure.is_of_account() || trouble.is_surely_lost()) {
                ChannelState::Lost { failure, since }
            } else {
                let until = self.next_at;
                ChannelState::Waiting {
                    until,
                    failure,
                    since,
                }
            };
        }
        match (self.read_at, self.progress.is_behind()) {
            (None, _) => ChannelState::Beginning,
            (Some(_), true) => ChannelState::Reading {
                reached: self.progress.history.reached.map(|it| it.at),
            },
            (Some(at), false) => ChannelState::UpToDate { at },
        }
    }
}
