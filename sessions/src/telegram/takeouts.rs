//! Exports of Telegram's: implements [`Takeouts`].

use std::sync::Arc;

use async_trait::async_trait;
use grammers_tl_types::{enums, functions};
use sesame_domain::account::Account;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ports::{InTakeout, Takeouts};
use sesame_domain::reading::{
    ReadError, TakeoutChats, TakeoutFiles, TakeoutId, TakeoutRefusal, TakeoutScope,
};

use crate::gate::CallPolicy;

use super::Reader;
use super::open_takeout::OpenTakeout;
use super::reading::Reading;

/// No file at Telegram is larger: the size that Telegram Desktop names where any is
/// wanted.
const LARGEST: i64 = 4_000 << 20;

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
            takeout: Some(Arc::new(OpenTakeout::of(id))),
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
