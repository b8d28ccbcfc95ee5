//! Which posts are wanted.

use crate::time::Timestamp;

use super::SearchWords;

/// What of a channel may be shown to someone, and is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostScope {
    /// The channel.
    pub channel: i64,
    /// Posts from this moment on; `None`: from the first.
    pub from: Option<Timestamp>,
    /// Posts from before this moment; `None`: to the last.
    pub until: Option<Timestamp>,
    /// Also those that were forwarded.
    pub forwards: bool,
    /// Also messages that tell what happened.
    pub service_messages: bool,
    /// Of at least so many characters, unless they tell what happened.
    pub shortest: u16,
}

/// Which posts are wanted, in which all of this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostQuery {
    /// Of these channels; none: no posts.
    pub channels: Vec<PostScope>,
    /// With these words.
    pub words: Option<SearchWords>,
}
