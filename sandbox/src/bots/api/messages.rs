//! Methods that send, change and take back messages.

use serde_json::Value;

use super::super::bot::Bot;
use super::super::chat::Toast;
use super::super::entities::{Entity, FormattedText, ParseMode, detect};
use super::super::error::ApiError;
use super::super::keyboard::{InlineKeyboard, Keyboard};
use super::super::message::Content;
use super::super::outgoing::{Outgoing, ReplyTo};
use super::super::person_side::TEXT_LIMIT;
use super::super::revising::Revision;
use super::params::Params;

/// Telegram's limit for words below a file, in characters.
const CAPTION_LIMIT: usize = 1024;
/// Telegram's limit for the answer to a pressed button, in characters.
const TOAST_LIMIT: usize = 200;

pub(super) fn send(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let chat_id = params.chat_id()?;
    // Telegram looks for the chat before it looks at the text.
    bot.addressee(chat_id)?;
    let content = text_content(params)?;
    post(bot, params, content)
}

/// Sends a message with this content to the chat that is named.
pub(super) fn post(bot: &Bot, params: &Params, content: Content) -> Result<Value, ApiError> {
    let (person, message) = bot.send(Outgoing {
        chat_id: params.chat_id()?,
        content,
        keyboard: keyboard(params)?,
        reply_to: reply_to(params)?,
    })?;
    Ok(bot.view(&person, &message))
}

fn text_content(params: &Params) -> Result<Content, ApiError> {
    let words = formatted(params, "text", "entities")?;
    if words.text.is_empty() {
        return Err(ApiError::bad("message text is empty"));
    }
    if words.text.chars().count() > TEXT_LIMIT {
        return Err(ApiError::bad("message is too long"));
    }
    Ok(Content::Text {
        text: words.text,
        entities: words.entities,
    })
}

/// The words below a file.
pub(super) fn caption(params: &Params) -> Result<(Option<String>, Vec<Entity>), ApiError> {
    let words = formatted(params, "caption", "caption_entities")?;
    if words.text.chars().count() > CAPTION_LIMIT {
        return Err(ApiError::bad("message caption is too long"));
    }
    Ok((
        Some(words.text).filter(|text| !text.is_empty()),
        words.entities,
    ))
}

/// A text with its markup read, or with the entities that came with it.
fn formatted(params: &Params, text: &str, entities: &str) -> Result<FormattedText, ApiError> {
    let source = params.text(text).unwrap_or_default();
    let mode = params.text("parse_mode").filter(|name| !name.is_empty());
    let read = match mode {
        Some(name) => ParseMode::named(&name)
            .ok_or_else(|| ApiError::bad("unsupported parse_mode"))?
            .parse(&source)?,
        None => FormattedText {
            text: source,
            entities: params.typed(entities)?.unwrap_or_default(),
        },
    };
    let mut words = read.trimmed();
    words.entities = detect(&words.text, &words.entities);
    Ok(words)
}

fn keyboard(params: &Params) -> Result<Keyboard, ApiError> {
    params
        .json("reply_markup")?
        .map_or(Ok(Keyboard::None), Keyboard::read)
}

fn inline_keyboard(params: &Params) -> Result<Option<InlineKeyboard>, ApiError> {
    match keyboard(params)? {
        Keyboard::Reply(_) | Keyboard::Remove | Keyboard::ForceReply => {
            Err(ApiError::bad("inline keyboard expected"))
        }
        keyboard @ (Keyboard::None | Keyboard::Inline(_)) => Ok(keyboard.inline()),
    }
}

fn reply_to(params: &Params) -> Result<Option<ReplyTo>, ApiError> {
    if let Some(reply) = params.json("reply_parameters")? {
        let message_id = reply
            .get("message_id")
            .and_then(Value::as_i64)
            .ok_or_else(|| ApiError::bad("message identifier is not specified"))?;
        let optional = reply.get("allow_sending_without_reply") == Some(&Value::Bool(true));
        return Ok(Some(ReplyTo {
            message_id,
            optional,
        }));
    }
    Ok(params
        .number("reply_to_message_id")
        .map(|message_id| ReplyTo {
            message_id,
            optional: params.flag("allow_sending_without_reply"),
        }))
}

pub(super) fn edit_text(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let revision = Revision::Text(text_content(params)?, inline_keyboard(params)?);
    revise(bot, params, revision)
}

pub(super) fn edit_caption(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let (words, entities) = caption(params)?;
    let revision = Revision::Caption(words, entities, inline_keyboard(params)?);
    revise(bot, params, revision)
}

pub(super) fn edit_markup(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let revision = Revision::Markup(inline_keyboard(params)?);
    revise(bot, params, revision)
}

fn revise(bot: &Bot, params: &Params, revision: Revision) -> Result<Value, ApiError> {
    let (person, message) = bot.revise(params.chat_id()?, params.message_id()?, revision)?;
    Ok(bot.view(&person, &message))
}

pub(super) fn delete(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    bot.delete(params.chat_id()?, params.message_id()?)?;
    Ok(true.into())
}

pub(super) fn delete_several(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let chat_id = params.chat_id()?;
    let ids: Vec<i64> = params.typed("message_ids")?.unwrap_or_default();
    if !(1..=100).contains(&ids.len()) {
        return Err(ApiError::bad("message identifiers are not specified"));
    }
    for id in ids {
        match bot.delete(chat_id, id) {
            Ok(()) => {}
            // Messages that are gone already are skipped.
            Err(ApiError::BadRequest(words)) if words == "message to delete not found" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true.into())
}

pub(super) fn answer_callback(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let text = params.text("text").filter(|text| !text.is_empty());
    if text
        .as_ref()
        .is_some_and(|text| text.chars().count() > TOAST_LIMIT)
    {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    bot.answer_press(Toast {
        callback_query_id: params.text("callback_query_id").unwrap_or_default(),
        text,
        show_alert: params.flag("show_alert"),
        url: params.text("url").filter(|url| !url.is_empty()),
        date: 0,
    })?;
    Ok(true.into())
}

pub(super) fn send_action(bot: &Bot, params: &Params) -> Result<Value, ApiError> {
    let action = params.text("action").unwrap_or_default();
    bot.send_action(params.chat_id()?, &action)?;
    Ok(true.into())
}
