//! Files in the schema's words.

use grammers_tl_types::{enums, types};

use crate::world::{MediaFile, MediaKind, wire};

/// The size class that photos are offered in.
const PHOTO_SIZE: &str = "x";

/// An attached file.
pub(super) fn media(media: &MediaFile) -> enums::MessageMedia {
    match media.file.kind {
        MediaKind::Document => enums::MessageMedia::Document(types::MessageMediaDocument {
            nopremium: false,
            spoiler: false,
            video: false,
            round: false,
            voice: false,
            document: Some(document(media)),
            alt_documents: None,
            video_cover: None,
            video_timestamp: None,
            ttl_seconds: None,
        }),
        MediaKind::Photo => enums::MessageMedia::Photo(types::MessageMediaPhoto {
            spoiler: false,
            live_photo: false,
            photo: Some(photo(media)),
            ttl_seconds: None,
            video: None,
        }),
    }
}

fn document(media: &MediaFile) -> enums::Document {
    let file_name = enums::DocumentAttribute::Filename(types::DocumentAttributeFilename {
        file_name: media.file.file_name.clone(),
    });
    enums::Document::Document(types::Document {
        id: media.id,
        access_hash: media.access_hash,
        file_reference: media.file_reference(),
        date: wire(media.date),
        mime_type: media.file.mime_type.clone(),
        size: size(media),
        thumbs: None,
        video_thumbs: None,
        dc_id: media.file.dc,
        attributes: vec![file_name],
    })
}

fn photo(media: &MediaFile) -> enums::Photo {
    let full = types::PhotoSize {
        r#type: PHOTO_SIZE.to_owned(),
        w: 800,
        h: 600,
        size: i32::try_from(media.file.content.len()).unwrap_or(i32::MAX),
    };
    enums::Photo::Photo(types::Photo {
        has_stickers: false,
        id: media.id,
        access_hash: media.access_hash,
        file_reference: media.file_reference(),
        date: wire(media.date),
        sizes: vec![enums::PhotoSize::Size(full)],
        video_sizes: None,
        dc_id: media.file.dc,
    })
}

fn size(media: &MediaFile) -> i64 {
    i64::try_from(media.file.content.len()).unwrap_or(i64::MAX)
}

/// The document of a custom emoji.
pub(crate) fn emoji_document(media: &MediaFile) -> enums::Document {
    let emoji = types::DocumentAttributeCustomEmoji {
        free: true,
        text_color: false,
        alt: "👍".to_owned(),
        stickerset: enums::InputStickerSet::Empty,
    };
    match document(media) {
        enums::Document::Document(mut shown) => {
            shown
                .attributes
                .insert(0, enums::DocumentAttribute::CustomEmoji(emoji));
            enums::Document::Document(shown)
        }
        empty @ enums::Document::Empty(_) => empty,
    }
}
