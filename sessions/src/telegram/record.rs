//! A message as a record for an export.

use grammers_tl_types::enums;
use sesame_domain::reading::{DocumentRecord, MessageRecord, RecordFlags};
use sesame_domain::session::peer::PeerId;

use super::message::sender;
use super::message_media::file_of_document;
use super::peers::id_of;
use super::reading::at;
use super::record_files::files_of;
use super::rich_messages::is_shortened;
use super::schema_json::to_json;

/// A message as Telegram told it. Of what destroys itself the previews are taken
/// out: they are small pictures of it.
pub(super) fn record(mut message: enums::Message, me: i64) -> MessageRecord {
    let self_destructs = take_out_previews(&mut message);
    let json = to_json(&message);
    let files = files_of(&message);
    let custom_emoji = custom_emoji_in(&json);
    let flags = RecordFlags {
        self_destructs,
        ..RecordFlags::default()
    };
    match &message {
        enums::Message::Empty(it) => MessageRecord {
            id: it.id,
            at: None,
            edited_at: None,
            json,
            sender: None,
            album: None,
            files,
            custom_emoji,
            flags,
        },
        enums::Message::Message(it) => MessageRecord {
            id: it.id,
            at: Some(at(it.date)),
            edited_at: it.edit_date.map(at),
            json,
            sender: sender(it.from_id.as_ref(), id_of(&it.peer_id), it.post, it.out, me),
            album: it.grouped_id,
            files,
            custom_emoji,
            flags: RecordFlags {
                is_protected: it.noforwards,
                is_fleeting: it.ttl_period.is_some(),
                is_shortened: is_shortened(it),
                ..flags
            },
        },
        enums::Message::Service(it) => MessageRecord {
            id: it.id,
            at: Some(at(it.date)),
            edited_at: None,
            json,
            sender: sender(it.from_id.as_ref(), id_of(&it.peer_id), it.post, it.out, me),
            album: None,
            files,
            custom_emoji,
            flags: RecordFlags {
                is_fleeting: it.ttl_period.is_some(),
                ..flags
            },
        },
    }
}

/// A document that is no part of a message; `None`: there is none.
pub(super) fn document_record(document: &enums::Document) -> Option<DocumentRecord> {
    let enums::Document::Document(it) = document else {
        return None;
    };
    Some(DocumentRecord {
        id: it.id,
        json: to_json(document),
        file: file_of_document(it, false),
    })
}

/// The dialog that a message is in; `None`: Telegram does not say, it is gone.
pub(super) fn dialog_of(message: &enums::Message) -> Option<PeerId> {
    match message {
        enums::Message::Empty(it) => it.peer_id.as_ref().map(id_of),
        enums::Message::Message(it) => Some(id_of(&it.peer_id)),
        enums::Message::Service(it) => Some(id_of(&it.peer_id)),
    }
}

/// Whether something destroys itself in a message; then without its previews.
fn take_out_previews(message: &mut enums::Message) -> bool {
    let enums::Message::Message(message) = message else {
        return false;
    };
    match &mut message.media {
        Some(enums::MessageMedia::Photo(it)) if it.ttl_seconds.is_some() => {
            if let Some(enums::Photo::Photo(photo)) = &mut it.photo {
                photo.sizes.retain(is_no_preview);
            }
            true
        }
        Some(enums::MessageMedia::Document(it)) if it.ttl_seconds.is_some() => {
            if let Some(enums::Document::Document(document)) = &mut it.document {
                document.thumbs = None;
            }
            it.video_cover = None;
            true
        }
        _ => false,
    }
}

fn is_no_preview(size: &enums::PhotoSize) -> bool {
    match size {
        enums::PhotoSize::Size(_)
        | enums::PhotoSize::Progressive(_)
        | enums::PhotoSize::Empty(_) => true,
        enums::PhotoSize::PhotoCachedSize(_)
        | enums::PhotoSize::PhotoStrippedSize(_)
        | enums::PhotoSize::PhotoPathSize(_) => false,
    }
}

/// The custom emoji in a record, each once. Quotes within its texts are escaped,
/// so what begins with a bare one is no text.
fn custom_emoji_in(json: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for kind in [
        "messageEntityCustomEmoji",
        "reactionCustomEmoji",
        "textCustomEmoji",
    ] {
        let begin = format!("{{\"_\":\"{kind}\"");
        for place in json.split(begin.as_str()).skip(1) {
            let digits = place.split_once("\"document_id\":").map(|(_, rest)| rest);
            let digits = digits.and_then(|rest| rest.split([',', '}']).next());
            if let Some(id) = digits.and_then(|digits| digits.parse().ok())
                && !found.contains(&id)
            {
                found.push(id);
            }
        }
    }
    found
}
