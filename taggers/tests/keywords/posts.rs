//! Posts for tests.

use std::sync::Arc;

use sesame_domain::ports::{PostToTag, TagChoice, Tagger};
use sesame_domain::tag::{ChannelUsage, SuggestedTag};
use sesame_taggers::keywords::Keywords;

/// A post as Telegram gives it: its hashtags and links are those of its text.
pub(crate) fn post(text: &str) -> PostToTag {
    let pieces = || text.split_whitespace();
    let hashtags = pieces().filter_map(|piece| {
        let tag = piece.trim_matches(|it: char| !it.is_alphanumeric() && it != '#' && it != '_');
        tag.strip_prefix('#').map(str::to_owned)
    });
    let links = pieces().filter(|it| it.contains("://") || it.starts_with("t.me/"));
    PostToTag {
        text: text.to_owned(),
        hashtags: hashtags.collect(),
        links: links.map(str::to_owned).collect(),
        known: Vec::new(),
        choice: TagChoice::Free,
        language: None,
        usage: None,
        consent: None,
    }
}

/// What is usual in a channel with these posts.
pub(crate) fn usage<'a>(
    keywords: &Keywords,
    texts: impl IntoIterator<Item = &'a str>,
) -> Arc<ChannelUsage> {
    let mut usage = ChannelUsage::default();
    for text in texts {
        keywords.learn(&mut usage, &post(text));
    }
    Arc::new(usage)
}

/// The tags of a post.
pub(crate) fn tags(keywords: &Keywords, post: PostToTag) -> Vec<SuggestedTag> {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    let mut answers = runtime.block_on(keywords.tag(&[post]));
    answers.pop().unwrap().unwrap()
}

/// The tags of a post, as they are shown.
pub(crate) fn labels(keywords: &Keywords, post: PostToTag) -> Vec<String> {
    let tags = tags(keywords, post);
    tags.iter().map(|tag| tag.label.to_string()).collect()
}
