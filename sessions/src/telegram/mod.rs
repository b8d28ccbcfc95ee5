//! Reading with an account's session: the domain's reading ports over the live
//! sessions of the pool. Everything that Telegram says in its own words is put
//! into the domain's here.

mod answer;
mod channels;
mod counts;
mod dialogs;
mod entity;
mod error;
mod history;
mod media;
mod message;
mod message_media;
mod open_takeout;
mod pages;
mod peer_records;
mod peers;
mod phone_formats;
mod ranges;
mod reading;
mod record;
mod record_files;
mod records;
mod rich_messages;
mod rich_text;
mod schema_json;
mod takeouts;

use std::sync::Arc;

use crate::pool::Pool;

use self::open_takeout::OpenTakeout;

/// Reads with the sessions of linked accounts. Implements
/// [`sesame_domain::ports::ReadDialogs`], [`sesame_domain::ports::ReadHistory`],
/// [`sesame_domain::ports::ReadMedia`], [`sesame_domain::ports::ReadChannels`],
/// [`sesame_domain::ports::ReadRecords`], [`sesame_domain::ports::ReadCounts`] and
/// [`sesame_domain::ports::Takeouts`].
#[derive(Clone)]
pub struct Reader {
    pool: Arc<Pool>,
    /// The export of Telegram's that it reads in.
    takeout: Option<Arc<OpenTakeout>>,
}

impl Reader {
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        Self {
            pool,
            takeout: None,
        }
    }

    /// The layer of Telegram's schema in which it reads.
    pub fn layer(&self) -> i32 {
        grammers_tl_types::LAYER
    }
}
