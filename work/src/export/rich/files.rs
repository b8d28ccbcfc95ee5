//! The files of a rich message, which its blocks name by their ids.

use std::collections::HashMap;

use crate::export::context::Context;
use crate::export::files::{Found, FoundDocument, LeftOut, Place};
use crate::export::json::{Json, Object};
use crate::export::media::put_kind;
use crate::export::schema::Tl;

/// The photos and documents of a rich message, by id.
pub(super) struct Attached {
    photos: HashMap<i64, Found>,
    documents: HashMap<i64, FoundDocument>,
}

/// The keys under which a photo is written.
pub(super) struct PhotoKeys(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

pub(super) const PHOTO: PhotoKeys = PhotoKeys(
    "photo",
    "photo_skip_reason",
    "photo_file_size",
    "width",
    "height",
);
pub(super) const POSTER: PhotoKeys = PhotoKeys(
    "poster_photo",
    "poster_photo_skip_reason",
    "poster_photo_file_size",
    "poster_photo_width",
    "poster_photo_height",
);
pub(super) const AUTHOR: PhotoKeys = PhotoKeys(
    "author_photo",
    "author_photo_skip_reason",
    "author_photo_file_size",
    "author_photo_width",
    "author_photo_height",
);
pub(super) const ARTICLE: PhotoKeys = PhotoKeys(
    "photo",
    "photo_skip_reason",
    "photo_file_size",
    "photo_width",
    "photo_height",
);

impl Attached {
    pub(super) fn of(cx: &mut Context<'_>, rich: Tl<'_>) -> Self {
        let photos = rich
            .list("photos")
            .map(|photo| (photo.int("id"), cx.photo(photo)));
        let photos = photos.collect();
        let documents = rich.list("documents");
        let documents = documents.map(|document| (document.int("id"), cx.document(document)));
        Self {
            photos,
            documents: documents.collect(),
        }
    }

    pub(super) fn put_photo(&self, object: &mut Object, id: i64, keys: &PhotoKeys) {
        let photo = self.photos.get(&id);
        put_place(object, photo.map(|photo| &photo.place), keys.0, keys.1);
        let Some(photo) = photo else { return };
        object.int(keys.2, photo.size);
        if let Some((width, height)) = photo.dimensions {
            object.int(keys.3, width);
            object.int(keys.4, height);
        }
    }

    pub(super) fn put_document(&self, object: &mut Object, id: i64, with_dimensions: bool) {
        let document = self.documents.get(&id);
        let place = document.map(|document| &document.file.place);
        put_place(object, place, "file", "file_skip_reason");
        let Some(document) = document else { return };
        object.text("file_name", &document.name);
        object.int("file_size", document.file.size);
        if let Some(thumbnail) = &document.thumbnail {
            let place = Some(&thumbnail.place);
            put_place(object, place, "thumbnail", "thumbnail_skip_reason");
            object.int("thumbnail_file_size", thumbnail.size);
        }
        put_kind(object, document);
        object.text("mime_type", &document.mime_type);
        object.int_if("duration_seconds", document.seconds);
        if let Some((width, height)) = document.file.dimensions.filter(|_| with_dimensions) {
            object.int("width", width);
            object.int("height", height);
        }
    }
}

fn put_place(
    object: &mut Object,
    place: Option<&Place>,
    key: &'static str,
    reason_key: &'static str,
) {
    match place {
        Some(Place::Path(path)) => object.put(key, Json::text(&**path)),
        Some(Place::LeftOut(why)) => object.put(reason_key, Json::text(why.reason())),
        None => object.put(reason_key, Json::text(LeftOut::Gone.reason())),
    }
}
