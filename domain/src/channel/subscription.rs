//! That a channel is read for a person.

use crate::ids::{AccountId, JobId, Owner};
use crate::job::{JobKind, NewJob};
use crate::post::{PostContent, PostScope};
use crate::time::Timestamp;

use super::ReadingPolicy;

/// How many channels are read for a person at most.
pub const SUBSCRIPTIONS_MAX: usize = 200;

/// That a person agreed to their channel's texts being given to a service that finds
/// tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggingConsent {
    /// The version of the words that they were shown.
    pub wording: u32,
    /// When.
    pub at: Timestamp,
}

/// That a channel is read for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// For whom.
    pub owner: Owner,
    /// Which channel.
    pub channel: i64,
    /// Their account, which may read it.
    pub account: AccountId,
    /// What of it they want.
    pub policy: ReadingPolicy,
    /// Whether its texts may be given to a service.
    pub consent: Option<TaggingConsent>,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was found that the account may not read it any more.
    pub lost_at: Option<Timestamp>,
    /// Changes of its posts up to this number were looked at for tags.
    pub tagged_to: i64,
}

impl Subscription {
    /// What of the channel is shown to them.
    pub fn scope(&self, now: Timestamp) -> PostScope {
        PostScope {
            channel: self.channel,
            from: self.policy.shown_from(now),
            until: self.lost_at,
            forwards: self.policy.forwards,
            service_messages: self.policy.service_messages,
            shortest: self.policy.shortest,
        }
    }

    /// Whether a post is shown to them: it is one that they want, not older than they
    /// keep it, and was sent while they might read the channel.
    pub fn shows(&self, post: &PostContent, now: Timestamp) -> bool {
        let from = self.policy.shown_from(now);
        from.is_none_or(|from| post.at >= from)
            && self.lost_at.is_none_or(|until| post.at < until)
            && self.policy.wants(post)
    }
}

/// What a reader's job is known by: there is one for each account.
const READING: &str = "reading";

/// The job that reads the channels of an account.
pub fn reading_job(id: JobId, owner: Owner, account: AccountId, now: Timestamp) -> NewJob {
    NewJob {
        owner: Some(owner),
        account: Some(account),
        unique: Some(READING.to_owned()),
        ..NewJob::new(id, JobKind::READ_CHANNELS, now)
    }
}
