//! Rich messages on the pages, from the tree in `result.json`.

use sesame_domain::export::{Phrase, PhraseId};

use super::escape::{escaped, path};
use super::media::{coordinates, missing, task};
use super::shown::Shown;
use super::text::{emoji, has_ending, is_picture, link, phone, spoiler};
use crate::export::files::LeftOut;
use crate::export::json::Json;

/// Adds a rich message.
pub(super) fn rich(shown: &Shown<'_>, out: &mut String, tree: &Json) {
    let direction = if tree.get("rtl").is_some_and(Json::is_true) {
        "rtl"
    } else {
        "auto"
    };
    out.push_str(&format!("<div dir=\"{direction}\">\n"));
    let rich = Rich { shown };
    rich.blocks(out, tree, "blocks");
    if tree.get("part").is_some_and(Json::is_true) {
        shown.note(out, Phrase::new(PhraseId::Shortened));
    }
    out.push_str("</div>\n");
}

struct Rich<'a, 'b> {
    shown: &'a Shown<'b>,
}

fn field<'a>(of: &'a Json, key: &str) -> &'a str {
    of.get(key).and_then(Json::as_text).unwrap_or_default()
}

fn list<'a>(of: &'a Json, key: &str) -> &'a [Json] {
    of.get(key).map(Json::as_list).unwrap_or_default()
}

impl Rich<'_, '_> {
    fn blocks(&self, out: &mut String, of: &Json, key: &str) {
        for block in list(of, key) {
            self.block(out, block);
        }
    }

    fn block(&self, out: &mut String, block: &Json) {
        match field(block, "type") {
            "heading" => self.heading(out, block),
            "paragraph" | "thinking" => self.around(out, "p", block, "text"),
            "footer" => self.around(out, "small", block, "text"),
            "author_date" => {
                out.push_str("<p class=\"meta\">");
                self.text(out, block, "author");
                let date = escaped(&field(block, "date").replace('T', " "));
                out.push_str(&format!(" · {date}</p>\n"));
            }
            "code" => self.around(out, "pre dir=\"ltr\"", block, "text"),
            "divider" => out.push_str("<hr>\n"),
            "list" => self.list(out, block),
            "quote" => {
                out.push_str("<blockquote>");
                self.content(out, block);
                out.push_str("</blockquote>\n");
                self.around(out, "p class=\"meta\"", block, "caption");
            }
            "photo" => self.file(out, block, PhraseId::Photo, ["photo", "photo_skip_reason"]),
            "video" => self.file(out, block, PhraseId::Video, ["file", "file_skip_reason"]),
            "audio" => self.file(out, block, PhraseId::Audio, ["file", "file_skip_reason"]),
            "file" => self.file(out, block, PhraseId::File, ["file", "file_skip_reason"]),
            "cover" => {
                if let Some(inner) = block.get("block") {
                    self.block(out, inner);
                }
            }
            "embed" | "embed_post" => self.embedded(out, block),
            "collage" | "slideshow" => {
                out.push_str("<div class=\"album\">\n");
                self.blocks(out, block, "items");
                out.push_str("</div>\n");
                self.caption(out, block);
            }
            "channel" => {
                let channel = block.get("channel").unwrap_or(&Json::Null);
                let (title, name) = (escaped(field(channel, "title")), field(channel, "username"));
                out.push_str("<p dir=\"auto\">");
                if name.is_empty() {
                    out.push_str(&title);
                } else {
                    link(out, &format!("https://t.me/{name}"), &title);
                }
                out.push_str("</p>\n");
            }
            "math" => {
                let formula = escaped(field(block, "formula"));
                let label = self.shown.word(PhraseId::Formula);
                out.push_str(&format!(
                    "<p class=\"meta\">{label}</p><pre dir=\"ltr\">{formula}</pre>\n"
                ));
            }
            "table" => self.table(out, block),
            "details" => {
                let open = if block.get("open").is_some_and(Json::is_true) {
                    " open"
                } else {
                    ""
                };
                out.push_str(&format!("<details{open}><summary>"));
                self.text(out, block, "title");
                out.push_str("</summary>\n");
                self.blocks(out, block, "blocks");
                out.push_str("</details>\n");
            }
            "related_articles" => {
                self.around(out, "p", block, "title");
                out.push_str("<ul>\n");
                for article in list(block, "articles") {
                    let url = field(article, "url");
                    let title = match field(article, "title") {
                        "" => url,
                        title => title,
                    };
                    out.push_str("<li dir=\"auto\">");
                    link(out, url, &escaped(title));
                    out.push_str("</li>\n");
                }
                out.push_str("</ul>\n");
            }
            "map" | "input_map" => self.map(out, block),
            "button_row" => {
                out.push_str("<ul class=\"row\">\n");
                for button in list(block, "buttons") {
                    out.push_str("<li>");
                    self.button(out, button);
                    out.push_str("</li>\n");
                }
                out.push_str("</ul>\n");
            }
            "anchor" => {}
            _ => self.shown.note(out, Phrase::new(PhraseId::Unsupported)),
        }
    }

