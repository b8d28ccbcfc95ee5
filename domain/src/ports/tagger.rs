//! Finding tags for posts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::tag::{ChannelUsage, SuggestedTag, TagLabel};

/// A post for which tags are wanted.
#[derive(Clone, PartialEq, Eq)]
pub struct PostToTag {
    /// What it says: captions of an album and blocks of a rich message in their order.
    pub text: String,
    /// Its hashtags, without the `#`.
    pub hashtags: Vec<String>,
    /// Where its links lead to, also those that stand behind words.
    pub links: Vec<String>,
    /// Tags that the person has already, those that they use most first. If tags are
    /// chosen from them, a service gets to know their names: then they may be told to
    /// it, whichever channels they stem from.
    pub known: Vec<TagLabel>,
    /// Which of those may be given.
    pub choice: TagChoice,
    /// In which language tags are wanted (ISO 639-1); `None`: in the post's own.
    pub language: Option<String>,
    /// What is usual in its channel; `None`: nothing is known of it yet.
    pub usage: Option<Arc<ChannelUsage>>,
    /// The person's word that the text may be given to a service outside of this
    /// machine, for this post's channel and now. Who sends text away asks for it.
    pub consent: Option<ServiceConsent>,
}

/// Redacted: what a post says is nobody's business in a log.
impl std::fmt::Debug for PostToTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostToTag").finish_non_exhaustive()
    }
}

/// Which tags a post may get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagChoice {
    /// Any.
    #[default]
    Free,
    /// The person's where they fit, and others.
    PreferMine,
    /// The person's alone.
    OnlyMine,
}

/// That a person agreed to their channel's texts being given to a service. Whoever
/// reads the record of it, where the text is handed out, makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceConsent {
    /// The version of the words that they were shown.
    pub wording: u32,
}

/// Finds tags.
#[async_trait]
pub trait Tagger: Send + Sync {
    /// How many posts it takes at once.
    fn batch(&self) -> usize;

    /// Tags for posts: an answer for each, in their order. No tags are a fine answer.
    async fn tag(&self, posts: &[PostToTag]) -> Vec<Result<Vec<SuggestedTag>, TaggerError>>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TaggerError {
    /// It cannot be reached, or does not answer in time; it is asked again.
    #[error("the tagger cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It wants to be left alone so long: this took up no attempt.
    #[error("the tagger wants to be asked later")]
    Later(Duration),
    /// What may be asked of it today is used up; there is more after so long.
    #[error("today's budget for the tagger is used up")]
    BudgetSpent(Duration),
    /// It does not take this post, or these settings: to ask again changes nothing.
    #[error("the tagger refuses: {0}")]
    Refused(String),
    /// What it answered is no list of tags.
    #[error("the tagger's answer cannot be read: {0}")]
    Invalid(String),
    /// Text would have gone to a service to which the person did not agree.
    #[error("there is no consent to the service")]
    NoConsent,
}

impl TaggerError {
    /// Whether asking again may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Later(_) | Self::BudgetSpent(_) | Self::Invalid(_) => true,
            Self::Refused(_) | Self::NoConsent => false,
        }
    }
}
