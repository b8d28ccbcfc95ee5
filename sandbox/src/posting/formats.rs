//! Formats of a post's text: what is found in it, and what is ordered.

use grammers_tl_types::{enums, types};

use super::turn::Post;
use crate::bots::entities::{Entity, EntityKind, detect};

/// How parts of a text are formatted: hashtags, links and names that are in it.
pub(super) fn found(text: &str) -> Vec<enums::MessageEntity> {
    of(text, &[])
}

/// The same, with what the post orders.
pub(super) fn of_post(post: &Post, text: &str) -> Vec<enums::MessageEntity> {
    let mut ordered = Vec::new();
    if let Some(words) = &post.bold {
        ordered.extend(place(text, words, EntityKind::Bold));
    }
    for (words, url) in &post.links {
        let link = place(text, words, EntityKind::TextLink);
        ordered.extend(link.map(|link| Entity {
            url: Some(url.clone()),
            ..link
        }));
    }
    of(text, &ordered)
}

fn of(text: &str, ordered: &[Entity]) -> Vec<enums::MessageEntity> {
    detect(text, ordered).iter().filter_map(schema).collect()
}

/// Where words stand in a text for the first time.
fn place(text: &str, words: &str, kind: EntityKind) -> Option<Entity> {
    let (before, _) = text.split_once(words)?;
    let units = |text: &str| text.encode_utf16().count();
    Some(Entity::plain(kind, units(before), units(words))).filter(|it| it.length > 0)
}

fn schema(entity: &Entity) -> Option<enums::MessageEntity> {
    let number = |units: usize| i32::try_from(units).unwrap_or(i32::MAX);
    let (offset, length) = (number(entity.offset), number(entity.length));
    Some(match entity.kind {
        EntityKind::Mention => types::MessageEntityMention { offset, length }.into(),
        EntityKind::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
        EntityKind::BotCommand => types::MessageEntityBotCommand { offset, length }.into(),
        EntityKind::Url => types::MessageEntityUrl { offset, length }.into(),
        EntityKind::Bold => types::MessageEntityBold { offset, length }.into(),
        EntityKind::TextLink => types::MessageEntityTextUrl {
            offset,
            length,
            url: entity.url.clone()?,
        }
        .into(),
        // Nothing else is found or ordered.
        _ => return None,
    })
}
