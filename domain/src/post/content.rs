//! What a post says, put together from its messages.

use std::fmt;

use crate::time::Timestamp;

use super::{PostPart, PostSource};

/// What a post says: what its messages say, in the order of their numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct PostContent {
    /// When the first of its messages was sent.
    pub at: Timestamp,
    /// When one of them changed last.
    pub edited_at: Option<Timestamp>,
    /// Texts and captions, with an empty line between two.
    pub text: String,
    /// Hashtags, without the `#`; each once, in their order.
    pub hashtags: Vec<String>,
    /// Where links lead to; each once, in their order.
    pub links: Vec<String>,
    /// How many messages there are: more than one is an album.
    pub messages: u32,
    /// Whose words it is.
    pub source: PostSource,
    /// What happened, of a service message.
    pub action: Option<String>,
    /// Whether something is attached.
    pub has_media: bool,
}

impl PostContent {
    /// Of messages that are there; `None`: of none.
    pub fn of(mut parts: Vec<PostPart>) -> Option<Self> {
        parts.sort_by_key(|part| part.message);
        let first = parts.first()?;
        let mut content = Self {
            at: first.at,
            edited_at: parts.iter().filter_map(|part| part.edited_at).max(),
            text: String::new(),
            hashtags: Vec::new(),
            links: Vec::new(),
            messages: u32::try_from(parts.len()).unwrap_or(u32::MAX),
            source: first.source,
            action: first.action.clone(),
            has_media: parts.iter().any(|part| part.has_media),
        };
        for part in parts {
            if !content.text.is_empty() && !part.text.is_empty() {
                content.text.push_str("\n\n");
            }
            content.text.push_str(&part.text);
            add(&mut content.hashtags, part.hashtags);
            add(&mut content.links, part.links);
        }
        Some(content)
    }

    /// Whether there is something new to find tags in.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.text == other.text && self.hashtags == other.hashtags && self.links == other.links
    }
}

fn add(to: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}

/// Without texts.
impl fmt::Debug for PostContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostContent")
            .field("at", &self.at)
            .field("messages", &self.messages)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn part(message: i32, text: &str) -> PostPart {
        PostPart {
            message,
            album: Some(9),
            at: at(i64::from(message)),
            edited_at: None,
            text: text.to_owned(),
            hashtags: vec!["same".to_owned()],
            links: vec![format!("example.org/{message}")],
            source: PostSource::Own,
            action: None,
            has_media: message > 1,
        }
    }

    #[test]
    fn all_captions_are_in_it_in_the_order_of_their_numbers_however_they_came() {
        let mut late = part(2, "the second");
        late.edited_at = Some(at(50));
        let parts = vec![
            part(4, "the fourth"),
            late,
            part(3, ""),
            part(1, "the first"),
        ];
        let content = PostContent::of(parts).unwrap();
        assert_eq!(content.text, "the first\n\nthe second\n\nthe fourth");
        assert_eq!((content.at, content.edited_at), (at(1), Some(at(50))));
        assert_eq!((content.messages, content.has_media), (4, true));
        assert_eq!(content.hashtags, ["same"]);
        assert_eq!(content.links.len(), 4);
        assert_eq!(PostContent::of(Vec::new()), None);
    }

    #[test]
    fn what_came_without_words_says_nothing_new() {
        let one = PostContent::of(vec![part(1, "a")]).unwrap();
        let mut silent = part(2, "");
        silent.links.clear();
        let more = PostContent::of(vec![part(1, "a"), silent]).unwrap();
        assert!(one.says_the_same_as(&more));
        let other = PostContent::of(vec![part(1, "b")]).unwrap();
        assert!(!one.says_the_same_as(&other));
    }
}
