//! The tagger.

use async_trait::async_trait;
use sesame_domain::ports::{PostToTag, Tagger, TaggerError};
use sesame_domain::tag::{ChannelUsage, SuggestedTag};

use super::choice::choose;
use super::known::Known;
use super::language::Recogniser;
use super::reading::Reading;

/// How many posts it takes at once.
const BATCH: usize = 32;

/// Finds tags among a post's own words. It asks no one, keeps nothing, and gives the
/// same tags for the same post, settings and usage.
///
/// It cannot translate: where tags are wanted in another language than the post's, it
/// gives what needs no translation, which is hashtags, names, what is written in
/// capitals or in another script, and hosts; and the person's tags whose words stand in
/// the post.
pub struct Keywords {
    recogniser: Recogniser,
}

impl Keywords {
    /// A tagger. This costs nothing: what it knows of languages is in the program's file.
    pub fn new() -> Self {
        let recogniser = Recogniser::new();
        Self { recogniser }
    }

    /// Counts a post, once, for what is usual in its channel. Whether it is tagged before
    /// or afterwards hardly matters.
    pub fn learn(&self, usage: &mut ChannelUsage, post: &PostToTag) {
        Reading::of(post, Some(usage), &self.recogniser).note(usage);
    }

    fn tags(&self, post: &PostToTag, known: &mut Option<Known>) -> Vec<SuggestedTag> {
        let usage = post.usage.as_deref();
        let reading = Reading::of(post, usage, &self.recogniser);
        let lexicon = reading.lexicon;
        // Posts of one batch are one person's as a rule.
        if known
            .as_ref()
            .is_some_and(|it| !it.is_of(&post.known, lexicon))
        {
            *known = None;
        }
        let known = known.get_or_insert_with(|| Known::new(&post.known, lexicon));
        choose(post, &reading, usage, known)
    }
}

impl Default for Keywords {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Tagger for Keywords {
    fn batch(&self) -> usize {
        BATCH
    }

    /// After each post others may go on: one takes about a millisecond, the longest a few.
    async fn tag(&self, posts: &[PostToTag]) -> Vec<Result<Vec<SuggestedTag>, TaggerError>> {
        let mut tags = Vec::with_capacity(posts.len());
        let mut known = None;
        for post in posts {
            tags.push(Ok(self.tags(post, &mut known)));
            tokio::task::yield_now().await;
        }
        tags
    }
}
