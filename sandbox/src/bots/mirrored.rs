//! Messages of bots' chats in the words of Telegram's schema.

use grammers_tl_types::{enums, types};

use super::entities::{Entity, EntityKind, detect};
use super::files::Files;
use super::keyboard::{InlineButton, InlineKeyboard};
use super::message::{Content, Message};
use super::person_side::{SayError, TEXT_LIMIT};
use crate::world::{Body, BodyKind, Draft, MediaKind, NewMedia, empty_message, empty_service};

/// What someone wrote to a bot with any app.
pub(super) fn heard(text: &str) -> Result<Content, SayError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_LIMIT {
        return Err(SayError::Length);
    }
    Ok(Content::Text {
        text: text.to_owned(),
        entities: detect(text, &[]),
    })
}

/// The words of a message.
pub(super) fn words(message: &Message) -> &str {
    match &message.content {
        Content::Text { text, .. } => text,
        Content::Document { caption, .. } | Content::Photo { caption, .. } => {
            caption.as_deref().unwrap_or_default()
        }
        Content::Contact { .. } | Content::WebAppData { .. } | Content::WriteAccess { .. } => "",
    }
}

/// A message as the world has it.
pub(super) fn draft(message: &Message, from: i64, reply: Option<i32>, files: &Files) -> Draft {
    let mut draft = match &message.content {
        Content::WebAppData { web_app_data } => {
            let text = web_app_data.button_text.clone();
            let sent = types::MessageActionWebViewDataSent { text };
            noted(from, enums::MessageAction::WebViewDataSent(sent))
        }
        Content::WriteAccess {
            write_access_allowed,
        } => noted(
            from,
            enums::MessageAction::BotAllowed(types::MessageActionBotAllowed {
                attach_menu: false,
                from_request: write_access_allowed.from_request,
                domain: None,
                app: None,
            }),
        ),
        _ => said(message, from, reply),
    };
    draft.plain.date = Some(message.date);
    draft.plain.media = attached(&message.content, files);
    draft.known_to_bot = true;
    draft
}

fn noted(from: i64, action: enums::MessageAction) -> Draft {
    let service = types::MessageService {
        action,
        ..empty_service()
    };
    let body = Body {
        kind: BodyKind::Service(Box::new(service)),
        files: Vec::new(),
        shown_blocks: None,
    };
    Draft::with_body(Some(from), body)
}

fn said(message: &Message, from: i64, reply: Option<i32>) -> Draft {
    let (media, entities) = match &message.content {
        Content::Text { entities, .. } => (None, entities.as_slice()),
        Content::Document {
            caption_entities, ..
        }
        | Content::Photo {
            caption_entities, ..
        } => (None, caption_entities.as_slice()),
        Content::Contact { contact } => {
            let contact = types::MessageMediaContact {
                phone_number: contact.phone_number.clone(),
                first_name: contact.first_name.clone(),
                last_name: contact.last_name.clone().unwrap_or_default(),
                vcard: String::new(),
                user_id: contact.user_id,
            };
            (Some(enums::MessageMedia::Contact(contact)), [].as_slice())
        }
        Content::WebAppData { .. } | Content::WriteAccess { .. } => (None, [].as_slice()),
    };
    let body = Body::of_words(types::Message {
        message: words(message).to_owned(),
        entities: Some(entities.iter().filter_map(entity).collect()),
        media,
        reply_to: reply.map(reply_header),
        reply_markup: message.reply_markup.as_ref().map(markup),
        edit_date: message.edit_date.map(crate::world::wire),
        ..empty_message()
    });
    Draft::with_body(Some(from), body)
}

/// The file of a message.
fn attached(content: &Content, files: &Files) -> Option<NewMedia> {
    let (kind, file_id) = match content {
        Content::Document { document, .. } => (MediaKind::Document, &document.file_id),
        Content::Photo { photo, .. } => (MediaKind::Photo, &photo.last()?.file_id),
        _ => return None,
    };
    let file = files.get(file_id)?;
    Some(NewMedia {
        kind,
        file_name: file.name.clone(),
        mime_type: file.mime_type.clone(),
        content: file.bytes.clone().into(),
        dc: 1,
    })
}

