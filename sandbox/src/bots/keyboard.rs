//! Buttons under messages and in place of the keyboard.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;

use super::error::ApiError;

/// A Mini App's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebApp {
    /// Where the app is.
    pub url: String,
}

/// One button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InlineButton {
    /// What is written on it.
    pub text: String,
    /// Opens this link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Sends this to the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<String>,
    /// Opens this Mini App.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_app: Option<WebApp>,
}

/// The buttons under a message, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InlineKeyboard {
    /// Rows of buttons.
    pub inline_keyboard: Vec<Vec<InlineButton>>,
}

/// One button in place of the keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplyButton {
    /// What is written on it, and sent when it is pressed.
    pub text: String,
    /// Opens this Mini App instead of sending the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_app: Option<WebApp>,
}

/// Buttons in place of the keyboard, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplyKeyboard {
    /// Rows of buttons.
    pub keyboard: Vec<Vec<ReplyButton>>,
    /// Whether the keyboard goes away after one press.
    #[serde(default)]
    pub one_time_keyboard: bool,
    /// Whether the keyboard fits its buttons.
    #[serde(default)]
    pub resize_keyboard: bool,
    /// What the empty input field says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_field_placeholder: Option<String>,
}

/// What a message does to the buttons (`reply_markup`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keyboard {
    /// Nothing.
    #[default]
    None,
    /// Buttons under the message.
    Inline(InlineKeyboard),
    /// Buttons in place of the keyboard from now on.
    Reply(ReplyKeyboard),
    /// The ordinary keyboard again.
    Remove,
    /// The person's next message answers this one.
    ForceReply,
}

impl Keyboard {
    /// Reads `reply_markup`.
    pub fn read(markup: Value) -> Result<Self, ApiError> {
        let has = |key: &str| markup.get(key).is_some_and(|value| !value.is_null());
        if has("inline_keyboard") {
            return read_inline(markup).map(Self::Inline);
        }
        if has("keyboard") {
            return read_reply(markup).map(Self::Reply);
        }
        if markup.get("remove_keyboard") == Some(&Value::Bool(true)) {
            return Ok(Self::Remove);
        }
        if markup.get("force_reply") == Some(&Value::Bool(true)) {
            return Ok(Self::ForceReply);
        }
        match markup.as_object() {
            Some(fields) if fields.is_empty() => Ok(Self::None),
            Some(_) => Err(ApiError::bad("can't parse reply markup JSON object")),
            None => Err(ApiError::bad("object expected as reply markup")),
        }
    }

    /// The buttons under the message, where there are any.
    pub fn inline(self) -> Option<InlineKeyboard> {
        match self {
            Self::Inline(keyboard) => keyboard.non_empty(),
            Self::None | Self::Reply(_) | Self::Remove | Self::ForceReply => None,
        }
    }
}

impl InlineKeyboard {
    fn non_empty(mut self) -> Option<Self> {
        self.inline_keyboard.retain(|row| !row.is_empty());
        Some(self).filter(|keyboard| !keyboard.inline_keyboard.is_empty())
    }

    /// The button at a place, counted from zero.
    pub fn at(&self, row: usize, column: usize) -> Option<&InlineButton> {
        self.inline_keyboard.get(row)?.get(column)
    }

    /// The first button with these words on it.
    pub fn labelled(&self, text: &str) -> Option<&InlineButton> {
        self.inline_keyboard
            .iter()
            .flatten()
            .find(|button| button.text == text)
    }
}

fn read_inline(markup: Value) -> Result<InlineKeyboard, ApiError> {
    let keyboard: InlineKeyboard = serde_json::from_value(markup)
        .map_err(|_| ApiError::bad("can't parse inline keyboard button"))?;
    for button in keyboard.inline_keyboard.iter().flatten() {
        check(button)?;
    }
    Ok(keyboard)
}

