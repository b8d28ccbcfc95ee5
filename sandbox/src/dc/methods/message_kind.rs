//! What kind of message something is, as filters of searches ask.

use grammers_tl_types::{enums, types};

use crate::world::{Body, BodyKind, MediaKind, Message};

/// Whether a message is of the kind that a filter asks for; `me` is who searches.
pub(super) fn passes(message: &Message, filter: &enums::MessagesFilter, me: i64) -> bool {
    use enums::MessagesFilter as Filter;
    let kind = kind_of(message);
    match filter {
        Filter::InputMessagesFilterEmpty => true,
        Filter::InputMessagesFilterPhotos => kind == Kind::Photo,
        Filter::InputMessagesFilterVideo => kind == Kind::Video,
        Filter::InputMessagesFilterPhotoVideo => matches!(kind, Kind::Photo | Kind::Video),
        Filter::InputMessagesFilterDocument => kind == Kind::Document,
        Filter::InputMessagesFilterUrl => has_link(message),
        Filter::InputMessagesFilterGif => kind == Kind::Gif,
        Filter::InputMessagesFilterVoice => kind == Kind::Voice,
        Filter::InputMessagesFilterMusic => kind == Kind::Music,
        Filter::InputMessagesFilterChatPhotos => kind == Kind::ChatPhoto,
        Filter::InputMessagesFilterPhoneCalls(calls) => match kind {
            Kind::Call { missed } => missed || !calls.missed,
            _ => false,
        },
        Filter::InputMessagesFilterRoundVoice => matches!(kind, Kind::Voice | Kind::Round),
        Filter::InputMessagesFilterRoundVideo => kind == Kind::Round,
        Filter::InputMessagesFilterMyMentions => mentions(message, me),
        Filter::InputMessagesFilterGeo => kind == Kind::Geo,
        Filter::InputMessagesFilterContacts => kind == Kind::Contact,
        Filter::InputMessagesFilterPinned => body_of(message).is_some_and(|it| it.pinned),
        Filter::InputMessagesFilterPoll => kind == Kind::Poll,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Photo,
    Video,
    Round,
    Gif,
    Voice,
    Music,
    Document,
    Geo,
    Contact,
    Poll,
    ChatPhoto,
    Call { missed: bool },
    Other,
}

fn kind_of(message: &Message) -> Kind {
    if let Some(media) = &message.media {
        return match media.file.kind {
            MediaKind::Photo => Kind::Photo,
            MediaKind::Document => Kind::Document,
        };
    }
    match message.body.as_deref().map(|body| &body.kind) {
        None => Kind::Words,
        Some(BodyKind::Message(body)) => body.media.as_ref().map_or(Kind::Words, of_media),
        Some(BodyKind::Service(service)) => match &service.action {
            enums::MessageAction::ChatEditPhoto(_) => Kind::ChatPhoto,
            enums::MessageAction::PhoneCall(call) => {
                let missed = matches!(call.reason, Some(enums::PhoneCallDiscardReason::Missed));
                Kind::Call { missed }
            }
            _ => Kind::Other,
        },
    }
}

fn of_media(media: &enums::MessageMedia) -> Kind {
    use enums::MessageMedia as Media;
    match media {
        Media::Photo(_) => Kind::Photo,
        Media::Document(document) => of_document(document),
        Media::Geo(_) | Media::GeoLive(_) | Media::Venue(_) => Kind::Geo,
        Media::Contact(_) => Kind::Contact,
        Media::Poll(_) => Kind::Poll,
        Media::WebPage(_) => Kind::Words,
        _ => Kind::Other,
    }
}

fn of_document(media: &types::MessageMediaDocument) -> Kind {
    use enums::DocumentAttribute as Attribute;
    let Some(enums::Document::Document(document)) = &media.document else {
        return Kind::Other;
    };
    let mut kind = Kind::Document;
    for attribute in &document.attributes {
        match attribute {
            Attribute::Sticker(_) => return Kind::Other,
            Attribute::Animated => return Kind::Gif,
            Attribute::Video(video) if video.round_message => kind = Kind::Round,
            Attribute::Video(_) => kind = Kind::Video,
            Attribute::Audio(audio) if audio.voice => kind = Kind::Voice,
            Attribute::Audio(_) => kind = Kind::Music,
            _ => {}
        }
    }
    kind
}

fn body_of(message: &Message) -> Option<&types::Message> {
    message.body.as_deref().and_then(Body::message)
}

fn has_link(message: &Message) -> bool {
    message.entities.iter().any(|entity| {
        matches!(
            entity,
            enums::MessageEntity::Url(_) | enums::MessageEntity::TextUrl(_)
        )
    })
}

fn mentions(message: &Message, me: i64) -> bool {
    message.entities.iter().any(
        |entity| matches!(entity, enums::MessageEntity::MentionName(name) if name.user_id == me),
    ) || body_of(message).is_some_and(|body| body.mentioned)
}