fn reply_header(message: i32) -> enums::MessageReplyHeader {
    enums::MessageReplyHeader::Header(types::MessageReplyHeader {
        reply_to_scheduled: false,
        forum_topic: false,
        quote: false,
        reply_to_ephemeral: false,
        reply_to_msg_id: Some(message),
        reply_to_peer_id: None,
        reply_from: None,
        reply_media: None,
        reply_to_top_id: None,
        quote_text: None,
        quote_entities: None,
        quote_offset: None,
        todo_item_id: None,
        poll_option: None,
    })
}

fn markup(keyboard: &InlineKeyboard) -> enums::ReplyMarkup {
    let row = |row: &Vec<InlineButton>| {
        let buttons = row.iter().filter_map(button).collect();
        enums::KeyboardInlineButtonRow::Row(types::KeyboardInlineButtonRow { buttons })
    };
    enums::ReplyMarkup::ReplyInlineMarkup(types::ReplyInlineMarkup {
        force_reply: false,
        rows: keyboard.inline_keyboard.iter().map(row).collect(),
    })
}

fn button(button: &InlineButton) -> Option<enums::KeyboardInlineButton> {
    use enums::InlineButtonType as Type;
    let kind = match (&button.url, &button.callback_data, &button.web_app) {
        (Some(url), _, _) => Type::Url(types::InlineButtonTypeUrl { url: url.clone() }),
        (_, Some(data), _) => Type::Callback(types::InlineButtonTypeCallback {
            requires_password: false,
            data: data.clone().into_bytes(),
        }),
        (_, _, Some(app)) => Type::WebView(types::InlineButtonTypeWebView {
            url: app.url.clone(),
        }),
        (None, None, None) => return None,
    };
    Some(enums::KeyboardInlineButton::Button(
        types::KeyboardInlineButton {
            style: None,
            text: button.text.clone(),
            r#type: kind,
        },
    ))
}

fn entity(entity: &Entity) -> Option<enums::MessageEntity> {
    let number = |units: usize| i32::try_from(units).unwrap_or(i32::MAX);
    let (offset, length) = (number(entity.offset), number(entity.length));
    Some(match entity.kind {
        EntityKind::Mention => types::MessageEntityMention { offset, length }.into(),
        EntityKind::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
        EntityKind::Cashtag => types::MessageEntityCashtag { offset, length }.into(),
        EntityKind::BotCommand => types::MessageEntityBotCommand { offset, length }.into(),
        EntityKind::Url => types::MessageEntityUrl { offset, length }.into(),
        EntityKind::Email => types::MessageEntityEmail { offset, length }.into(),
        EntityKind::PhoneNumber => types::MessageEntityPhone { offset, length }.into(),
        EntityKind::Bold => types::MessageEntityBold { offset, length }.into(),
        EntityKind::Italic => types::MessageEntityItalic { offset, length }.into(),
        EntityKind::Underline => types::MessageEntityUnderline { offset, length }.into(),
        EntityKind::Strikethrough => types::MessageEntityStrike { offset, length }.into(),
        EntityKind::Spoiler => types::MessageEntitySpoiler { offset, length }.into(),
        EntityKind::Blockquote | EntityKind::ExpandableBlockquote => {
            let collapsed = entity.kind == EntityKind::ExpandableBlockquote;
            types::MessageEntityBlockquote {
                collapsed,
                offset,
                length,
            }
            .into()
        }
        EntityKind::Code => types::MessageEntityCode { offset, length }.into(),
        EntityKind::Pre => types::MessageEntityPre {
            offset,
            length,
            language: entity.language.clone().unwrap_or_default(),
        }
        .into(),
        EntityKind::TextLink => types::MessageEntityTextUrl {
            offset,
            length,
            url: entity.url.clone()?,
        }
        .into(),
        // Whom it names is not kept here.
        EntityKind::TextMention => return None,
        EntityKind::CustomEmoji => types::MessageEntityCustomEmoji {
            offset,
            length,
            document_id: entity.custom_emoji_id.as_ref()?.parse().ok()?,
        }
        .into(),
    })
}
