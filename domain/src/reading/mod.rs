//! What is read of Telegram with an account's session: dialogs, their history,
//! media, and what changed in channels.
//!
//! In Sesame's words, not the protocol's. Nothing that Telegram says is dropped
//! in silence: a kind of media, entity or action that has no word here yet is
//! carried under the schema's own name (`Other`), so that whoever keeps it can
//! say what is missing.
//!
//! None of this is ever logged: `Debug` of what holds texts, names or access
//! hashes shows ids alone.

mod channel;
mod counting;
mod dialog;
mod dialog_kind;
mod entity;
mod error;
mod history;
mod media;
mod message;
mod peer_record;
mod phone_format;
mod profile;
mod record;
mod takeout;

pub use channel::{ChannelChange, ChannelDifference, ChannelNews};
pub use counting::RecordSearch;
pub use dialog::{
    Dialog, DialogCursor, DialogFolder, DialogPage, DialogQuery, LastMessage, NotACursor, PeerPhoto,
};
pub use dialog_kind::{DialogGroup, DialogKind};
pub use entity::{Entity, EntityKind};
pub use error::{Away, ReadError};
pub use history::{HistoryFrom, HistoryPage, HistoryQuery};
pub use media::{
    Degrees, FILE_PART_MAX, FileKey, FileKind, FileLocation, FilePart, MediaFile, MediaKind,
    MessageMedia, NotAFile, RemoteFile,
};
pub use message::{Content, Forward, Message, MessageFlags, Reply, Views};
pub use peer_record::{PeerMark, PeerRecord};
pub use phone_format::PhoneFormat;
pub use profile::PeerProfile;
pub use record::{AttachedFile, DocumentRecord, FileRole, MessageRecord, RecordFlags, RecordPage};
pub use takeout::{TakeoutChats, TakeoutFiles, TakeoutId, TakeoutRefusal, TakeoutScope};
