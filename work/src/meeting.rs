//! Meeting a chat anew.

use sesame_domain::account::Account;
use sesame_domain::ports::ReadDialogs;
use sesame_domain::reading::{DialogFolder, DialogQuery, ReadError};
use sesame_domain::session::peer::PeerId;

/// How many dialogs are read at once.
const PAGE: u32 = 100;

/// Reads the list of dialogs until the session has met this one.
pub(crate) async fn meet(
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
