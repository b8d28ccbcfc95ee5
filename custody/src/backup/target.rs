//! Where backups are put: a folder, or a bucket that speaks S3.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutPayload};
use sesame_domain::time::Timestamp;

use super::digest::Digest;
use super::manifest_name::ManifestName;
use super::private_folder::make_private;
use super::{BackupError, MANIFESTS, PACKS};

/// No file of a backup is larger: whatever is, is not ours.
const MAX_BYTES: u64 = 512 << 20;

/// A place for backups.
#[derive(Clone)]
pub struct BackupTarget {
    store: Arc<dyn ObjectStore>,
    base: Path,
    /// For a folder: where it is, to keep its files from others.
    folder: Option<PathBuf>,
    place: String,
}

/// A file as a listing shows it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Its name, without the folder.
    pub(crate) name: String,
    /// How large it is.
    pub(crate) bytes: u64,
    /// When it was put there, by the clock of whoever keeps it.
    pub(super) modified: Timestamp,
}

impl BackupTarget {
    /// A place in a store. `folder` is where the store keeps its files, if it
    /// is a folder on this machine.
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        base: Path,
        folder: Option<PathBuf>,
        place: String,
    ) -> Self {
        Self {
            store,
            base,
            folder,
            place,
        }
    }

    /// Puts a file there, whole or not at all; one of that name is replaced.
    pub(crate) async fn put(&self, file: &str, bytes: Vec<u8>) -> Result<(), BackupError> {
        let path = self.path(file);
        let payload = PutPayload::from(bytes);
        self.store.put(&path, payload).await.map_err(trouble)?;
        self.keep_private(&path).await
    }

    /// The content of a file; `None`: there is none, or it cannot be ours.
    pub(crate) async fn get(&self, file: &str) -> Result<Option<Vec<u8>>, BackupError> {
        let got = match self.store.get(&self.path(file)).await {
            Ok(got) => got,
            Err(Error::NotFound { source, path }) => {
                let error = Error::NotFound { path, source };
                return if self.is_gone(&error) {
                    Err(nowhere(&error))
                } else {
                    Ok(None)
                };
            }
            Err(error) => return Err(trouble(error)),
        };
        if got.meta.size > MAX_BYTES {
            return Ok(Some(Vec::new()));
        }
        let bytes = got.bytes().await.map_err(trouble)?;
        Ok(Some(bytes.to_vec()))
    }

    /// Every file of a folder.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Stored>, BackupError> {
        let found = self.store.list(Some(&self.path(folder)));
        let files = found.map_ok(|meta| {
            let name = meta.location.filename().unwrap_or_default().to_owned();
            Stored {
                name,
                bytes: meta.size,
                modified: meta.last_modified,
            }
        });
        files.try_collect().await.map_err(trouble)
    }

    /// Removes a file; one that is not there is no error.
    pub(crate) async fn delete(&self, file: &str) -> Result<(), BackupError> {
        match self.store.delete(&self.path(file)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(trouble(error)),
        }
    }

    /// Makes a folder for this user alone, within a place that is a folder. A bucket
    /// has none.
    pub(crate) async fn make_folder(&self, folder: &str) -> Result<(), BackupError> {
        let Some(root) = &self.folder else {
            return Ok(());
        };
        let path = root.join(folder);
        let made = tokio::task::spawn_blocking(move || make_private(&path)).await;
        made.map_err(std::io::Error::other).flatten().map_err(io)
    }

    /// Removes a folder with all that is in it; one that is not there is no error.
    pub(crate) async fn remove_folder(&self, folder: &str) -> Result<(), BackupError> {
        if let Some(root) = &self.folder {
            return match tokio::fs::remove_dir_all(root.join(folder)).await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(io(error)),
                _ => Ok(()),
            };
        }
        let found = self.store.list(Some(&self.path(folder)));
        let found: Vec<_> = found.try_collect().await.map_err(trouble)?;
        for file in found {
            match self.store.delete(&file.location).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(trouble(error)),
            }
        }
        Ok(())
    }

    /// Removes what a put that was killed left half-written in a folder, and
    /// nothing else that someone put there. A bucket has no such files.
    pub(super) async fn sweep(&self, before: Timestamp) -> Result<(), BackupError> {
        let Some(root) = &self.folder else {
            return Ok(());
        };
        let before = SystemTime::from(before);
        for (part, is_ours) in [
            (PACKS, is_pack as fn(&str) -> bool),
            (MANIFESTS, is_manifest),
        ] {
            let mut files = tokio::fs::read_dir(root.join(part)).await.map_err(io)?;
            while let Some(file) = files.next_entry().await.map_err(io)? {
                let name = file.file_name();
                if !name.to_str().and_then(drafted).is_some_and(is_ours) {
                    continue;
                }
                let meta = file.metadata().await.map_err(io)?;
                if meta.is_file() && meta.modified().map_err(io)? < before {
                    tokio::fs::remove_file(file.path()).await.map_err(io)?;
                }
            }
        }
        Ok(())
    }

    /// Whether it is not the file that is missing, but the place.
    fn is_gone(&self, error: &Error) -> bool {
        match &self.folder {
            Some(folder) => !folder.exists(),
            None => error.to_string().contains("NoSuchBucket"),
        }
    }

    fn path(&self, file: &str) -> Path {
        file.split('/').fold(self.base.clone(), Path::join)
    }

    /// The folder is closed to others already; this keeps a file private that
    /// is moved out of it.
    async fn keep_private(&self, path: &Path) -> Result<(), BackupError> {
        #[cfg(unix)]
        if let Some(folder) = &self.folder {
            use std::os::unix::fs::PermissionsExt;
            let file = folder.join(path.as_ref());
            tokio::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
                .await
                .map_err(io)?;
        }
        Ok(())
    }
}

