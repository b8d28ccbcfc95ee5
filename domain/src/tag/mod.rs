//! Tags: what posts are about, in a word or three.

mod key;
mod label;
mod origin;
mod usage;

pub use key::TagKey;
pub use label::{LABEL_MAX, TagLabel};
pub use origin::TagOrigin;
pub use usage::ChannelUsage;

/// How many tags a post gets from a tagger at most. People add as many as they like.
pub const TAGS_A_POST: usize = 5;

/// A tag that a tagger proposes for a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedTag {
    /// As it is shown: a word of the post, never its stem.
    pub label: TagLabel,
    /// Where it comes from.
    pub origin: TagOrigin,
}
