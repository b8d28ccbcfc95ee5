//! What an export remembers of itself.

use serde::{Deserialize, Serialize};
use sesame_domain::export::{ExportChoice, ExportMark};
use sesame_domain::ids::JobId;
use sesame_domain::reading::{PeerRecord, TakeoutId};
use sesame_domain::time::Timestamp;

use super::revisions::RevisedSegments;
use super::stopped::ExportStopped;
use super::target::TargetError;

/// The version of the state's form, of what this program can go on with.
pub const STATE_VERSION: u32 = 3;
/// The version as long as there are no later lines of messages: earlier programs go
/// on with it, too.
const FIRST_VERSION: u32 = 1;
/// The version of one with later lines, which earlier programs would take for others.
pub(super) const REVISED_VERSION: u32 = 2;
/// The version of one with an earlier group, whose messages earlier programs do not read.
pub(super) const EARLIER_VERSION: u32 = 3;

/// A takeout that an export reads in, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTakeout {
    /// Which.
    pub id: TakeoutId,
    /// The job that began it; `None`: none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
}

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
    /// The group that the supergroup was before; its messages come first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierGroup>,
    /// How many segments of lines there are; the next one has this number.
    pub segments: u32,
    /// Which of the segments hold later lines of messages that were kept before: what
    /// was edited or deleted since.
    #[serde(default, skip_serializing_if = "RevisedSegments::is_empty")]
    pub revised: RevisedSegments,
    /// Whether the dialog was read to its end once. Programs before it was noted looked
    /// for nothing that was changed.
    #[serde(default = "read_to_its_end")]
    pub finished: bool,
    /// How far this run has looked back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// How many messages were kept.
    pub messages: u64,
    /// How many messages the dialog has, as far as Telegram says.
    pub total: u32,
    /// The takeout of Telegram's that it reads in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeout: Option<OpenTakeout>,
}

/// The group that a supergroup was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierGroup {
    /// Its id.
    pub group: i64,
    /// How far its messages were read, by their own numbers.
    pub mark: ExportMark,
    /// How many it has, as far as Telegram says.
    pub total: u32,
    /// Whether it was read to its end: nothing is said there any more.
    pub is_over: bool,
    /// Whether the account may not read it.
    #[serde(default)]
    pub is_closed: bool,
}

/// A look back that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// How many days it goes back.
    pub days: u16,
    /// From which moment on messages are looked at, in seconds since 1970.
    pub since: i64,
    /// When it was begun: when what it finds was noticed.
    pub noticed: Timestamp,
    /// The next segment that is looked at.
    pub next: u32,
    /// The first one that is not.
    pub until: u32,
}

fn read_to_its_end() -> bool {
    true
}

impl ExportState {
    /// Nothing was read yet.
    pub fn new(chat: PeerRecord, me: i64, choice: ExportChoice) -> Self {
        Self {
            version: FIRST_VERSION,
            chat,
            me,
            choice,
            mark: ExportMark::default(),
            earlier: None,
            segments: 0,
            revised: RevisedSegments::default(),
            finished: false,
            look: None,
            messages: 0,
            total: 0,
            takeout: None,
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

/// As it is kept.
pub(super) fn written(state: &ExportState) -> Result<String, ExportStopped> {
    serde_json::to_string(state).map_err(unwritable)
}

pub(super) fn unwritable(error: serde_json::Error) -> ExportStopped {
    TargetError::Io(error.into()).into()
}