/// What Telegram refuses about a button.
fn check(button: &InlineButton) -> Result<(), ApiError> {
    if button.text.trim().is_empty() {
        return Err(ApiError::bad(
            "inline keyboard button text must be non-empty",
        ));
    }
    if let Some(app) = &button.web_app {
        return check_web_app(&app.url);
    }
    if let Some(data) = &button.callback_data {
        // Source: core.telegram.org/bots/api#inlinekeyboardbutton, 1-64 bytes.
        return if (1..=64).contains(&data.len()) {
            Ok(())
        } else {
            Err(ApiError::bad("BUTTON_DATA_INVALID"))
        };
    }
    match &button.url {
        Some(url) if is_link(url) => Ok(()),
        Some(url) => Err(ApiError::bad(format!(
            "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
        ))),
        None => Err(ApiError::bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        )),
    }
}

fn is_link(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "tg"))
}

/// Telegram opens Mini Apps over HTTPS only; here an app on the same machine
/// may do without.
pub(super) fn check_web_app(address: &str) -> Result<(), ApiError> {
    let refused = |why: &str| {
        ApiError::bad(format!(
            "inline keyboard button Web App URL '{address}' is invalid: {why}"
        ))
    };
    let url = Url::parse(address).map_err(|_| refused("Wrong HTTP URL"))?;
    let local = url.host_str().is_some_and(is_loopback);
    match url.scheme() {
        "https" => Ok(()),
        "http" if local => Ok(()),
        _ => Err(refused("Only HTTPS links are allowed")),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

fn read_reply(markup: Value) -> Result<ReplyKeyboard, ApiError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Cell {
        Words(String),
        Button(ReplyButton),
    }
    #[derive(Deserialize)]
    struct Rows {
        keyboard: Vec<Vec<Cell>>,
        #[serde(default)]
        one_time_keyboard: bool,
        #[serde(default)]
        resize_keyboard: bool,
        input_field_placeholder: Option<String>,
    }
    let rows: Rows =
        serde_json::from_value(markup).map_err(|_| ApiError::bad("can't parse keyboard button"))?;
    let button = |cell| match cell {
        Cell::Words(text) => ReplyButton {
            text,
            web_app: None,
        },
        Cell::Button(button) => button,
    };
    let keyboard: Vec<Vec<ReplyButton>> = rows
        .keyboard
        .into_iter()
        .map(|row| row.into_iter().map(button).collect())
        .collect();
    for app in keyboard.iter().flatten().filter_map(|b| b.web_app.as_ref()) {
        check_web_app(&app.url)?;
    }
    Ok(ReplyKeyboard {
        keyboard,
        one_time_keyboard: rows.one_time_keyboard,
        resize_keyboard: rows.resize_keyboard,
        input_field_placeholder: rows.input_field_placeholder,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(button: &Value) -> String {
        Keyboard::read(json!({"inline_keyboard": [[button]]}))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn buttons_are_checked_as_telegram_checks_them() {
        assert_eq!(
            refusal(&json!({"text": "x"})),
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        );
        assert_eq!(
            refusal(&json!({"text": "x", "callback_data": "y".repeat(65)})),
            "Bad Request: BUTTON_DATA_INVALID"
        );
        assert!(
            refusal(&json!({"text": "x", "web_app": {"url": "http://example.org"}}))
                .ends_with("Only HTTPS links are allowed")
        );
    }

    #[test]
    fn a_mini_app_on_this_machine_needs_no_tls() {
        let markup = json!({"inline_keyboard": [[
            {"text": "Open", "web_app": {"url": "http://127.0.0.1:8080/app"}}
        ]]});
        assert!(Keyboard::read(markup).unwrap().inline().is_some());
    }

    #[test]
    fn keyboards_may_be_words_or_objects() {
        let markup = json!({"keyboard": [["Yes", {"text": "No"}]]});
        let Keyboard::Reply(keyboard) = Keyboard::read(markup).unwrap() else {
            panic!("not a reply keyboard");
        };
        assert_eq!(keyboard.keyboard[0][1].text, "No");
    }
}
