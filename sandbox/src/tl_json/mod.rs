//! Objects of Telegram's schema as JSON: `{"_": "messageActionChatCreate", "title":
//! "Harbour", "users": [5000001]}`.
//!
//! `_` names the constructor, the other members are its fields. Flags that are
//! absent are false, lists empty, and what is optional is not there; everything
//! else has to be there, and nothing else may be. Bytes are base64, numbers may be
//! text, for readers to whom 64 bits are too many, and a text in place of an object
//! that has only a text is that: `"words"` is `{"_": "textPlain", "text": "words"}`.

mod drafts;
mod error;
mod files;
mod names;
mod read;

pub(crate) use drafts::{Manner, TlMessage, check_all, put_all};
pub use error::DraftError;
#[cfg(test)]
pub(crate) use names::variant_name;
