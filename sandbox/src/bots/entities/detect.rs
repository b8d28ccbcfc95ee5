//! Finds commands, links and mentions in plain text, as Telegram's server does.

use super::entity::{Entity, EntityKind, utf16_len};

/// The entities that Telegram finds by itself, except inside `known` ones.
pub fn detect(text: &str, known: &[Entity]) -> Vec<Entity> {
    let mut found: Vec<Entity> = words(text)
        .filter_map(|(offset, word)| classify(offset, word))
        .filter(|entity| !known.iter().any(|other| overlaps(entity, other)))
        .collect();
    found.extend_from_slice(known);
    found.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    found
}

fn overlaps(found: &Entity, known: &Entity) -> bool {
    let shields = matches!(
        known.kind,
        EntityKind::Code | EntityKind::Pre | EntityKind::TextLink | EntityKind::TextMention
    );
    let apart =
        found.offset + found.length <= known.offset || known.offset + known.length <= found.offset;
    let same = found.kind == known.kind;
    (shields || same) && !apart
}

/// Words with their offset in UTF-16 units.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut units = 0;
    text.split_inclusive(char::is_whitespace)
        .map(move |chunk| {
            let offset = units;
            units += utf16_len(chunk);
            (offset, chunk.trim_end())
        })
        .filter(|(_, word)| !word.is_empty())
}

fn classify(offset: usize, word: &str) -> Option<Entity> {
    let lead: String = word.chars().take_while(|c| "([{\"'".contains(*c)).collect();
    let core = word
        .get(lead.len()..)?
        .trim_end_matches(|c: char| ".,;:!?)]}\"'".contains(c));
    let kind = kind_of(core)?;
    let core = match kind {
        EntityKind::Url => core,
        _ => core.get(..name_length(core))?,
    };
    let start = offset + utf16_len(&lead);
    Some(Entity::plain(kind, start, utf16_len(core)))
}

fn kind_of(word: &str) -> Option<EntityKind> {
    let length = name_length(word).saturating_sub(1);
    match word.chars().next()? {
        '/' if (1..=64).contains(&length) => Some(EntityKind::BotCommand),
        '@' if (4..=32).contains(&length) => Some(EntityKind::Mention),
        '#' if length >= 1 => Some(EntityKind::Hashtag),
        _ if is_link(word) => Some(EntityKind::Url),
        _ => None,
    }
}

/// Bytes of the sign and the name after it; a command may name its bot.
fn name_length(word: &str) -> usize {
    let command = word.starts_with('/');
    let hashtag = word.starts_with('#');
    1 + word
        .chars()
        .skip(1)
        .take_while(|c| match c {
            '_' => true,
            '@' => command,
            _ if hashtag => c.is_alphanumeric(),
            _ => c.is_ascii_alphanumeric(),
        })
        .map(char::len_utf8)
        .sum::<usize>()
}

fn is_link(word: &str) -> bool {
    ["http://", "https://", "t.me/", "tg://"]
        .iter()
        .any(|start| word.len() > start.len() && word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_links_and_mentions_are_found() {
        let found = detect("/start x (https://e.org/a). @bobby #tag 😀 /help!", &[]);
        let kinds: Vec<_> = found.iter().map(|e| (e.kind, e.offset, e.length)).collect();
        assert_eq!(
            kinds,
            [
                (EntityKind::BotCommand, 0, 6),
                (EntityKind::Url, 10, 15),
                (EntityKind::Mention, 28, 6),
                (EntityKind::Hashtag, 35, 4),
                (EntityKind::BotCommand, 43, 5),
            ]
        );
    }

    #[test]
    fn code_is_left_alone() {
        let code = Entity::plain(EntityKind::Code, 0, 6);
        assert_eq!(detect("/start", std::slice::from_ref(&code)), [code]);
    }

    #[test]
    fn a_slash_inside_a_word_is_no_command() {
        assert!(detect("and/or 1/2 /", &[]).is_empty());
    }
}
