//! The buttons below a message.

use sesame_domain::export::PhraseId;

use super::escape::escaped;
use super::shown::Shown;
use super::text::link;
use crate::export::convert::Converted;
use crate::export::json::Json;

/// Adds the buttons below a message, as far as they lead somewhere.
pub(super) fn buttons(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let Some(rows) = message.object.get("inline_bot_buttons") else {
        return;
    };
    let label = shown.word(PhraseId::Buttons);
    out.push_str(&format!("<ul class=\"row\" aria-label=\"{label}\">\n"));
    for button in rows.as_list().iter().flat_map(Json::as_list) {
        let field = |key| button.get(key).and_then(Json::as_text).unwrap_or_default();
        out.push_str("<li dir=\"auto\">");
        let text = escaped(field("text"));
        match field("type") {
            "url" | "auth" | "web_view" => link(out, field("data"), &text),
            _ => out.push_str(&text),
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}
