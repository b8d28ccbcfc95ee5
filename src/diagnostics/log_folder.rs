//! Where log files are.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::LogFolder;

use crate::config::Logs;
use crate::telemetry;

/// The folder of these settings.
pub(super) struct LogFolderOf(Logs);

impl LogFolderOf {
    /// The folder, if one is named.
    pub(super) fn of(logs: &Logs) -> Option<Arc<dyn LogFolder>> {
        logs.log_dir.as_ref()?;
        Some(Arc::new(Self(logs.clone())))
    }
}

#[async_trait]
impl LogFolder for LogFolderOf {
    async fn try_out(&self) -> Result<(), String> {
        match telemetry::try_log_dir(&self.0) {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(error.to_string()),
        }
    }
}
