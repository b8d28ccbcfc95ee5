//! Where the files of an export lie and what they are called, as in Telegram
//! Desktop's: photos, voice messages and files that have no name are numbered from
//! the first message of the chat on, also those that were not fetched.

use std::collections::HashMap;

use sesame_domain::reading::FileKey;

use super::mime::ending;
use super::names::{Taken, safe_name};
use super::state::{FileBook, FileState, LeftOut};
use crate::export::schema::Tl;
use crate::export::zone::TimeZone;

/// A file that has its place in an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its path within the export, with `/`.
    pub path: String,
    /// Where its content is.
    pub source: Source,
}

/// Where the content of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Among the files that were fetched.
    Fetched(FileKey),
    /// In its message.
    Text(String),
}

/// A file as a message shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::export) struct Found {
    /// Where it lies, or why not.
    pub(in crate::export) place: Place,
    /// How many bytes it has, by Telegram.
    pub(in crate::export) size: i64,
    /// In pixels, both or none.
    pub(in crate::export) dimensions: Option<(i64, i64)>,
}

/// Where a file lies, or why not.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::export) enum Place {
    Path(String),
    LeftOut(LeftOut),
}

impl Default for Place {
    fn default() -> Self {
        Self::LeftOut(LeftOut::Gone)
    }
}

impl Place {
    /// The path, or the note in its place.
    pub(in crate::export) fn or_note(&self) -> &str {
        match self {
            Self::Path(path) => path,
            Self::LeftOut(why) => why.note(),
        }
    }
}

/// A document as a message shows it.
#[derive(Clone, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own in Telegram's schema"
)]
pub(in crate::export) struct FoundDocument {
    pub(in crate::export) file: Found,
    /// Its largest picture, if it has one.
    pub(in crate::export) thumbnail: Option<Found>,
    pub(in crate::export) name: String,
    pub(in crate::export) mime_type: String,
    pub(in crate::export) emoji: String,
    pub(in crate::export) performer: String,
    pub(in crate::export) title: String,
    pub(in crate::export) seconds: i64,
    is_sticker: bool,
    is_animated: bool,
    is_video: bool,
    is_round: bool,
    is_voice: bool,
    is_audio: bool,
}

impl FoundDocument {
    /// What Telegram Desktop calls its kind; of a plain one nothing.
    pub(in crate::export) fn media_type(&self) -> &'static str {
        let kinds = [
            (self.is_sticker, "sticker"),
            (self.is_round, "video_message"),
            (self.is_voice, "voice_message"),
            (self.is_animated, "animation"),
            (self.is_video, "video_file"),
            (self.is_audio, "audio_file"),
        ];
        let kind = kinds.iter().find(|(is, _)| *is);
        kind.map_or("", |(_, name)| *name)
    }

    /// Looked for in another order than its kind.
    fn folder(&self) -> &'static str {
        let folders = [
            (self.is_video, "video_files/"),
            (self.is_animated, "animations/"),
            (self.is_sticker, "stickers/"),
            (self.is_voice, "voice_messages/"),
            (self.is_round, "round_video_messages/"),
        ];
        let folder = folders.iter().find(|(is, _)| *is);
        folder.map_or("files/", |(_, name)| *name)
    }

    fn describe(&mut self, attribute: Tl<'_>) {
        match attribute.name() {
            "documentAttributeImageSize" => self.file.dimensions = dimensions(attribute),
            "documentAttributeAnimated" => self.is_animated = true,
            "documentAttributeSticker" | "documentAttributeCustomEmoji" => {
                self.is_sticker = true;
                attribute.text("alt").clone_into(&mut self.emoji);
            }
            "documentAttributeVideo" => {
                if attribute.flag("round_message") {
                    self.is_round = true;
                } else {
                    self.is_video = true;
                }
                self.file.dimensions = dimensions(attribute);
                self.seconds = whole(attribute.float("duration"));
            }
            "documentAttributeAudio" => {
                if attribute.flag("voice") {
                    self.is_voice = true;
                } else {
                    self.is_audio = true;
                }
                attribute.text("performer").clone_into(&mut self.performer);
                attribute.text("title").clone_into(&mut self.title);
                self.seconds = attribute.int("duration");
            }
            "documentAttributeFilename" => attribute.text("file_name").clone_into(&mut self.name),
            _ => {}
        }
    }
}

/// The folders of an export, and what was put into them.
#[derive(Debug, Default)]
pub(in crate::export) struct Shelves {
    photos: u32,
    voices: u32,
    videos: u32,
    files: u32,
    contacts: u32,
    taken: Taken,
    paths: HashMap<FileKey, String>,
    new: Vec<Named>,
    left_out: Vec<(FileKey, LeftOut)>,
}

impl Shelves {
    /// The files that got their place since this was asked last.
    pub(in crate::export) fn take_new(&mut self) -> Vec<Named> {
        std::mem::take(&mut self.new)
    }

    /// The files that were found not to be there since this was asked last.
    pub(in crate::export) fn take_left_out(&mut self) -> Vec<(FileKey, LeftOut)> {
        std::mem::take(&mut self.left_out)
    }

