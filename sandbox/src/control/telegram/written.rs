//! What is to be said in a chat, as it is asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::state::TelegramState;
use crate::world::{
    Content, ForwardedFrom, MediaKind, NewMedia, NewMessage, TextEntity, TextStyle,
};

/// The most messages that are made at once.
const MAX_MESSAGES: usize = 100_000;
/// The largest file that is made up.
const MAX_FILE: u64 = 4 * 1024 * 1024 * 1024;

/// Messages: how many, or what they say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Texts {
    /// So many, saying `Message 1` and so on.
    Count(usize),
    /// One for each text.
    Texts(Vec<Written>),
}

/// A message: its text, or more of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Written {
    /// What it says.
    Text(String),
    /// A message with formats, or from elsewhere.
    Message(RichText),
}

/// A message with formats, or from elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RichText {
    /// What it says.
    text: String,
    /// How parts of that are formatted.
    #[serde(default)]
    entities: Vec<Format>,
    /// From where it was forwarded.
    forward: Option<Forward>,
    /// The album that it is part of.
    album: Option<i64>,
    /// When it was sent, in seconds since 1970.
    date: Option<i64>,
    /// Who says it.
    from: Option<i64>,
}

/// How a part of a text is formatted; offsets count UTF-16 code units.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    /// What it is.
    #[serde(rename = "type")]
    kind: FormatKind,
    /// Where it begins.
    offset: i32,
    /// How long it is.
    length: i32,
    /// `text_url`: where it leads.
    url: Option<String>,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FormatKind {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// A link that is its own text.
    Url,
    /// A link under another text.
    TextUrl,
    /// `#tag`.
    Hashtag,
}

/// From where a message was forwarded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Forward {
    /// The channel.
    channel: i64,
    /// The post's number there.
    post: i32,
    /// When it was sent there, in seconds since 1970.
    date: i64,
}

/// A file to be sent, with its content or just a size.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What kind of file it is; `document` if absent.
    kind: Option<MediaKind>,
    /// Its name; made up if absent.
    file_name: Option<String>,
    /// Its MIME type.
    mime_type: Option<String>,
    /// Its content, in base64.
    content: Option<String>,
    /// Its size in bytes, for made-up content.
    size: Option<u64>,
    /// The text beside it.
    caption: Option<String>,
    /// The data centre that keeps it; 1 if absent.
    dc: Option<i32>,
}

/// What is to be said in a chat: texts first, then files.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// How many messages, or their texts.
    messages: Option<Texts>,
    /// Files, one in each further message.
    #[serde(default)]
    media: Vec<File>,
    /// Who says it; the chat's first member if absent.
    from: Option<i64>,
    /// When, in seconds since 1970; now if absent.
    date: Option<i64>,
}

impl Say {
    pub(super) fn new(messages: Option<Texts>, media: Vec<File>) -> Self {
        Self {
            messages,
            media,
            ..Self::default()
        }
    }

    /// The messages that this means.
    pub(super) fn read(self, state: &TelegramState) -> Result<Vec<NewMessage>, TelegramError> {
        let mut messages = match self.messages {
            None => Vec::new(),
            Some(Texts::Count(count)) if count > MAX_MESSAGES => return Err(too_much()),
            Some(Texts::Count(count)) => {
                (1..=count).map(|n| plain(format!("Message {n}"))).collect()
            }
            Some(Texts::Texts(texts)) => {
                let messages = texts.into_iter().map(Written::read);
                messages.collect::<Result<_, _>>()?
            }
        };
        for mut file in self.media {
            let mut message = plain(file.caption.take().unwrap_or_default());
            message.media = Some(file.read()?);
            messages.push(message);
        }
        for message in &mut messages {
            message.from = message.from.or(self.from);
            message.date = message.date.or(self.date);
            if let Some(from) = message.from {
                state.user(from)?;
            }
        }
        Ok(messages)
    }
}

fn plain(text: String) -> NewMessage {
    NewMessage {
        text,
        ..NewMessage::default()
    }
}

impl Written {
    fn read(self) -> Result<NewMessage, TelegramError> {
        let rich = match self {
            Self::Text(text) => return Ok(plain(text)),
            Self::Message(rich) => rich,
        };
        let length = i32::try_from(rich.text.encode_utf16().count()).unwrap_or(i32::MAX);
        let formats = rich.entities.into_iter();
        let formats = formats.map(|format| format.read(length));
        Ok(NewMessage {
            from: rich.from,
            date: rich.date,
            entities: formats.collect::<Result<_, _>>()?,
            forward: rich.forward.map(|from| ForwardedFrom {
                channel: from.channel,
                post: from.post,
                date: from.date,
            }),
            album: rich.album,
            ..plain(rich.text)
        })
    }
}

impl Format {
    /// The format, if it lies within a text of this length.
    fn read(self, text: i32) -> Result<TextEntity, TelegramError> {
        let end = self.offset.checked_add(self.length);
        if self.offset < 0 || self.length < 1 || end.is_none_or(|end| end > text) {
            return Err(TelegramError::bad_request("ENTITY_BOUNDS_INVALID"));
        }
        let style = match (self.kind, self.url) {
            (FormatKind::Bold, None) => TextStyle::Bold,
            (FormatKind::Italic, None) => TextStyle::Italic,
            (FormatKind::Url, None) => TextStyle::Url,
            (FormatKind::Hashtag, None) => TextStyle::Hashtag,
            (FormatKind::TextUrl, Some(url)) => TextStyle::TextUrl(url),
            _ => return Err(TelegramError::bad_request("ENTITIES_INVALID")),
        };
        Ok(TextEntity {
            offset: self.offset,
            length: self.length,
            style,
        })
    }
}

impl File {
    fn read(self) -> Result<NewMedia, TelegramError> {
        let kind = self.kind.unwrap_or(MediaKind::Document);
        let (name, mime) = match kind {
            MediaKind::Document => ("file.bin", "application/octet-stream"),
            MediaKind::Photo => ("photo.jpg", "image/jpeg"),
        };
        let content = match (self.content, self.size) {
            (Some(content), None) => STANDARD
                .decode(content)
                .map_err(|_| TelegramError::bad_request("MEDIA_INVALID"))?
                .into(),
            (None, Some(size)) if size > MAX_FILE => return Err(too_much()),
            (None, Some(size)) => Content::Counting(size),
            _ => return Err(TelegramError::bad_request("a file needs content or size")),
        };
        Ok(NewMedia {
            kind,
            file_name: self.file_name.unwrap_or_else(|| name.to_owned()),
            mime_type: self.mime_type.unwrap_or_else(|| mime.to_owned()),
            content,
            dc: self.dc.unwrap_or(1),
        })
    }
}

fn too_much() -> TelegramError {
    TelegramError::bad_request("LIMIT_INVALID")
}
