//! A message of a channel as part of a post.

use std::fmt;

use crate::reading::{Content, EntityKind, Forward, Message};
use crate::session::peer::PeerId;
use crate::time::Timestamp;

/// How many bytes of a message's text are kept; rich ones can be longer than Telegram's
/// 4,096 characters.
pub const TEXT_MAX: usize = 64 * 1024;

/// From where a post was forwarded: posts of one origin are the same post in several
/// places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostOrigin {
    /// The channel, supergroup, group or person.
    pub from: PeerId,
    /// The message there, of a channel.
    pub message: Option<i32>,
}

/// Whose words a post is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PostSource {
    /// Its channel's own.
    #[default]
    Own,
    /// Of someone who does not want to be named where they are forwarded.
    Unnamed,
    /// Forwarded from there.
    Forwarded(PostOrigin),
}

impl PostSource {
    /// Whether it was forwarded, from wherever.
    pub fn is_forwarded(self) -> bool {
        self != Self::Own
    }

    /// From where it was forwarded, as far as that is to be told.
    pub fn origin(self) -> Option<PostOrigin> {
        match self {
            Self::Own | Self::Unnamed => None,
            Self::Forwarded(origin) => Some(origin),
        }
    }

    fn of(forward: Option<&Forward>) -> Self {
        let Some(forward) = forward else {
            return Self::Own;
        };
        forward.from.map_or(Self::Unnamed, |from| {
            let message = forward.post;
            Self::Forwarded(PostOrigin { from, message })
        })
    }
}

/// A message of a channel, as far as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PostPart {
    /// Its number in the channel.
    pub message: i32,
    /// The album that it is part of.
    pub album: Option<i64>,
    /// When it was sent.
    pub at: Timestamp,
    /// When its text or media changed last.
    pub edited_at: Option<Timestamp>,
    /// What it says: a text or a caption.
    pub text: String,
    /// Its hashtags, without the `#`, in their order.
    pub hashtags: Vec<String>,
    /// Where its links lead to, in their order.
    pub links: Vec<String>,
    /// Whose words it is.
    pub source: PostSource,
    /// What happened, of a service message.
    pub action: Option<String>,
    /// Whether something is attached.
    pub has_media: bool,
}

impl PostPart {
    /// Whether anything of a message may be kept: it is not protected, and does not
    /// disappear after a while.
    pub fn may_be_kept(message: &Message) -> bool {
        !message.flags.is_protected && !message.flags.is_fleeting
    }

    /// What is kept of a message. `None`: of this one nothing may be kept, because it is
    /// protected or disappears after a while.
    pub fn of(message: &Message) -> Option<Self> {
        if !Self::may_be_kept(message) {
            return None;
        }
        let mut text = message.content.text().to_owned();
        text.truncate(text.floor_char_boundary(TEXT_MAX));
        let (hashtags, links) = match &message.content {
            Content::Written { text, entities, .. } => {
                let units: Vec<u16> = text.encode_utf16().collect();
                let words = |offset: u32, length: u32| {
                    let begin = usize::try_from(offset).ok()?;
                    let end = begin.checked_add(usize::try_from(length).ok()?)?;
                    Some(String::from_utf16_lossy(units.get(begin..end)?))
                };
                let (mut hashtags, mut links) = (Vec::new(), Vec::new());
                for entity in entities {
                    let Some(words) = words(entity.offset, entity.length) else {
                        continue;
                    };
                    match &entity.kind {
                        EntityKind::Hashtag => {
                            // `#tag@channel` names the channel that it is looked for in.
                            let tag = words.trim_start_matches('#').split('@').next();
                            hashtags.extend(tag.map(str::to_owned));
                        }
                        EntityKind::Url => links.push(words),
                        EntityKind::TextUrl { url } => links.push(url.clone()),
                        _ => {}
                    }
                }
                (hashtags, links)
            }
            Content::Service { .. } => (Vec::new(), Vec::new()),
        };
        Some(Self {
            message: message.id,
            album: message.album,
            at: message.at,
            edited_at: message.edited_at,
            text,
            hashtags,
            links,
            source: PostSource::of(message.forward.as_ref()),
            action: match &message.content {
                Content::Service { action } => Some((*action).to_owned()),
                Content::Written { .. } => None,
            },
            has_media: message.content.media().is_some(),
        })
    }
}

