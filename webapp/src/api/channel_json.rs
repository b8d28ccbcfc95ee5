//! Channels of a person, as the API answers them.

use serde::Serialize;
use sesame_domain::channel::{ChannelState, ReadingPolicy, SubscribedChannel, TaggingConsent};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_words::{Language, Text};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::ApiError;

/// A channel that is read for the person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelJson {
    /// Its id, as the list of dialogs has it: `channel` and a number.
    id: String,
    /// What it is called, as it was last seen.
    title: String,
    /// Its public name, without the `@`.
    username: Option<String>,
    /// The account of the person that may read it.
    account: Uuid,
    /// How it stands.
    state: StateJson,
    /// What of it is wanted.
    policy: PolicyJson,
    /// That its texts may be given to a service that finds tags; null: they may not.
    consent: Option<ConsentJson>,
    /// Since when it is read for the person.
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
    /// When the newest post that is known was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_post_at: Option<Timestamp>,
}

/// How a channel stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateJson {
    /// `beginning` (nothing was read yet), `reading` (its history is), `up_to_date`,
    /// `waiting` (it could not be read, and is tried again) or `lost` (it is not read
    /// any more unless someone does something).
    name: &'static str,
    /// The same in a sentence, for people.
    message: String,
    /// While it is `waiting` or `lost`: since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// While it is `waiting`: when it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// While it is `waiting` or `lost`: why. `no_access`, `account_frozen`,
    /// `session_ended`, `flood`, `telegram_away`, `session_elsewhere`, `unavailable`,
    /// `refused`, or a code that a newer version has.
    failure: Option<String>,
    /// While it is `reading`: down to this moment its posts are there; null: not yet
    /// beyond what is newest.
    #[schema(value_type = Option<String>, format = DateTime)]
    reached_at: Option<Timestamp>,
    /// While it is `up_to_date`: as of when.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
}

/// What of a channel is wanted, and how long it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyJson {
    /// Posts from this moment on; null: from the first.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// For how many days after it was sent a post is kept; null: as long as the channel
    /// is read.
    kept_days: Option<u16>,
    /// Whether posts that were forwarded are wanted.
    forwards: bool,
    /// Whether messages that tell what happened are wanted ("pinned a message").
    service_messages: bool,
    /// Posts of fewer characters are left out; 0: none.
    shortest: u16,
}

/// That a channel's texts may be given to a service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentJson {
    /// The version of the words that the person was shown.
    wording: u32,
    /// When they agreed.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// The channels of the person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelsJson {
    /// All of them, at most 200: what is broken comes first, then by title.
    pub(super) channels: Vec<ChannelJson>,
}

impl ChannelJson {
    /// Of this channel, in words of this language.
    pub(super) fn of(found: SubscribedChannel, language: Language) -> Self {
        let state = StateJson::of(found.state(), language);
        let SubscribedChannel {
            subscription,
            channel,
        } = found;
        // What is posted once they may not read it any more is not for them.
        let is_theirs = |at: &Timestamp| subscription.lost_at.is_none_or(|lost| *at < lost);
        Self {
            id: channel_name(channel.id),
            title: channel.title,
            username: channel.username,
            account: subscription.account.as_uuid(),
            state,
            policy: PolicyJson::from(subscription.policy),
            consent: subscription.consent.map(ConsentJson::from),
            added_at: subscription.created_at,
            last_post_at: channel.posted_at.filter(is_theirs),
        }
    }
}

impl StateJson {
    fn of(state: ChannelState, language: Language) -> Self {
        let mut json = Self {
            name: state.name(),
            message: sentence(&state, language).into(),
            since: None,
            until: None,
            failure: None,
            reached_at: None,
            read_at: None,
        };
        match state {
            ChannelState::Beginning => {}
            ChannelState::Reading { reached } => json.reached_at = reached,
            ChannelState::UpToDate { at } => json.read_at = Some(at),
            ChannelState::Waiting {
                until,
                failure,
                since,
            } => {
                json.until = Some(until);
                json.since = Some(since);
                json.failure = Some(failure.as_str().to_owned());
            }
            ChannelState::Lost { failure, since } => {
                json.since = Some(since);
                json.failure = Some(failure.as_str().to_owned());
            }
        }
        json
    }
}

fn sentence(state: &ChannelState, language: Language) -> Text {
    let words = language.channels();
    match state {
        ChannelState::Beginning => words.state_beginning(),
        ChannelState::Reading { .. } => words.state_reading(),
        ChannelState::UpToDate { .. } => words.state_up_to_date(),
        ChannelState::Waiting { failure, .. } => words.state_waiting(failure.as_str()),
        ChannelState::Lost { failure, .. } => words.state_lost(failure.as_str()),
    }
}

impl From<ReadingPolicy> for PolicyJson {
    fn from(policy: ReadingPolicy) -> Self {
        Self {
            from: policy.from,
            kept_days: policy.kept_days,
            forwards: policy.forwards,
            service_messages: policy.service_messages,
            shortest: policy.shortest,
        }
    }
}

impl From<TaggingConsent> for ConsentJson {
    fn from(consent: TaggingConsent) -> Self {
        Self {
            wording: consent.wording,
            at: consent.at,
        }
    }
}

/// How a channel is named in answers and addresses.
pub(super) fn channel_name(id: i64) -> String {
    PeerId::Channel(id).to_string()
}

/// The channel in an address: its id, or the number alone. What is none names nothing.
pub(super) fn channel_id(text: &str) -> Result<i64, ApiError> {
    let number = text.strip_prefix("channel").unwrap_or(text);
    let is_number = number.bytes().all(|it| it.is_ascii_digit());
    let id = number.parse().ok().filter(|_| is_number);
    id.ok_or(ApiError::NotFound)
}
