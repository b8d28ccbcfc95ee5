//! Methods that tell about a chat.

use serde_json::{Value, json};

use super::super::bot::Bot;
use super::super::error::ApiError;
use super::super::views;
use super::params::Params;

pub(super) fn get_chat(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let person = bot.person(params.chat_id()?)?;
    if bot.chat_of(person.id).is_none() {
        return Err(ApiError::bad("chat not found"));
    }
    let mut chat = views::chat(&person);
    let more = json!({
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": true,
            "limited_gifts": true,
            "unique_gifts": true,
            "premium_subscription": true,
            "gifts_from_channels": true,
        },
    });
    if let (Some(fields), Value::Object(more)) = (chat.as_object_mut(), more) {
        fields.extend(more);
    }
    Ok(chat)
}

pub(super) fn get_chat_member(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let person = bot.person(params.chat_id()?)?;
    match params.number("user_id") {
        Some(id) if id == person.id => {
            Ok(json!({"user": views::user(&person), "status": "member"}))
        }
        _ => Err(ApiError::bad("user not found")),
    }
}
