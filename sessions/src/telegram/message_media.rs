//! What is attached to messages, in the domain's words.

use grammers_tl_types::{enums, types};
use sesame_domain::reading::{Degrees, FileKind, FileLocation, MediaFile, MediaKind, MessageMedia};

use super::reading::{at, count, schema_name};

/// What is attached; `None`: nothing is.
pub(super) fn media(given: &enums::MessageMedia) -> Option<MessageMedia> {
    use enums::MessageMedia as Given;
    Some(match given {
        Given::Empty => return None,
        Given::Photo(it) if it.ttl_seconds.is_some() => MessageMedia::SelfDestructing,
        Given::Document(it) if it.ttl_seconds.is_some() => MessageMedia::SelfDestructing,
        Given::Photo(it) => match &it.photo {
            Some(enums::Photo::Photo(photo)) => file_of_photo(photo, it.spoiler).map_or_else(
                || MessageMedia::Other(schema_name(given)),
                MessageMedia::File,
            ),
            _ => MessageMedia::Other(schema_name(given)),
        },
        Given::Document(it) => match &it.document {
            Some(enums::Document::Document(document)) => {
                MessageMedia::File(file_of_document(document, it.spoiler))
            }
            _ => MessageMedia::Other(schema_name(given)),
        },
        Given::WebPage(it) => web_page(&it.webpage),
        Given::Geo(it) => place(&it.geo, None).unwrap_or(MessageMedia::Other(schema_name(given))),
        Given::Venue(it) => place(&it.geo, Some((&it.title, &it.address)))
            .unwrap_or(MessageMedia::Other(schema_name(given))),
        Given::Contact(it) => MessageMedia::Contact {
            name: format!("{} {}", it.first_name, it.last_name)
                .trim()
                .to_owned(),
            phone: it.phone_number.clone(),
            user: Some(it.user_id).filter(|id| *id != 0),
        },
        Given::Dice(it) => MessageMedia::Dice {
            emoji: it.emoticon.clone(),
            value: it.value,
        },
        Given::Unsupported
        | Given::Game(_)
        | Given::Invoice(_)
        | Given::GeoLive(_)
        | Given::Poll(_)
        | Given::Story(_)
        | Given::Giveaway(_)
        | Given::GiveawayResults(_)
        | Given::PaidMedia(_)
        | Given::ToDo(_)
        | Given::VideoStream(_) => MessageMedia::Other(schema_name(given)),
    })
}

fn web_page(page: &enums::WebPage) -> MessageMedia {
    let (url, title) = match page {
        enums::WebPage::Page(it) => (Some(it.url.clone()), it.title.clone()),
        enums::WebPage::Pending(it) => (it.url.clone(), None),
        enums::WebPage::Empty(it) => (it.url.clone(), None),
        enums::WebPage::NotModified(_) => (None, None),
    };
    MessageMedia::WebPage { url, title }
}

fn place(point: &enums::GeoPoint, named: Option<(&str, &str)>) -> Option<MessageMedia> {
    let enums::GeoPoint::Point(point) = point else {
        return None;
    };
    Some(MessageMedia::Place {
        latitude: Degrees::from_f64(point.lat),
        longitude: Degrees::from_f64(point.long),
        title: named.map(|(title, _)| title.to_owned()),
        address: named.map(|(_, address)| address.to_owned()),
    })
}

/// A photo in its largest size; `None`: it has none that can be fetched.
pub(super) fn file_of_photo(photo: &types::Photo, is_spoiler: bool) -> Option<MediaFile> {
    let (size, width, height, bytes) = largest(&photo.sizes)?;
    Some(MediaFile {
        location: FileLocation {
            id: photo.id,
            kind: FileKind::Photo { size },
            access_hash: photo.access_hash,
            reference: photo.file_reference.clone(),
            dc: photo.dc_id,
        },
        kind: MediaKind::Photo,
        size: bytes,
        name: None,
        mime_type: "image/jpeg".to_owned(),
        at: at(photo.date),
        dimensions: Some((width, height)),
        seconds: None,
        emoji: None,
        is_spoiler,
    })
}

/// The size with the most pixels: its letter, width, height and bytes.
pub(super) fn largest(sizes: &[enums::PhotoSize]) -> Option<(String, i32, i32, u64)> {
    let sizes = sizes.iter().filter_map(|size| match size {
        enums::PhotoSize::Size(it) => Some((&it.r#type, it.w, it.h, it.size)),
        enums::PhotoSize::Progressive(it) => {
            Some((&it.r#type, it.w, it.h, *it.sizes.iter().max()?))
        }
        enums::PhotoSize::Empty(_)
        | enums::PhotoSize::PhotoCachedSize(_)
        | enums::PhotoSize::PhotoStrippedSize(_)
        | enums::PhotoSize::PhotoPathSize(_) => None,
    });
    let (letter, width, height, bytes) =
        sizes.max_by_key(|(_, w, h, bytes)| (i64::from(*w) * i64::from(*h), *bytes))?;
    Some((letter.clone(), width, height, count(bytes).into()))
}

/// A document, whatever it is.
pub(super) fn file_of_document(document: &types::Document, is_spoiler: bool) -> MediaFile {
    let mut file = MediaFile {
        location: FileLocation {
            id: document.id,
            kind: FileKind::Document,
            access_hash: document.access_hash,
            reference: document.file_reference.clone(),
            dc: document.dc_id,
        },
        kind: MediaKind::Document,
        size: document.size.try_into().unwrap_or(0),
        name: None,
        mime_type: document.mime_type.clone(),
        at: at(document.date),
        dimensions: None,
        seconds: None,
        emoji: None,
        is_spoiler,
    };
    for attribute in &document.attributes {
        describe(&mut file, attribute);
    }
    file
}

/// An animation is also a video, and a sticker may be one: what says more counts.
fn describe(file: &mut MediaFile, attribute: &enums::DocumentAttribute) {
    use enums::DocumentAttribute as Given;
    match attribute {
        Given::ImageSize(it) => file.dimensions = Some((it.w, it.h)),
        Given::Animated => file.kind = MediaKind::Animation,
        Given::Sticker(it) => {
            file.kind = MediaKind::Sticker;
            file.emoji = Some(it.alt.clone());
        }
        Given::CustomEmoji(it) => {
            file.kind = MediaKind::Sticker;
            file.emoji = Some(it.alt.clone());
        }
        Given::Video(it) => {
            file.dimensions = Some((it.w, it.h));
            file.seconds = Some(whole_seconds(it.duration));
            if file.kind == MediaKind::Document {
                file.kind = if it.round_message {
                    MediaKind::RoundVideo
                } else {
                    MediaKind::Video
                };
            }
        }
        Given::Audio(it) => {
            file.seconds = Some(count(it.duration));
            file.kind = if it.voice {
                MediaKind::Voice
            } else {
                MediaKind::Audio
            };
        }
        Given::Filename(it) => file.name = Some(it.file_name.clone()),
        Given::HasStickers => {}
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it saturates, and no video lasts that long"
)]
fn whole_seconds(seconds: f64) -> u32 {
    seconds.round() as u32
}
