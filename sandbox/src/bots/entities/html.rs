//! The Bot API's HTML: a handful of tags, four named character references.
//!
//! Source: core.telegram.org/bots/api, "HTML style".

use super::entity::{Entity, EntityKind, FormattedText};
use super::error::EntityError;
use super::writer::Writer;

/// A tag that was opened and waits for its end.
struct Open {
    name: String,
    entity: Option<Entity>,
    bytes: usize,
}

/// Reads a text with HTML tags.
pub(super) fn parse(source: &str) -> Result<FormattedText, EntityError> {
    let mut out = Writer::default();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let at = source.len() - rest.len();
        rest = match character {
            '<' => read_tag(rest, at, &mut out, &mut open)?,
            '&' => read_reference(rest, &mut out),
            _ => {
                out.push(character);
                rest.get(character.len_utf8()..).unwrap_or_default()
            }
        };
    }
    match open.pop() {
        Some(tag) => Err(EntityError(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            tag.name
        ))),
        None => Ok(out.finish()),
    }
}

/// Reads the tag that `rest` begins with and returns what follows it.
fn read_tag<'a>(
    rest: &'a str,
    at: usize,
    out: &mut Writer,
    open: &mut Vec<Open>,
) -> Result<&'a str, EntityError> {
    let unclosed = || EntityError(format!("Unclosed start tag at byte offset {at}"));
    let end = rest.find('>').ok_or_else(unclosed)?;
    let inside = rest.get(1..end).ok_or_else(unclosed)?;
    if let Some(name) = inside.strip_prefix('/') {
        close(name.trim(), at, out, open)?;
    } else {
        let tag = start(inside, at, out)?;
        open.push(tag);
    }
    Ok(rest.get(end + 1..).unwrap_or_default())
}

/// A start tag with its attributes.
fn start(inside: &str, at: usize, out: &Writer) -> Result<Open, EntityError> {
    let (name, attributes) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let name = name.to_ascii_lowercase();
    let unsupported = || {
        EntityError(format!(
            "Unsupported start tag \"{name}\" at byte offset {at}"
        ))
    };
    let plain = |kind| Some(Entity::plain(kind, out.position(), 0));
    let entity = match name.as_str() {
        "b" | "strong" => plain(EntityKind::Bold),
        "i" | "em" => plain(EntityKind::Italic),
        "u" | "ins" => plain(EntityKind::Underline),
        "s" | "strike" | "del" => plain(EntityKind::Strikethrough),
        "tg-spoiler" => plain(EntityKind::Spoiler),
        "span" if attribute(attributes, "class").as_deref() == Some("tg-spoiler") => {
            plain(EntityKind::Spoiler)
        }
        "blockquote" if attributes.contains("expandable") => {
            plain(EntityKind::ExpandableBlockquote)
        }
        "blockquote" => plain(EntityKind::Blockquote),
        "pre" => plain(EntityKind::Pre),
        "code" => plain(EntityKind::Code).map(|entity| Entity {
            language: attribute(attributes, "class")
                .and_then(|class| class.strip_prefix("language-").map(str::to_owned)),
            ..entity
        }),
        "a" => attribute(attributes, "href").and_then(|href| {
            plain(EntityKind::TextLink).map(|entity| Entity {
                url: Some(href),
                ..entity
            })
        }),
        "tg-emoji" => plain(EntityKind::CustomEmoji).map(|entity| Entity {
            custom_emoji_id: attribute(attributes, "emoji-id"),
            ..entity
        }),
        _ => return Err(unsupported()),
    };
    Ok(Open {
        name,
        entity,
        bytes: out.bytes(),
    })
}

