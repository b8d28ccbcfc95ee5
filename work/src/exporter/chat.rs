//! The dialog that is exported, as Telegram knows it.

use sesame_domain::account::Account;
use sesame_domain::ports::{ReadDialogs, ReadRecords};
use sesame_domain::reading::{
    DialogFolder, DialogQuery, HistoryFrom, HistoryQuery, PeerRecord, ReadError,
};
use sesame_domain::session::peer::PeerId;

/// How many dialogs are looked at with a call.
const PAGE: u32 = 100;

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

/// Reads the list of dialogs until the session has met this one.
pub(super) async fn meet(
    dialogs: &dyn ReadDialogs,
    account: &Account,
    id: PeerId,
) -> Result<(), ReadError> {
    for folder in [DialogFolder::Main, DialogFolder::Archive] {
        let mut after = None;
        loop {
            let query = DialogQuery {
                folder,
                kinds: Vec::new(),
                after,
                limit: PAGE,
            };
            let page = dialogs.dialogs(account, &query).await?;
            if page.dialogs.iter().any(|dialog| dialog.peer.id == id) {
                return Ok(());
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Err(ReadError::PeerUnknown)
}
