//! Which dialog is copied, as Telegram knows it.

use sesame_domain::account::Account;
use sesame_domain::ports::ReadDialogs;
use sesame_domain::reading::{
    DialogFolder, DialogQuery, HistoryFrom, HistoryQuery, PeerRecord, ReadError,
};
use sesame_domain::session::peer::PeerId;

use super::stopped::{stopped, target_stopped};
use crate::exporter::{ExportPorts, ExportState, ExportStopped, ExportTarget};
use crate::outcome::Stopped;
use crate::run::JobRun;

/// How many dialogs are looked at with a call.
const PAGE: u32 = 100;

/// The dialog: as it was noted when the copy was begun, or as Telegram says. The
/// session has met it then: one whose node was killed may have forgotten whom it met.
pub(super) async fn chat_of(
    run: &JobRun,
    ports: &ExportPorts,
    dialogs: &dyn ReadDialogs,
    account: &Account,
    dialog: PeerId,
    target: &dyn ExportTarget,
) -> Result<PeerRecord, Stopped> {
    let query = HistoryQuery {
        dialog,
        from: HistoryFrom::Newest,
        limit: 1,
    };
    let page = match ports.records.records(account, &query).await {
        Err(ReadError::PeerUnknown) => {
            let met = meet(dialogs, account, dialog).await;
            met.map_err(|error| stopped(run, ExportStopped::from(error)))?;
            ports.records.records(account, &query).await
        }
        page => page,
    };
    let page = page.map_err(|error| stopped(run, ExportStopped::from(error)))?;
    let state = target.state().await.map_err(target_stopped)?;
    let state = state.and_then(|text| serde_json::from_str::<ExportState>(&text).ok());
    if let Some(state) = state.filter(|state| state.chat.id == dialog) {
        return Ok(state.chat);
    }
    let met = page.peers.into_iter().find(|peer| peer.id == dialog);
    Ok(met.unwrap_or_else(|| PeerRecord::nameless(dialog)))
}

/// Reads the list of dialogs until the session has met this one.
async fn meet(dialogs: &dyn ReadDialogs, account: &Account, id: PeerId) -> Result<(), ReadError> {
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
