//! Reading files.

use async_trait::async_trait;

use crate::account::Account;
use crate::reading::{FilePart, ReadError, RemoteFile};

/// Reads files, part by part.
#[async_trait]
pub trait ReadMedia: Send + Sync {
    /// A part of a file; an empty one lies behind its end. A reference that
    /// expired is renewed from the message, in `file` too, so that the parts
    /// that follow use it.
    ///
    /// # Errors
    /// [`ReadError::FileReferenceExpired`] when the message has the file no
    /// longer; [`ReadError::FilePart`] for a part that there cannot be.
    async fn part(
        &self,
        account: &Account,
        file: &mut RemoteFile,
        offset: u64,
        length: u32,
    ) -> Result<FilePart, ReadError>;
}
