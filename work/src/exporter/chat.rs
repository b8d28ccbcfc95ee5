//! The dialog that is exported, as Telegram knows it.

use sesame_domain::account::Account;
use sesame_domain::ports::{ReadDialogs, ReadRecords};
use sesame_domain::reading::{HistoryFrom, HistoryQuery, PeerRecord, ReadError};
use sesame_domain::session::peer::PeerId;

use crate::meeting::meet;

/// A dialog, and how many messages it has as far as Telegram says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundChat {
    /// The dialog.
    pub chat: PeerRecord,
    /// How many messages it has.
    pub total: u32,
}

/// Looks a dialog up by its newest message. The session has met it then: what it takes
/// to name it to Telegram, the list of dialogs says.
///
/// # Errors
/// [`ReadError::PeerUnknown`] when it is not in the list; whatever else stops reading.
pub async fn find_chat(
    records: &dyn ReadRecords,
    dialogs: &dyn ReadDialogs,
    account: &Account,
    id: PeerId,
) -> Result<FoundChat, ReadError> {
    let query = HistoryQuery {
        dialog: id,
        from: HistoryFrom::Newest,
        limit: 1,
    };
    let page = match records.records(account, &query).await {
        Err(ReadError::PeerUnknown) => {
            meet(dialogs, account, id).await?;
            records.records(account, &query).await?
        }
        page => page?,
    };
    let met = page.peers.into_iter().find(|peer| peer.id == id);
    Ok(FoundChat {
        chat: met.unwrap_or_else(|| PeerRecord::nameless(id)),
        total: page.total,
    })
}