    fn map(&self, out: &mut String, block: &Json) {
        let label = self.shown.word(PhraseId::Location);
        let at = match escaped(&coordinates(block.get("geo"))) {
            none if none.is_empty() => none,
            at => format!("<p>{at}</p>"),
        };
        out.push_str(&format!(
            "<div class=\"box\"><p class=\"meta\">{label}</p>\n{at}</div>\n"
        ));
        self.caption(out, block);
    }

    /// The page has its own headings above; those of messages go below them, all on
    /// one level, since a message may begin with any.
    fn heading(&self, out: &mut String, block: &Json) {
        let level: u32 = field(block, "level").parse().unwrap_or(6);
        let element = format!("h3 class=\"level{}\"", level.clamp(1, 6));
        self.around(out, &element, block, "text");
    }

    /// A text within an element, which may have attributes; nothing of an empty one.
    fn around(&self, out: &mut String, element: &str, of: &Json, key: &str) {
        let mut inner = String::new();
        self.text(&mut inner, of, key);
        if !inner.is_empty() {
            let name = element.split(' ').next().unwrap_or(element);
            out.push_str(&format!("<{element}>{inner}</{name}>\n"));
        }
    }

    fn content(&self, out: &mut String, of: &Json) {
        self.text(out, of, "text");
        self.blocks(out, of, "blocks");
    }

    fn list(&self, out: &mut String, block: &Json) {
        let (element, start) = match (field(block, "kind"), field(block, "start").parse::<i64>()) {
            ("ordered", Ok(start)) => ("ol", format!(" start=\"{start}\"")),
            ("ordered", Err(_)) => ("ol", String::new()),
            _ => ("ul", String::new()),
        };
        let reversed = if block.get("reversed").is_some_and(Json::is_true) {
            " reversed"
        } else {
            ""
        };
        out.push_str(&format!("<{element}{start}{reversed}>\n"));
        for item in list(block, "items") {
            let mark = match field(item, "task_state") {
                "checked" => format!("{} ", task(self.shown, true)),
                "unchecked" => format!("{} ", task(self.shown, false)),
                _ => String::new(),
            };
            let value = match field(item, "value").parse::<i64>() {
                Ok(value) => format!(" value=\"{value}\""),
                Err(_) => String::new(),
            };
            out.push_str(&format!("<li{value}>{mark}"));
            self.content(out, item);
            out.push_str("</li>\n");
        }
        out.push_str(&format!("</{element}>\n"));
    }

    fn file(&self, out: &mut String, block: &Json, kind: PhraseId, keys: [&str; 2]) {
        let place = field(block, keys[0]);
        if place.is_empty() {
            let reason = field(block, keys[1]);
            let why = LeftOut::ALL
                .into_iter()
                .rev()
                .find(|why| why.reason() == reason);
            let why = why.unwrap_or(LeftOut::Gone);
            missing(self.shown, out, kind, why, field(block, "file_name"));
        } else {
            let (href, label) = (path(place), self.shown.word(kind));
            let html = if is_picture(place) {
                format!(
                    "<a href=\"{href}\"><img src=\"{href}\" alt=\"{label}\" loading=\"lazy\"></a>"
                )
            } else if kind == PhraseId::Video {
                format!(
                    "<video controls preload=\"none\" src=\"{href}\" aria-label=\"{label}\"></video>"
                )
            } else if has_ending(place, &[".mp3", ".ogg", ".m4a", ".wav", ".opus"]) {
                format!(
                    "<audio controls preload=\"none\" src=\"{href}\" aria-label=\"{label}\"></audio>"
                )
            } else {
                let name = match field(block, "file_name") {
                    "" => label,
                    name => escaped(name),
                };
                format!("<a href=\"{href}\"><bdi>{name}</bdi></a>")
            };
            out.push_str(&format!("<figure>{html}</figure>\n"));
        }
        self.caption(out, block);
    }

