//! What a message says, below what is attached to it.

use sesame_domain::export::{Phrase, PhraseId};

use super::buttons::buttons;
use super::escape::escaped;
use super::rich::rich;
use super::shown::{Shown, number};
use super::text::{emoji, parts};
use crate::export::convert::Converted;
use crate::export::json::Json;

/// Adds the text, the buttons and the reactions.
pub(super) fn content(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    if let Some(tree) = message.object.get("rich_message") {
        rich(shown, out, tree);
    } else if let Some(text) = message.object.get("text_entities")
        && !text.as_list().is_empty()
    {
        out.push_str("<div class=\"text\" dir=\"auto\">");
        parts(out, text);
        out.push_str("</div>\n");
    }
    buttons(shown, out, message);
    reactions(shown, out, message);
    let views = number(message.message().int("views"));
    if views > 0 {
        shown.note(out, Phrase::new(PhraseId::Views).count(views));
    }
}

fn reactions(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let Some(reactions) = message.object.get("reactions") else {
        return;
    };
    let label = shown.word(PhraseId::Reactions);
    out.push_str(&format!("<ul class=\"row\" aria-label=\"{label}\">\n"));
    for reaction in reactions.as_list() {
        let field = |key| {
            reaction
                .get(key)
                .and_then(Json::as_text)
                .unwrap_or_default()
        };
        if matches!(field("count"), "" | "0") {
            continue;
        }
        out.push_str("<li>");
        match field("type") {
            "emoji" => out.push_str(&escaped(field("emoji"))),
            "custom_emoji" => emoji(out, field("document_id"), "☺"),
            "paid" => out.push_str(&shown.word(PhraseId::Paid)),
            _ => out.push('?'),
        }
        out.push_str(&format!(" {}", escaped(field("count"))));
        let recent = reaction
            .get("recent")
            .map(Json::as_list)
            .unwrap_or_default();
        let names: Vec<&str> = recent
            .iter()
            .filter_map(|one| one.get("from").and_then(Json::as_text))
            .collect();
        if !names.is_empty() {
            out.push_str(&format!(
                " <span dir=\"auto\">{}</span>",
                escaped(&names.join(", "))
            ));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}
