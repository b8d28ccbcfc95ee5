//! Taking sessions over from another system.
//!
//! A session is stored only after Telegram said whose it is; until then, and
//! if anything fails, nothing changes here, and the session is left as it was:
//! it still belongs to the other system. Once it is stored, it belongs to
//! Sesame, and the other system must not use it any more: Telegram ends a
//! session that is used in two places (`AUTH_KEY_DUPLICATED`). Importing again
//! is safe: what is linked is not opened a second time.

mod claims;
mod error;
mod fernet;
mod importer;
mod item;
mod kind;
pub mod source;
mod telethon;
mod written;

pub use error::{ImportError, NotASession};
pub use fernet::{FernetKeyError, FernetKeys};
pub use importer::Importer;
pub use item::{ImportItem, ImportOutcome};
