//! Texts with entities on the pages, from the parts in `result.json`.

use super::escape::{address, escaped, path, push};
use crate::export::json::Json;

/// Adds the parts of a text (`text_entities`, or what is mixed).
pub(super) fn parts(out: &mut String, text: &Json) {
    match text {
        Json::Text(text) => push(out, text),
        other => {
            let list = other.as_list();
            for (at, part) in list.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|at| list.get(at));
                one(
                    out,
                    part,
                    [before, list.get(at + 1)].map(|it| it.is_some_and(is_block)),
                );
            }
        }
    }
}

fn kind(part: &Json) -> &str {
    part.get("type").and_then(Json::as_text).unwrap_or_default()
}

/// Whether a part stands on lines of its own.
fn is_block(part: &Json) -> bool {
    matches!(kind(part), "pre" | "blockquote")
}

/// Adds a part; whether there is a block before it, and behind it.
fn one(out: &mut String, part: &Json, blocks: [bool; 2]) {
    let field = |key| part.get(key).and_then(Json::as_text).unwrap_or_default();
    let mut text = part.as_text().unwrap_or_else(|| field("text"));
    // A block ends its line by itself.
    if blocks[0] && !is_block(part) {
        text = text.strip_prefix('\n').unwrap_or(text);
    }
    if blocks[1] && !is_block(part) {
        text = text.strip_suffix('\n').unwrap_or(text);
    }
    match kind(part) {
        "bold" => wrap(out, "strong", text),
        "italic" => wrap(out, "em", text),
        "underline" => wrap(out, "u", text),
        "strikethrough" => wrap(out, "s", text),
        "code" => wrap(out, "code", text),
        "pre" => {
            let code = escaped(text);
            out.push_str(&format!("<pre dir=\"ltr\">{code}</pre>"));
        }
        "blockquote" => wrap(out, "blockquote", text),
        "spoiler" => spoiler(out, &escaped(text)),
        "link" => link(out, text, &escaped(text)),
        "text_link" => link(out, field("href"), &escaped(text)),
        "email" => link(out, &format!("mailto:{text}"), &escaped(text)),
        "phone" => link(out, &phone(text), &escaped(text)),
        "mention" => {
            let name = text.trim_start_matches('@');
            link(out, &format!("https://t.me/{name}"), &escaped(text));
        }
        "mention_name" => {
            let user = field("user_id");
            link(out, &format!("tg://user?id={user}"), &escaped(text));
        }
        "custom_emoji" => emoji(out, field("document_id"), text),
        _ => push(out, text),
    }
}

fn wrap(out: &mut String, element: &str, text: &str) {
    out.push_str(&format!("<{element}>{}</{element}>", escaped(text)));
}

/// A number as links have it.
pub(super) fn phone(number: &str) -> String {
    let digits = number.chars().filter(|c| c.is_ascii_digit() || *c == '+');
    format!("tel:{}", digits.collect::<String>())
}

/// Seen when it is pointed at or reached by the keyboard; read out in any case.
pub(super) fn spoiler(out: &mut String, html: &str) {
    out.push_str(&format!(
        "<span class=\"spoiler\" tabindex=\"0\">{html}</span>"
    ));
}

/// What is inside, as a link if one may lead there.
pub(super) fn link(out: &mut String, url: &str, html: &str) {
    match address(url) {
        Some(address) => {
            let address = escaped(&address);
            out.push_str(&format!(
                "<a href=\"{address}\" rel=\"noopener noreferrer nofollow\">{html}</a>"
            ));
        }
        None => out.push_str(html),
    }
}

/// The picture of an emoji where it is one that browsers show, else what it stands
/// for.
pub(super) fn emoji(out: &mut String, file: &str, stands_for: &str) {
    if is_picture(file) {
        let (file, alt) = (path(file), escaped(stands_for));
        out.push_str(&format!(
            "<img class=\"emoji\" src=\"{file}\" alt=\"{alt}\">"
        ));
    } else {
        push(out, stands_for);
    }
}

/// Whether browsers show it as a picture, by its ending.
pub(super) fn is_picture(path: &str) -> bool {
    has_ending(path, &[".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"])
}

/// Whether a path ends with one of these.
pub(super) fn has_ending(path: &str, endings: &[&str]) -> bool {
    let path = path.to_ascii_lowercase();
    // A note in place of a path has none.
    !path.starts_with('(') && endings.iter().any(|ending| path.ends_with(ending))
}
