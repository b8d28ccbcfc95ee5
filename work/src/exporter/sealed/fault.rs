//! What goes wrong with sealed exports, as an export's target tells it.

use std::io;

use sesame_domain::ports::ExportFilesError;

use crate::exporter::target::TargetError;

/// The export takes more room than is left of what the person may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the export takes more room than the person may have")]
pub struct OverQuota;

pub(super) fn unkept(error: ExportFilesError) -> TargetError {
    match error {
        ExportFilesError::Full(_) => TargetError::Full,
        ExportFilesError::Damaged => TargetError::Unknown(ExportFilesError::Damaged.to_string()),
        other => TargetError::Io(io::Error::other(other)),
    }
}

pub(super) fn over_quota() -> TargetError {
    TargetError::Io(io::Error::other(OverQuota))
}
