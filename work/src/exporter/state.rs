//! What an export remembers of itself.

use serde::{Deserialize, Serialize};
use sesame_domain::export::{ExportChoice, ExportMark};
use sesame_domain::reading::PeerRecord;

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
