//! The place of exports, as who only looks sees it.

use sesame_domain::ports::ExportFilesError;

use super::error::trouble;
use crate::backup::{BackupTarget, S3Settings};

/// What is put there and removed again. No export has such a name.
const TRIAL: &str = "trial";
const FILE: &str = "trial/0";

/// The place of exports, without their keys.
#[derive(Debug)]
pub struct ExportPlace(BackupTarget);

impl ExportPlace {
    /// The place at this address, which must be there.
    ///
    /// # Errors
    /// When there is no such place, or there can be none.
    pub fn existing(address: &str, s3: Option<S3Settings>) -> Result<Self, ExportFilesError> {
        BackupTarget::open_existing(address, s3)
            .map(Self)
            .map_err(trouble)
    }

    /// Puts something there, lists it, reads it and removes it: all that exports need.
    ///
    /// # Errors
    /// When one of it does not work.
    pub async fn try_out(&self) -> Result<(), ExportFilesError> {
        let tried = self.try_each().await;
        // Whatever did not work, nothing is left there if that can be.
        let removed = self.0.remove_folder(TRIAL).await.map_err(trouble);
        tried.and(removed)
    }

    async fn try_each(&self) -> Result<(), ExportFilesError> {
        let contents = b"Sesame looks whether exports can be kept here".to_vec();
        self.0.list(TRIAL).await.map_err(trouble)?;
        self.0.make_folder(TRIAL).await.map_err(trouble)?;
        self.0.put(FILE, contents).await.map_err(trouble)?;
        // Another node may look at the same time, and have removed it.
        self.0.get(FILE).await.map_err(trouble)?;
        Ok(())
    }
}