/// Without texts.
impl fmt::Debug for PostPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostPart")
            .field("message", &self.message)
            .field("album", &self.album)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{Entity, MessageFlags};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn entity(offset: u32, length: u32, kind: EntityKind) -> Entity {
        Entity {
            offset,
            length,
            kind,
        }
    }

    fn message(text: &str, entities: Vec<Entity>) -> Message {
        Message {
            id: 7,
            dialog: PeerId::Channel(1),
            sender: Some(PeerId::Channel(1)),
            at: at(0),
            edited_at: None,
            content: Content::Written {
                text: text.to_owned(),
                entities,
                media: None,
                is_rich: false,
            },
            forward: None,
            reply: None,
            album: None,
            via_bot: None,
            author: None,
            views: None,
            flags: MessageFlags::default(),
        }
    }

    #[test]
    fn hashtags_and_links_are_found_behind_letters_that_telegram_counts_twice() {
        let link = "https://example.org/a".to_owned();
        let entities = vec![
            entity(3, 5, EntityKind::Hashtag),
            entity(9, 8, EntityKind::Hashtag),
            entity(18, 4, EntityKind::TextUrl { url: link.clone() }),
            entity(18, 4, EntityKind::Bold),
            entity(23, 11, EntityKind::Url),
        ];
        let part = PostPart::of(&message("🦀 #rust #ИИ@news here example.com", entities));
        let part = part.unwrap();
        assert_eq!(part.hashtags, ["rust", "ИИ"]);
        assert_eq!(part.links, [link, "example.com".to_owned()]);
    }

    #[test]
    fn formats_beyond_the_text_are_left_out() {
        let entities = vec![
            entity(2, 9, EntityKind::Hashtag),
            entity(u32::MAX, u32::MAX, EntityKind::Url),
        ];
        let part = PostPart::of(&message("#a", entities)).unwrap();
        assert!(part.hashtags.is_empty() && part.links.is_empty());
    }

    #[test]
    fn what_must_not_be_kept_is_not() {
        for (is_protected, is_fleeting) in [(true, false), (false, true)] {
            let mut message = message("secret words", Vec::new());
            message.flags.is_protected = is_protected;
            message.flags.is_fleeting = is_fleeting;
            assert_eq!(PostPart::of(&message), None);
        }
    }

    #[test]
    fn a_long_text_ends_between_two_letters_and_debug_shows_none_of_it() {
        let text = format!("x{}", "ы".repeat(TEXT_MAX));
        let part = PostPart::of(&message(&text, Vec::new())).unwrap();
        assert_eq!(part.text.len(), TEXT_MAX - 1);
        assert!(text.starts_with(&part.text));
        assert!(!format!("{part:?}").contains('ы'));
    }

    #[test]
    fn a_forward_names_its_origin_as_far_as_it_is_to_be_told() {
        let forward = |from, post| Forward {
            from,
            name: Some("someone".to_owned()),
            at: at(0),
            post,
            author: None,
        };
        let mut message = message("news", Vec::new());
        assert_eq!(PostPart::of(&message).unwrap().source, PostSource::Own);
        message.forward = Some(forward(None, None));
        assert_eq!(PostPart::of(&message).unwrap().source, PostSource::Unnamed);
        message.forward = Some(forward(Some(PeerId::Channel(2)), Some(9)));
        let origin = PostOrigin {
            from: PeerId::Channel(2),
            message: Some(9),
        };
        assert_eq!(
            PostPart::of(&message).unwrap().source,
            PostSource::Forwarded(origin)
        );
    }

    #[test]
    fn of_what_happened_the_action_is_kept() {
        let mut message = message("", Vec::new());
        message.content = Content::Service {
            action: "messageActionPinMessage",
        };
        let part = PostPart::of(&message).unwrap();
        assert_eq!(part.action.as_deref(), Some("messageActionPinMessage"));
        assert_eq!(part.text, "");
    }
}
