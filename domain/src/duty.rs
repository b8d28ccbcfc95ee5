//! What Sesame does by itself, again and again.

use crate::time::Timestamp;

/// Something that one node does for all, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Makes a new wrapping key when the active one is too old.
    RotateKey,
    /// Wraps data keys anew that are under older versions.
    Rewrap,
    /// Ties the strands of the audit together.
    Checkpoint,
    /// Removes entries of the audit that are older than its retention.
    PruneAudit,
    /// Makes a backup.
    Backup,
    /// Restores the newest backup into a scratch database.
    Rehearse,
    /// Ends sessions that the policy no longer keeps.
    Retention,
    /// Forgets used launch data, links and tokens whose time is over.
    Forget,
    /// Copies the key file to a safe place. Only an operator can do it.
    CopyKeys,
}

impl Duty {
    /// Every duty there is.
    pub const ALL: [Self; 9] = [
        Self::RotateKey,
        Self::Rewrap,
        Self::Checkpoint,
        Self::PruneAudit,
        Self::Backup,
        Self::Rehearse,
        Self::Retention,
        Self::Forget,
        Self::CopyKeys,
    ];

    /// The name in the database and in metrics; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RotateKey => "rotate_key",
            Self::Rewrap => "rewrap",
            Self::Checkpoint => "checkpoint",
            Self::PruneAudit => "prune_audit",
            Self::Backup => "backup",
            Self::Rehearse => "rehearse",
            Self::Retention => "retention",
            Self::Forget => "forget",
            Self::CopyKeys => "copy_keys",
        }
    }

    /// The duty with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == name)
    }
}

/// How a duty went lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyRecord {
    /// Which.
    pub duty: Duty,
    /// When it was begun last, by command or by itself.
    pub began_at: Timestamp,
    /// When it was last done without a failure.
    pub done_at: Option<Timestamp>,
    /// When it failed last.
    pub failed_at: Option<Timestamp>,
    /// How often it failed since it was last done.
    pub failures: u32,
    /// What came of it: of the last success, or why it failed since.
    pub report: String,
}
