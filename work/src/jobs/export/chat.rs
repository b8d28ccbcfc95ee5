//! Which dialog is copied, as Telegram knows it.

use std::sync::Arc;

use sesame_domain::account::Account;
use sesame_domain::ports::ReadDialogs;
use sesame_domain::reading::PeerRecord;
use sesame_domain::session::peer::PeerId;

use super::stopped::{stopped, target_stopped};
use crate::exporter::{ExportPorts, ExportState, ExportStopped, ExportTarget, find_chat};
use crate::outcome::Stopped;
use crate::run::JobRun;

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
    let state = target.state().await.map_err(target_stopped)?;
    let state = state.and_then(|text| serde_json::from_str::<ExportState>(&text).ok());
    // Inside of the takeout that this job began, if it did.
    let takeout = state.as_ref().and_then(|state| state.takeout);
    let takeout = takeout.filter(|takeout| takeout.job == Some(run.job().id));
    let records = match takeout {
        Some(takeout) => ports.takeouts.inside(takeout.id).records,
        None => Arc::clone(&ports.records),
    };
    let found = find_chat(&*records, dialogs, account, dialog).await;
    let found = found.map_err(|error| stopped(run, ExportStopped::from(error)))?;
    if let Some(state) = state.filter(|state| state.chat.id == dialog) {
        return Ok(state.chat);
    }
    Ok(found.chat)
}
