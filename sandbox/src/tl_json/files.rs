//! Files that messages bring along: a photo or a document whose `file` says what
//! is in it, in place of the ids of one that is there.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::error::DraftError;
use crate::world::{Content, MediaFile, MediaKind, NewFile, NewMedia, Thumbnail, World, wire};

/// The largest file that is made up.
const MAX_FILE: u64 = 4 * 1024 * 1024 * 1024;
/// The sizes that photos are offered in, with their longer side.
///
/// Source: core.telegram.org/api/files#image-thumbnail-types.
const SIZES: [(&str, u16); 3] = [("m", 320), ("x", 800), ("y", 1280)];

/// What is in a file of a photo or document.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileSpec {
    /// How other places of these messages name its id: `"$file:NAME"`.
    name: Option<String>,
    /// A document's MIME type; `application/octet-stream` if absent.
    mime_type: Option<String>,
    /// A document's content, in base64.
    content: Option<String>,
    /// A document's size in bytes, for content that follows from its seed.
    size: Option<u64>,
    /// A photo's pixels across, up to 1280.
    width: Option<u16>,
    /// A photo's pixels down, up to 1280.
    height: Option<u16>,
    /// What made-up content follows from; the name if absent.
    seed: Option<u64>,
    /// The data centre that keeps it; 1 if absent.
    dc: Option<i32>,
    /// Whether there is a picture of what a document looks like.
    #[serde(default)]
    thumbnail: bool,
    /// Whether it is kept by a CDN for clients that can take it from there.
    #[serde(default)]
    cdn: bool,
}

/// Where and when files are made, and what their ids follow from.
#[derive(Clone, Copy)]
pub(super) struct Making<'w> {
    pub(super) world: &'w World,
    pub(super) date: i64,
    pub(super) salt: u64,
}

/// A file that was made, with its name.
pub(super) type Named = (Option<String>, Arc<MediaFile>);

impl Making<'_> {
    /// Makes the files that stand anywhere in a value, and puts what messages say
    /// of them in their place.
    pub(super) fn replace(
        self,
        value: &mut Value,
        made: &mut Vec<Named>,
    ) -> Result<(), DraftError> {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.replace(item, made)?;
                }
            }
            Value::Object(object) => {
                for value in object.values_mut() {
                    self.replace(value, made)?;
                }
                let kind = match object.get("_").and_then(Value::as_str) {
                    Some("photo") => MediaKind::Photo,
                    Some("document") => MediaKind::Document,
                    _ => return Ok(()),
                };
                if let Some(spec) = object.remove("file") {
                    let spec = serde_json::from_value(spec)
                        .map_err(|error| DraftError::new(format!("file: {error}")))?;
                    made.push(self.make(kind, spec, object)?);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(())
    }

    fn make(
        self,
        kind: MediaKind,
        spec: FileSpec,
        object: &mut Map<String, Value>,
    ) -> Result<Named, DraftError> {
        let name = spec.name.clone();
        let named = name.as_deref().unwrap_or_default();
        let seed = spec.seed.unwrap_or_else(|| hashed(named.as_bytes()));
        let (dc, cdn) = (spec.dc.unwrap_or(1), spec.cdn);
        let (content, thumbnails, mime_type) = match kind {
            MediaKind::Photo => photo(&spec, seed)?,
            MediaKind::Document => document(spec, seed)?,
        };
        let id = name.as_ref().map(|name| {
            let id = hashed(name.as_bytes()) ^ self.salt;
            (id & i64::MAX.cast_unsigned()).cast_signed()
        });
        let file = NewFile {
            // The same file for the same name in the same chat, if it is free.
            id: id.filter(|id| self.world.chats().file(*id).is_none()),
            media: NewMedia {
                kind,
                file_name: named.to_owned(),
                mime_type,
                content,
                dc,
            },
            thumbnails,
            cdn,
        };
        let file = self.world.chats().keep(file, self.date);
        describe(&file, object);
        Ok((name, file))
    }
}

