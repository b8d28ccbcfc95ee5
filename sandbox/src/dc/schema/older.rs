//! What a client of an older layer gets in place of what it does not know.

use grammers_tl_types::{enums, types};

/// The layer that brought what is replaced here.
const NEWER: i32 = 230;

/// A message in a form that a client of this layer can read.
///
/// How Telegram itself words it is not known; an unknown action is empty there as
/// well, and an unknown format says so.
pub(crate) fn as_layer(mut message: enums::Message, layer: i32) -> enums::Message {
    if layer >= NEWER {
        return message;
    }
    match &mut message {
        enums::Message::Message(message) => {
            for entity in message.entities.iter_mut().flatten() {
                replace_entity(entity);
            }
            if let Some(enums::RichMessage::Message(rich)) = &mut message.rich_message {
                for block in &mut rich.blocks {
                    replace_block(block);
                }
            }
        }
        enums::Message::Service(service) => {
            let unknown = matches!(
                service.action,
                enums::MessageAction::GramTransfer(_)
                    | enums::MessageAction::WalletTonConnectRequest(_)
            );
            if unknown {
                service.action = enums::MessageAction::Empty;
            }
        }
        enums::Message::Empty(_) => {}
    }
    message
}

fn replace_entity(entity: &mut enums::MessageEntity) {
    if let enums::MessageEntity::TonAddress(address) = entity {
        *entity = enums::MessageEntity::Unknown(types::MessageEntityUnknown {
            offset: address.offset,
            length: address.length,
        });
    }
}

/// Only paragraphs carry what is newer here: other blocks with it are refused when
/// they are made.
fn replace_block(block: &mut enums::PageBlock) {
    if let enums::PageBlock::Paragraph(paragraph) = block {
        replace_text(&mut paragraph.text);
    }
}

fn replace_text(text: &mut enums::RichText) {
    match text {
        enums::RichText::TextTonAddress(address) => {
            *text = address.text.clone();
        }
        enums::RichText::TextConcat(all) => all.texts.iter_mut().for_each(replace_text),
        _ => {}
    }
}
