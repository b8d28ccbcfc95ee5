//! Rich texts.

use super::Writer;
use crate::export::json::{Json, Object};
use crate::export::markup::{base64, kind};
use crate::export::schema::Tl;

impl Writer<'_, '_> {
    /// The rich text in a field.
    pub(super) fn text(&mut self, of: Tl<'_>, key: &str) -> Json {
        self.rich_text(of.get(key))
    }

    pub(super) fn rich_text(&mut self, text: Tl<'_>) -> Json {
        let mut object = Object::new();
        let name = match text.name() {
            // Newer than Telegram Desktop: what it says stays.
            "textTonAddress" => return self.text(text, "text"),
            // One that does nothing is its text.
            "textButton" if kind(text.get("type")).is_none() => return self.text(text, "text"),
            name => kind_of(name),
        };
        object.put("type", Json::text(name));
        match text.name() {
            "textPlain" => object.put("text", Json::text(text.text("text"))),
            "textConcat" => {
                let texts = text.list("texts").map(|text| self.rich_text(text));
                object.put("text", Json::short(texts));
            }
            "textUrl" => {
                object.put("href", Json::text(text.text("url")));
                if text.int("webpage_id") != 0 {
                    object.put("webpage_id", Json::id(text.int("webpage_id")));
                }
                self.put_text(&mut object, text);
            }
            "textEmail" => {
                object.put("email", Json::text(text.text("email")));
                self.put_text(&mut object, text);
            }
            "textPhone" => {
                object.put("phone", Json::text(text.text("phone")));
                self.put_text(&mut object, text);
            }
            "textAnchor" => {
                object.put("name", Json::text(text.text("name")));
                self.put_text(&mut object, text);
            }
            "textMath" => object.put("source", Json::text(text.text("source"))),
            "textCustomEmoji" => {
                object.put("text", Json::text(text.text("alt")));
                let path = self.cx.emoji_path(text.int("document_id"));
                object.put("document_id", Json::text(path));
            }
            "textMentionName" => {
                object.put("user_id", Json::id(text.int("user_id")));
                self.put_text(&mut object, text);
            }
            "textDate" => self.put_date(&mut object, text),
            "textImage" => {
                let id = text.int("document_id");
                object.put("document_id", Json::id(id));
                self.attached.put_document(&mut object, id, false);
                object.int("width", text.int("w"));
                object.int("height", text.int("h"));
            }
            "textDiff" => {
                object.flag("unsupported", true);
                self.put_text(&mut object, text);
                let old = self.text(text, "old_text");
                object.put("old_text", old);
            }
            "textButton" => self.put_button(&mut object, text, true),
            _ if name != "empty" => self.put_text(&mut object, text),
            _ => {}
        }
        object.into()
    }

    fn put_text(&mut self, object: &mut Object, text: Tl<'_>) {
        let inner = self.text(text, "text");
        object.put("text", inner);
    }

    fn put_date(&mut self, object: &mut Object, text: Tl<'_>) {
        self.put_text(object, text);
        object.put("date", self.cx.date(text.int("date")));
        object.put("date_unixtime", Json::text(text.int("date").to_string()));
        for key in [
            "relative",
            "short_time",
            "long_time",
            "short_date",
            "long_date",
            "day_of_week",
        ] {
            object.flag(key, text.flag(key));
        }
    }

    /// What a button says, does, and looks like.
    pub(super) fn put_button(&mut self, object: &mut Object, button: Tl<'_>, is_in_a_text: bool) {
        self.put_text(object, button);
        let what = button.get("type");
        object.put("button", action(what));
        let style = button.get("style");
        if style.is_there() {
            let may_be_a_link = matches!(
                kind(what),
                Some("callback" | "callback_with_password" | "disabled")
            );
            let name = if is_in_a_text && style.flag("link") && may_be_a_link {
                "link"
            } else if style.flag("bg_danger") {
                "danger"
            } else if style.flag("bg_primary") {
                "primary"
            } else if style.flag("bg_success") {
                "success"
            } else {
                "default"
            };
            object.put("style", Json::text(name));
        }
    }
}

fn kind_of(text: &str) -> &'static str {
    match text {
        "textPlain" => "plain",
        "textConcat" => "concat",
        "textBold" => "bold",
        "textItalic" => "italic",
        "textUnderline" => "underline",
        "textStrike" => "strikethrough",
        "textFixed" => "code",
        "textUrl" => "text_link",
        "textEmail" | "textAutoEmail" => "email",
        "textPhone" | "textAutoPhone" => "phone",
        "textSubscript" => "subscript",
        "textSuperscript" => "superscript",
        "textMarked" => "marked",
        "textAnchor" => "anchor",
        "textMath" => "math",
        "textCustomEmoji" => "custom_emoji",
        "textSpoiler" => "spoiler",
        "textMention" => "mention",
        "textHashtag" => "hashtag",
        "textBotCommand" => "bot_command",
        "textCashtag" => "cashtag",
        "textAutoUrl" => "link",
        "textBankCard" => "bank_card",
        "textMentionName" => "mention_name",
        "textDate" => "formatted_date",
        "textImage" => "inline_image",
        "textDiff" => "diff",
        "textButton" => "button",
        _ => "empty",
    }
}

/// What a button does.
fn action(what: Tl<'_>) -> Json {
    let mut object = Object::new();
    object.put("type", Json::text(kind(what).unwrap_or_default()));
    match what.name() {
        "inlineButtonTypeUrl" | "inlineButtonTypeWebView" => {
            object.put("url", Json::text(what.text("url")));
        }
        "inlineButtonTypeUrlAuth" => {
            object.put("url", Json::text(what.text("url")));
            if let Some(text) = what.text_if("fwd_text") {
                object.put("forward_text", Json::text(text));
            }
            object.int("button_id", what.int("button_id"));
        }
        "inlineButtonTypeCallback" => {
            object.flag("requires_password", what.flag("requires_password"));
            object.put("dataBase64", base64(&what.bytes("data")));
            object.put("data", Json::text(""));
        }
        "inlineButtonTypeSwitchInline" => {
            object.put("query", Json::text(what.text("query")));
            object.flag("same_peer", what.flag("same_peer"));
            if what.get("peer_types").is_there() {
                let kinds = what
                    .list("peer_types")
                    .map(|it| Json::text(chat_kind(it.name())));
                object.put("peer_types", Json::short(kinds));
            }
        }
        "inlineButtonTypeUserProfile" => object.put("user_id", Json::id(what.int("user_id"))),
        "inlineButtonTypeCopy" => object.put("copy_text", Json::text(what.text("copy_text"))),
        _ => {}
    }
    object.into()
}

fn chat_kind(name: &str) -> &'static str {
    match name {
        "inlineQueryPeerTypeSameBotPM" => "same_bot_pm",
        "inlineQueryPeerTypePM" => "pm",
        "inlineQueryPeerTypeChat" => "chat",
        "inlineQueryPeerTypeMegagroup" => "megagroup",
        "inlineQueryPeerTypeBroadcast" => "broadcast",
        "inlineQueryPeerTypeBotPM" => "bot_pm",
        _ => "",
    }
}
