//! What an export remembers of itself.

use serde::{Deserialize, Serialize};
use sesame_domain::export::{ExportChoice, ExportMark};
use sesame_domain::reading::PeerRecord;

use super::stopped::ExportStopped;
use super::target::TargetError;

/// The version of the state's form.
pub const STATE_VERSION: u32 = 1;

/// What an export remembers of itself, beside its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportState {
    /// The version of this form.
    pub version: u32,
    /// The dialog.
    pub chat: PeerRecord,
    /// The account that exports it, by its id.
    pub me: i64,
    /// What was chosen.
    pub choice: ExportChoice,
    /// How far the messages were read.
    pub mark: ExportMark,
    /// How many segments of lines there are; the next one has this number.
    pub segments: u32,
    /// How many messages were kept.
    pub messages: u64,
    /// How many messages the dialog has, as far as Telegram says.
    pub total: u32,
}

impl ExportState {
    /// Nothing was read yet.
    pub fn new(chat: PeerRecord, me: i64, choice: ExportChoice) -> Self {
        Self {
            version: STATE_VERSION,
            chat,
            me,
            choice,
            mark: ExportMark::default(),
            segments: 0,
            messages: 0,
            total: 0,
        }
    }
}

/// What is there, if it is of this dialog and choice.
pub(super) fn going_on(
    text: &str,
    chat: &PeerRecord,
    me: i64,
    choice: &ExportChoice,
) -> Result<ExportState, ExportStopped> {
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
    }
    let unknown = |error: serde_json::Error| TargetError::Unknown(error.to_string());
    let Version { version } = serde_json::from_str(text).map_err(unknown)?;
    if version > STATE_VERSION {
        let newer = format!("a newer program wrote it (version {version})");
        return Err(TargetError::Unknown(newer).into());
    }
    let mut state: ExportState = serde_json::from_str(text).map_err(unknown)?;
    if state.chat.id != chat.id {
        return Err(ExportStopped::Another("it is of another dialog"));
    }
    if state.me != me {
        return Err(ExportStopped::Another("another account made it"));
    }
    if state.choice != *choice {
        return Err(ExportStopped::Another("something else was chosen for it"));
    }
    // By its id alone, nothing is known of it.
    if !chat.name().is_empty() {
        state.chat = chat.clone();
    }
    Ok(state)
}
