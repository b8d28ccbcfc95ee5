//! Buttons below messages, as Telegram Desktop writes them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::json::{Json, Object};
use super::schema::Tl;

/// The rows of buttons below a message; `None`: there are none. Of other keyboards
/// (those in place of the letters) Telegram Desktop writes nothing.
pub(super) fn buttons(markup: Tl<'_>) -> Option<Json> {
    if markup.name() != "replyInlineMarkup" {
        return None;
    }
    let mut rows = Vec::new();
    for row in markup.list("rows") {
        let buttons: Vec<Json> = row.list("buttons").filter_map(button).collect();
        if !buttons.is_empty() {
            rows.push(Json::lines(buttons));
        }
    }
    (!rows.is_empty()).then(|| Json::lines(rows))
}

/// What Telegram Desktop calls a button's kind; `None`: one that only those who
/// send it have.
pub(super) fn kind(button: Tl<'_>) -> Option<&'static str> {
    Some(match button.name() {
        "inlineButtonTypeUrl" => "url",
        "inlineButtonTypeUrlAuth" => "auth",
        "inlineButtonTypeWebView" => "web_view",
        "inlineButtonTypeCallback" if button.flag("requires_password") => "callback_with_password",
        "inlineButtonTypeCallback" => "callback",
        "inlineButtonTypeGame" => "game",
        "inlineButtonTypeBuy" => "buy",
        "inlineButtonTypeSwitchInline" if button.flag("same_peer") => "switch_inline_same",
        "inlineButtonTypeSwitchInline" => "switch_inline",
        "inlineButtonTypeUserProfile" => "user_profile",
        "inlineButtonTypeCopy" => "copy_text",
        "inlineButtonTypeDisabled" => "disabled",
        _ => return None,
    })
}

/// Bytes that may be no text.
pub(super) fn base64(bytes: &[u8]) -> Json {
    Json::text(URL_SAFE_NO_PAD.encode(bytes))
}

fn button(button: Tl<'_>) -> Option<Json> {
    let what = button.get("type");
    let mut object = Object::new();
    object.put("type", Json::text(kind(what)?));
    object.text("text", button.text("text"));
    match what.name() {
        "inlineButtonTypeUrl" | "inlineButtonTypeUrlAuth" | "inlineButtonTypeWebView" => {
            object.text("data", what.text("url"));
        }
        "inlineButtonTypeCallback" => {
            let data = what.bytes("data");
            if !data.is_empty() {
                object.put("dataBase64", base64(&data));
                object.put("data", Json::text(""));
            }
        }
        "inlineButtonTypeSwitchInline" => object.text("data", what.text("query")),
        "inlineButtonTypeUserProfile" => {
            object.put("data", Json::text(what.int("user_id").to_string()));
        }
        "inlineButtonTypeCopy" => object.text("data", what.text("copy_text")),
        _ => {}
    }
    object.text("forward_text", what.text("fwd_text"));
    object.int_if("button_id", what.int("button_id"));
    Some(object.into())
}
