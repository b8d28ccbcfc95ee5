//! What an error of the place means for an export.

use sesame_domain::ports::ExportFilesError;

use crate::backup::BackupError;

/// The place is the same kind of place as that of backups.
pub(super) fn trouble(error: BackupError) -> ExportFilesError {
    match error {
        BackupError::Full(cause) => ExportFilesError::Full(cause),
        BackupError::Denied(cause) => ExportFilesError::Denied(cause),
        BackupError::Place(why) => ExportFilesError::Gone(why.into()),
        BackupError::Unreachable(cause) => ExportFilesError::Unreachable(cause),
        other => ExportFilesError::Unreachable(Box::new(other)),
    }
}