    fn caption(&self, out: &mut String, block: &Json) {
        if let Some(caption) = block.get("caption") {
            self.around(out, "p class=\"meta\"", caption, "text");
            self.around(out, "p class=\"meta\"", caption, "credit");
        }
    }

    /// What another page would show here: a link to it, and what is said in it.
    fn embedded(&self, out: &mut String, block: &Json) {
        let label = self.shown.word(PhraseId::Embedded);
        out.push_str(&format!(
            "<div class=\"box\"><p class=\"meta\">{label}</p>\n<p>"
        ));
        let url = field(block, "url");
        link(out, url, &escaped(url));
        out.push_str("</p>\n");
        self.blocks(out, block, "blocks");
        out.push_str("</div>\n");
        self.caption(out, block);
    }

    fn table(&self, out: &mut String, block: &Json) {
        let label = self.shown.word(PhraseId::Table);
        out.push_str(&format!(
            "<div class=\"wide\" role=\"group\" aria-label=\"{label}\" tabindex=\"0\"><table>\n"
        ));
        self.around(out, "caption", block, "title");
        for row in list(block, "rows") {
            out.push_str("<tr>");
            for cell in list(row, "cells") {
                let is_head = cell.get("header").is_some_and(Json::is_true);
                let element = if is_head { "th" } else { "td" };
                let mut spans = String::new();
                for key in ["colspan", "rowspan"] {
                    if let Ok(span) = field(cell, key).parse::<u16>() {
                        spans.push_str(&format!(" {key}=\"{span}\""));
                    }
                }
                out.push_str(&format!("<{element}{spans}>"));
                self.text(out, cell, "text");
                out.push_str(&format!("</{element}>"));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table></div>\n");
    }

    fn button(&self, out: &mut String, button: &Json) {
        let mut inner = String::new();
        self.text(&mut inner, button, "text");
        let url = button.get("button").map(|action| field(action, "url"));
        link(out, url.unwrap_or_default(), &inner);
    }

    fn text(&self, out: &mut String, of: &Json, key: &str) {
        if let Some(text) = of.get(key) {
            self.rich_text(out, text);
        }
    }

    fn rich_text(&self, out: &mut String, text: &Json) {
        let mut inner = String::new();
        match text.get("text") {
            Some(Json::Text(plain)) => inner = escaped(plain),
            Some(Json::List(texts, _)) => {
                for text in texts {
                    self.rich_text(&mut inner, text);
                }
            }
            Some(other) => self.rich_text(&mut inner, other),
            None => {}
        }
        let element = match field(text, "type") {
            "bold" => "strong",
            "italic" => "em",
            "underline" => "u",
            "strikethrough" => "s",
            "code" => "code",
            "subscript" => "sub",
            "superscript" => "sup",
            "marked" => "mark",
            "text_link" => return link(out, field(text, "href"), &inner),
            "link" => return link(out, &plain(text), &inner),
            "email" => {
                let given = field(text, "email");
                let address = if given.is_empty() {
                    plain(text)
                } else {
                    given.to_owned()
                };
                return link(out, &format!("mailto:{address}"), &inner);
            }
            "phone" => {
                let given = field(text, "phone");
                let number = if given.is_empty() {
                    plain(text)
                } else {
                    given.to_owned()
                };
                return link(out, &phone(&number), &inner);
            }
            "mention_name" => {
                let user = field(text, "user_id");
                return link(out, &format!("tg://user?id={user}"), &inner);
            }
            "spoiler" => return spoiler(out, &inner),
            "custom_emoji" => return emoji(out, field(text, "document_id"), field(text, "text")),
            "math" => {
                inner = escaped(field(text, "source"));
                "code"
            }
            "inline_image" => return emoji(out, field(text, "file"), "▢"),
            "diff" => {
                out.push_str("<del>");
                self.text(out, text, "old_text");
                out.push_str("</del> ");
                "ins"
            }
            "button" => return self.button(out, text),
            _ => return out.push_str(&inner),
        };
        out.push_str(&format!("<{element}>{inner}</{element}>"));
    }
}

/// What a text says, without how.
fn plain(text: &Json) -> String {
    match text.get("text") {
        Some(Json::Text(text)) => text.clone(),
        Some(Json::List(texts, _)) => texts.iter().map(plain).collect(),
        Some(other) => plain(other),
        None => String::new(),
    }
}
