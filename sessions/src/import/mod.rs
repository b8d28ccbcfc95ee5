//! Taking sessions over from another system.
//!
//! A session is stored only after Telegram said whose it is; until then, and
//! if anything fails, nothing changes here, and the session is left as it was:
//! it still belongs to the other system. Importing again is safe.

mod error;
mod fernet;
mod importer;
mod telethon;

pub use error::{ImportError, NotASession};
pub use fernet::{FernetKey, FernetKeyError};
pub use importer::{ImportItem, ImportOutcome, Importer};
