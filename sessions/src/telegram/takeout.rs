//! Exports of Telegram's: implements [`Takeouts`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use grammers_tl_types::{enums, functions};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::{InTakeout, Takeouts};
use sesame_domain::reading::{
    ReadError, TakeoutChats, TakeoutFiles, TakeoutId, TakeoutRefusal, TakeoutScope,
};
use sesame_domain::session::peer::PeerId;
use tokio::sync::OnceCell;

use crate::gate::CallPolicy;

use super::Reader;
use super::reading::Reading;

/// No file at Telegram is larger: the size that Telegram Desktop names where any is
/// wanted.
const LARGEST: i64 = 4_000 << 20;

/// The first and the last number of a range of messages.
pub(super) type Range = (i32, i32);

/// An export of Telegram's that is read in, and what is known of its ranges.
pub(super) struct Takeout {
    pub(super) id: i64,
    /// The ranges into which messages of private chats and groups are split.
    ranges: OnceCell<Vec<Range>>,
    /// How many messages a dialog has in each of them, as far as that was asked.
    counts: Mutex<HashMap<PeerId, Vec<u32>>>,
}

impl Takeout {
    fn of(id: TakeoutId) -> Self {
        Self {
            id: id.0,
            ranges: OnceCell::new(),
            counts: Mutex::default(),
        }
    }

    /// The ranges, asked for once.
    pub(super) async fn ranges(&self, reading: &Reading<'_>) -> Result<&[Range], ReadError> {
        let asked = async || {
            let ranges = reading
                .call(&functions::messages::GetSplitRanges {})
                .await?;
            let ranges = ranges.into_iter().map(|enums::MessageRange::Range(it)| {
                let (first, last) = (it.min_id, it.max_id);
                (first, last)
            });
            let mut ranges: Vec<Range> = ranges.collect();
            ranges.sort_unstable();
            if ranges.is_empty() {
                ranges.push((1, i32::MAX));
            }
            Ok::<_, ReadError>(ranges)
        };
        let ranges = self.ranges.get_or_try_init(asked).await?;
        Ok(ranges)
    }

    /// How many messages a dialog has in each range; `None`: that was not asked.
    pub(super) fn counts(&self, dialog: PeerId) -> Option<Vec<u32>> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&dialog).cloned()
    }

    /// Remembers how many there are.
    pub(super) fn note_counts(&self, dialog: PeerId, counts: Vec<u32>) {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(dialog, counts);
    }
}

#[async_trait]
impl Takeouts for Reader {
    async fn begin(&self, account: &Account, scope: &TakeoutScope) -> Result<TakeoutId, ReadError> {
        let reading = open(self, account).await?;
        let enums::account::Takeout::Takeout(begun) = reading.call(&request(scope)).await?;
        Ok(TakeoutId(begun.id))
    }

    async fn finish(
        &self,
        account: &Account,
        id: TakeoutId,
        is_done: bool,
    ) -> Result<(), ReadError> {
        let reader = self.in_takeout(id);
        let reading = open(&reader, account).await?;
        let request = functions::account::FinishTakeoutSession { success: is_done };
        match reading.call(&request).await {
            Ok(_) | Err(ReadError::Takeout(TakeoutRefusal::Over | TakeoutRefusal::Required)) => {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn inside(&self, id: TakeoutId) -> InTakeout {
        let reader = Arc::new(self.in_takeout(id));
        InTakeout {
            records: Arc::clone(&reader) as _,
            media: reader,
        }
    }
}

impl Reader {
    fn in_takeout(&self, id: TakeoutId) -> Self {
        Self {
            pool: Arc::clone(&self.pool),
            takeout: Some(Arc::new(Takeout::of(id))),
        }
    }
}

async fn open<'a>(reader: &'a Reader, account: &'a Account) -> Result<Reading<'a>, ReadError> {
    let purpose = AccessPurpose::ReadHistory;
    Reading::open(reader, account, &purpose, CallPolicy::BACKGROUND).await
}

fn request(scope: &TakeoutScope) -> functions::account::InitTakeoutSession {
    // One flag says both: with files there is always a size.
    let file_max_size = match scope.files {
        TakeoutFiles::None => None,
        TakeoutFiles::Any => Some(LARGEST),
        TakeoutFiles::UpTo(largest) => Some(i64::try_from(largest).unwrap_or(LARGEST)),
    };
    functions::account::InitTakeoutSession {
        contacts: false,
        message_users: scope.has(TakeoutChats::Private),
        message_chats: scope.has(TakeoutChats::Groups),
        message_megagroups: scope.has(TakeoutChats::Supergroups),
        message_channels: scope.has(TakeoutChats::Channels),
        files: file_max_size.is_some(),
        file_max_size,
    }
}
