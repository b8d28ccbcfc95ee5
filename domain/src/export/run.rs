//! How a run of an export goes.

use super::{ExportWay, LookBack};

/// How a run of an export goes: by which way it reads, and how far it looks back. It
/// changes nothing of what was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportRun {
    /// By which way it reads.
    pub way: ExportWay,
    /// How far back it looks for what was edited or deleted.
    pub look_back: LookBack,
}