    /// A photo; one that is gone from its message has no number.
    pub(in crate::export) fn photo(
        &mut self,
        book: &dyn FileBook,
        photo: Tl<'_>,
        date: &str,
    ) -> Found {
        if !photo.is_there() {
            return Found::default();
        }
        self.photos += 1;
        let Some((size, shown)) = largest(photo.list("sizes")) else {
            return Found::default();
        };
        let name = format!("photo_{}{date}.jpg", self.photos);
        Found {
            place: self.place(book, FileKey::Photo(photo.int("id")), "photos/", &name),
            size,
            dimensions: shown,
        }
    }

    /// A document and its picture.
    pub(in crate::export) fn document(
        &mut self,
        book: &dyn FileBook,
        document: Tl<'_>,
        date: &str,
    ) -> FoundDocument {
        let mut found = FoundDocument::default();
        if document.name() != "document" {
            return found;
        }
        document.text("mime_type").clone_into(&mut found.mime_type);
        for attribute in document.list("attributes") {
            found.describe(attribute);
        }
        found.file.size = document.int("size");
        let (id, folder) = (document.int("id"), found.folder());
        let name = safe_name(&self.name_of(&found, date));
        found.file.place = self.place(book, FileKey::Document(id), folder, &name);
        if let Some((size, shown)) = largest(document.list("thumbs"))
            && shown.is_some()
        {
            let name = safe_name(&format!("{name}_thumb.jpg"));
            found.thumbnail = Some(Found {
                place: self.place(book, FileKey::Thumbnail(id), folder, &name),
                size,
                dimensions: shown,
            });
        }
        found
    }

    /// A card with someone's name and number, which is in the message itself.
    pub(in crate::export) fn contact(&mut self, card: &str) -> String {
        self.contacts += 1;
        let name = format!("contact_{}.vcard", self.contacts);
        let path = self.taken.take("contacts/", &name);
        self.new.push(Named {
            path: path.clone(),
            source: Source::Text(card.to_owned()),
        });
        path
    }

    fn name_of(&mut self, document: &FoundDocument, date: &str) -> String {
        if !document.name.is_empty() {
            return document.name.clone();
        }
        let ending = ending(&document.mime_type);
        if document.is_voice {
            self.voices += 1;
            let is_mp3 = document.mime_type.eq_ignore_ascii_case("audio/mp3");
            let ending = if is_mp3 { ".mp3" } else { ".ogg" };
            format!("audio_{}{date}{ending}", self.voices)
        } else if document.is_video {
            self.videos += 1;
            format!("video_{}{date}{}", self.videos, ending.unwrap_or(".mov"))
        } else {
            self.files += 1;
            format!("file_{}{date}{}", self.files, ending.unwrap_or(".unknown"))
        }
    }

    /// The same file has one place, wherever it is shown.
    fn place(&mut self, book: &dyn FileBook, key: FileKey, folder: &str, name: &str) -> Place {
        if let Some(path) = self.paths.get(&key) {
            return Place::Path(path.clone());
        }
        match book.state(key) {
            FileState::LeftOut(why) => {
                self.left_out.push((key, why));
                Place::LeftOut(why)
            }
            FileState::Kept(_) => {
                let path = self.taken.take(folder, name);
                self.paths.insert(key, path.clone());
                self.new.push(Named {
                    path: path.clone(),
                    source: Source::Fetched(key),
                });
                Place::Path(path)
            }
        }
    }
}

/// How a message's moment stands in the names of its files; nothing, if it has
/// none.
pub(in crate::export) fn date_part(zone: &TimeZone, at: i64) -> String {
    if at == 0 {
        String::new()
    } else {
        format!("@{}", zone.in_a_name(at))
    }
}

/// How large a picture is.
type Dimensions = Option<(i64, i64)>;

/// The size with the most pixels: its bytes, and how large it is. Those that are
/// no pictures in themselves never are.
fn largest<'a>(sizes: impl Iterator<Item = Tl<'a>>) -> Option<(i64, Dimensions)> {
    let mut best: Option<(i64, i64, Dimensions)> = None;
    for size in sizes {
        let bytes = match size.name() {
            "photoSize" => size.int("size"),
            "photoSizeProgressive" => match size.ints("sizes").last() {
                Some(bytes) => bytes,
                None => continue,
            },
            "photoCachedSize" => i64::try_from(size.bytes("bytes").len()).unwrap_or(0),
            _ => continue,
        };
        let area = size.int("w").saturating_mul(size.int("h"));
        if best.is_none_or(|(most, ..)| area > most) {
            best = Some((area, bytes, dimensions(size)));
        }
    }
    best.map(|(_, bytes, shown)| (bytes, shown))
}

fn dimensions(of: Tl<'_>) -> Dimensions {
    let (width, height) = (of.int("w"), of.int("h"));
    (width > 0 && height > 0).then_some((width, height))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "it saturates, and no video lasts that long"
)]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}