/// Of which file this is a draft: `LocalFileSystem` writes `name#1` and then
/// renames it.
fn drafted(draft: &str) -> Option<&str> {
    let (name, number) = draft.rsplit_once('#')?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number.then_some(name)
}

fn is_pack(name: &str) -> bool {
    name.parse::<Digest>().is_ok()
}

fn is_manifest(name: &str) -> bool {
    ManifestName::of_file(name).is_some()
}

impl fmt::Display for BackupTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

/// Not derived: a store's own `Debug` may show credentials.
impl fmt::Debug for BackupTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BackupTarget").field(&self.place).finish()
    }
}

fn io(error: std::io::Error) -> BackupError {
    let source = Box::new(error);
    trouble(Error::Generic {
        store: "folder",
        source,
    })
}

/// What an error of the store means for whoever runs Sesame.
fn trouble(error: Error) -> BackupError {
    if let Some(advice) = advice(&error) {
        return BackupError::Denied(Box::new(Advised { advice, error }));
    }
    let refused = refused_listing(&error);
    match &error {
        Error::NotFound { .. } => return nowhere(&error),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            return BackupError::Denied(Box::new(error));
        }
        _ if refused == Some(404) => return nowhere(&error),
        _ if refused.is_some() => return BackupError::Denied(Box::new(error)),
        _ => {}
    }
    match io_kind(&error) {
        Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            BackupError::Denied(Box::new(error))
        }
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            BackupError::Full(Box::new(error))
        }
        _ => BackupError::Unreachable(Box::new(error)),
    }
}

/// A refusal, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{advice} ({error})")]
struct Advised {
    advice: &'static str,
    #[source]
    error: Error,
}

/// What to do about a refusal that S3 has a name for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
fn advice(error: &Error) -> Option<&'static str> {
    const REGION: &str =
        "the bucket is in another region: set BACKUP_S3_REGION, or EXPORT_S3_REGION for exports";
    const CLOCK: &str = "the clock of this machine is wrong: run an NTP client";
    const EXPIRED: &str = "the session token has expired: give a new one";
    const ADVICE: [(&str, &str); 6] = [
        ("RequestTimeTooSkewed", CLOCK),
        ("PermanentRedirect", REGION),
        ("AuthorizationHeaderMalformed", REGION),
        // How `object_store` names a redirect that leads nowhere.
        ("redirect without LOCATION", REGION),
        ("ExpiredToken", EXPIRED),
        ("TokenRefreshRequired", EXPIRED),
    ];
    let text = error.to_string();
    let known = ADVICE.iter().find(|(name, _)| text.contains(name));
    known.map(|(_, advice)| *advice)
}

fn nowhere(error: &Error) -> BackupError {
    BackupError::Place(format!("there is no such bucket or folder ({error})"))
}

/// The status with which a bucket refused to be listed. `object_store` has a
/// type of its own for that but keeps it to itself, so its words must do.
fn refused_listing(error: &Error) -> Option<u16> {
    let Error::Generic { source, .. } = error else {
        return None;
    };
    let text = source.to_string();
    let (_, status) = text.split_once("status code: ")?;
    let status = status.split(' ').next()?.parse().ok()?;
    matches!(status, 401 | 403 | 404).then_some(status)
}

/// The system's error at the bottom of another, if there is one.
fn io_kind(error: &Error) -> Option<ErrorKind> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return Some(error.kind());
        }
        next = error.source();
    }
    None
}