/// Ends the innermost open tag, which must be `name`.
fn close(name: &str, at: usize, out: &mut Writer, open: &mut Vec<Open>) -> Result<(), EntityError> {
    let tag = open
        .pop()
        .ok_or_else(|| EntityError(format!("Unexpected end tag at byte offset {at}")))?;
    if !name.is_empty() && !name.eq_ignore_ascii_case(&tag.name) {
        return Err(EntityError(format!(
            "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
            tag.name
        )));
    }
    let Some(mut entity) = tag.entity else {
        // `<a>` without `href`: Telegram takes the text for the address.
        if tag.name == "a" && looks_like_link(out.since(tag.bytes)) {
            let url = out.since(tag.bytes).to_owned();
            let length = super::entity::utf16_len(&url);
            let offset = out.position().saturating_sub(length);
            let mut entity = Entity::plain(EntityKind::TextLink, offset, length);
            entity.url = Some(url);
            out.close(entity);
        }
        return Ok(());
    };
    if entity.kind == EntityKind::Pre {
        entity.language = take_inner_language(out, entity.offset);
    } else if entity.kind == EntityKind::Code && !inside_pre(open) {
        entity.language = None;
    }
    out.close(entity);
    Ok(())
}

fn inside_pre(open: &[Open]) -> bool {
    open.last().is_some_and(|tag| tag.name == "pre")
}

fn looks_like_link(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://") || text.starts_with("tg://")
}

/// `<pre><code class="language-x">` is one block: the inner entity gives its
/// language to the outer one and becomes part of it.
fn take_inner_language(out: &mut Writer, offset: usize) -> Option<String> {
    let inner = out.last_covering(offset)?;
    let language = inner.language.take();
    if language.is_some() && inner.kind == EntityKind::Code {
        inner.length = 0;
        out.drop_empty();
    }
    language
}

/// The value of an attribute, quoted or not.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let at = attributes.to_ascii_lowercase().find(&format!("{name}="))?;
    let value = attributes.get(at + name.len() + 1..)?;
    let raw = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split(char::is_whitespace).next()?,
    };
    Some(decode(raw))
}

/// A text whose character references are replaced.
fn decode(text: &str) -> String {
    let mut out = Writer::default();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = if character == '&' {
            read_reference(rest, &mut out)
        } else {
            out.push(character);
            rest.get(character.len_utf8()..).unwrap_or_default()
        };
    }
    out.finish().text
}

/// Reads the `&…;` that `rest` begins with; anything unknown stays as it is.
fn read_reference<'a>(rest: &'a str, out: &mut Writer) -> &'a str {
    let known = rest.find(';').filter(|end| *end <= 10).and_then(|end| {
        let name = rest.get(1..end)?;
        Some((reference(name)?, rest.get(end + 1..)?))
    });
    if let Some((character, after)) = known {
        out.push(character);
        after
    } else {
        out.push('&');
        rest.get(1..).unwrap_or_default()
    }
}

fn reference(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_tags_become_entities_counted_in_utf16() {
        let read = parse("😀 <b>bold <i>both</i></b> &lt;x&gt;").unwrap();
        assert_eq!(read.text, "😀 bold both <x>");
        assert_eq!(
            read.entities,
            [
                Entity::plain(EntityKind::Bold, 3, 9),
                Entity::plain(EntityKind::Italic, 8, 4)
            ]
        );
    }

    #[test]
    fn links_and_blocks_keep_their_details() {
        let read = parse(
            "<a href=\"https://e.org/?a=1&amp;b=2\">here</a><pre><code class=\"language-rust\">fn</code></pre>",
        )
        .unwrap();
        assert_eq!(
            read.entities[0].url.as_deref(),
            Some("https://e.org/?a=1&b=2")
        );
        assert_eq!(read.entities.len(), 2);
        assert_eq!(read.entities[1].kind, EntityKind::Pre);
        assert_eq!(read.entities[1].language.as_deref(), Some("rust"));
    }

    #[test]
    fn mistakes_are_named_as_telegram_names_them() {
        let message = |source| parse(source).unwrap_err().to_string();
        assert_eq!(
            message("a <h1>x</h1>"),
            "can't parse entities: Unsupported start tag \"h1\" at byte offset 2"
        );
        assert_eq!(
            message("<b>x"),
            "can't parse entities: Can't find end tag corresponding to start tag \"b\""
        );
        assert_eq!(
            message("<b>x</i>"),
            "can't parse entities: Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""
        );
        assert_eq!(
            message("x</b>"),
            "can't parse entities: Unexpected end tag at byte offset 1"
        );
    }
}
