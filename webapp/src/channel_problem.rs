//! What can go wrong with channels that are read for a person, and with their posts.

use axum::http::StatusCode;
use sesame_words::{ProblemsWords, Text};

/// What can go wrong with channels and posts, other than reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChannelProblem {
    /// What was written names no channel.
    #[error("that names no channel")]
    NameInvalid,
    /// It is a link by which one joins.
    #[error("a link to join a channel names it only to those who joined")]
    Invitation,
    /// It is a person, a group or a bot.
    #[error("it is no channel")]
    NoChannel,
    /// Copying from it is not allowed.
    #[error("copying from the channel is not allowed")]
    Protected,
    /// The person has as many as one may have.
    #[error("the person has as many channels as one may have")]
    Full,
    /// There is no such post among those that are shown to the person.
    #[error("there is no such post")]
    NoPost,
}

impl ChannelProblem {
    /// Status, stable code, and the message of words for a developer.
    pub(crate) fn describe(self) -> (StatusCode, &'static str, fn(ProblemsWords) -> Text) {
        use ProblemsWords as W;
        use StatusCode as S;
        match self {
            Self::NameInvalid => (
                S::BAD_REQUEST,
                "channel_name_invalid",
                W::channel_name_invalid,
            ),
            Self::Invitation => (S::BAD_REQUEST, "channel_invitation", W::channel_invitation),
            Self::NoChannel => (S::CONFLICT, "no_channel", W::no_channel),
            Self::Protected => (S::CONFLICT, "channel_protected", W::channel_protected),
            Self::Full => (S::CONFLICT, "channels_full", W::channels_full),
            Self::NoPost => (S::NOT_FOUND, "post_not_found", W::post_not_found),
        }
    }
}