/// What a message says of a file.
fn describe(file: &MediaFile, object: &mut Map<String, Value>) {
    let sizes: Vec<Value> = file.thumbnails.iter().map(size).collect();
    let mut say = |key: &str, value: Value| {
        object.entry(key.to_owned()).or_insert(value);
    };
    say("id", json!(file.id));
    say("access_hash", json!(file.access_hash));
    say(
        "file_reference",
        json!(STANDARD.encode(file.file_reference())),
    );
    say("date", json!(wire(file.date)));
    say("dc_id", json!(file.file.dc));
    match file.file.kind {
        MediaKind::Photo => say("sizes", Value::Array(sizes)),
        MediaKind::Document => {
            say("mime_type", json!(file.file.mime_type));
            say("size", json!(file.file.content.len()));
            if !sizes.is_empty() {
                say("thumbs", Value::Array(sizes));
            }
        }
    }
}

fn size(thumbnail: &Thumbnail) -> Value {
    json!({
        "_": "photoSize",
        "type": thumbnail.kind,
        "w": thumbnail.width,
        "h": thumbnail.height,
        "size": thumbnail.content.len(),
    })
}

type Made = (Content, Vec<Thumbnail>, String);

fn photo(spec: &FileSpec, seed: u64) -> Result<Made, DraftError> {
    let refused = || DraftError::new("file: a photo has a width and a height from 1 to 1280");
    let side = |pixels: Option<u16>| pixels.filter(|it| (1..=1280).contains(it));
    let (Some(width), Some(height)) = (side(spec.width), side(spec.height)) else {
        return Err(refused());
    };
    if spec.size.is_some() || spec.content.is_some() || spec.thumbnail {
        return Err(refused());
    }
    let longer = width.max(height);
    let smaller = SIZES.iter().filter(|(_, side)| *side < longer);
    let own = SIZES.iter().find(|(_, side)| *side >= longer);
    let sizes = smaller.chain(own).map(|(kind, side)| {
        let scaled = |pixels: u16| {
            let scaled = u32::from(pixels) * u32::from((*side).min(longer)) / u32::from(longer);
            u16::try_from(scaled).unwrap_or(u16::MAX).max(1)
        };
        thumbnail(kind, scaled(width), scaled(height), seed)
    });
    let sizes: Vec<_> = sizes.collect();
    let whole = sizes.last().map(|it| it.content.clone());
    Ok((whole.ok_or_else(refused)?, sizes, "image/jpeg".to_owned()))
}

fn document(spec: FileSpec, seed: u64) -> Result<Made, DraftError> {
    let refused = |reason: &str| DraftError::new(format!("file: {reason}"));
    if spec.width.is_some() || spec.height.is_some() {
        return Err(refused("only a photo has a width and a height"));
    }
    let content = match (spec.content, spec.size) {
        (Some(content), None) => {
            let bytes = STANDARD.decode(content);
            Content::from(bytes.map_err(|_| refused("the content is not base64"))?)
        }
        (None, Some(size)) if size <= MAX_FILE => Content::Seeded { seed, size },
        (None, Some(_)) => return Err(refused("it is too large")),
        _ => return Err(refused("a document has either content or size")),
    };
    let mime_type = spec.mime_type;
    let mime_type = mime_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let thumbnails = spec.thumbnail.then(|| thumbnail("m", 320, 240, seed));
    Ok((content, thumbnails.into_iter().collect(), mime_type))
}

fn thumbnail(kind: &str, width: u16, height: u16, seed: u64) -> Thumbnail {
    Thumbnail {
        kind: kind.to_owned(),
        width: i32::from(width),
        height: i32::from(height),
        content: Content::picture(width, height, seed),
    }
}

/// FNV-1a: a number for a name, the same everywhere.
fn hashed(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
