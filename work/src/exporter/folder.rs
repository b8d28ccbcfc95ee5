//! An export in a folder of its own: plain files, for whoever runs the command line.
//!
//! Beside what people read (`result.json`, `messages.html`, `photos/`, …) it has a
//! folder `.sesame` with what the export goes on from: its state, segments of lines,
//! lists, and the files by their keys. Folders are 0700, files 0600.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use crc32fast::Hasher;
use sesame_domain::reading::FileKey;
use sha2::{Digest as _, Sha256};
use tokio::sync::RwLock;

use super::target::{ExportTarget, List, TargetError};
use crate::export::KeptFile;

/// The folder within the export's.
const OWN: &str = ".sesame";

/// An export in a folder of its own, which no one else writes to meanwhile.
#[derive(Clone, Debug)]
pub struct ExportFolder {
    root: PathBuf,
    /// Held as long as the folder is in use.
    _lock: Arc<File>,
    /// Held for reading by each write until it is through, also when nobody waits for it
    /// any more: what was begun on another thread does not end with its future.
    under_way: Arc<RwLock<()>>,
}

impl ExportFolder {
    /// Makes the folder, or takes one that has an export.
    ///
    /// # Errors
    /// [`TargetError::Busy`] when another process exports there;
    /// [`TargetError::Unknown`] when there is something else in it.
    pub fn open(root: &Path) -> Result<Self, TargetError> {
        let own = root.join(OWN);
        if !own.exists() && fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            let why = "the folder is not empty".to_owned();
            return Err(TargetError::Unknown(why));
        }
        for folder in ["", OWN, ".sesame/lines", ".sesame/files", ".sesame/parts"] {
            make_folder(&root.join(folder))?;
        }
        let lock = private(OpenOptions::new().write(true).create(true))
            .truncate(false)
            .open(own.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root: root.to_owned(),
                _lock: Arc::new(lock),
                under_way: Arc::default(),
            }),
            Err(fs::TryLockError::WouldBlock) => Err(TargetError::Busy),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Where the export lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A place within the export.
    pub(super) fn own(&self, path: &str) -> PathBuf {
        self.root.join(OWN).join(path)
    }

    /// Where a file's content lies.
    pub(super) fn file(&self, key: FileKey) -> PathBuf {
        self.own("files").join(key.to_string())
    }

    fn parts(&self, key: FileKey) -> PathBuf {
        self.own("parts").join(key.to_string())
    }

    pub(super) fn lines(&self, segment: u32) -> PathBuf {
        self.own("lines").join(format!("{segment:08}.jsonl"))
    }

    pub(super) fn list_path(&self, list: List) -> PathBuf {
        self.own(match list {
            List::Peers => "peers.jsonl",
            List::Emoji => "emoji.jsonl",
            List::Files => "files.jsonl",
            List::PhoneFormats => "phone_formats.jsonl",
        })
    }

    /// Does what takes a while where waiting is allowed.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, TargetError> {
        let folder = self.clone();
        let under_way = Arc::clone(&self.under_way).read_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _under_way = under_way;
            work(folder)
        });
        Ok(done.await.map_err(io::Error::other)??)
    }

    /// Waits for what a run that was given up still writes.
    async fn settle(&self) {
        drop(self.under_way.write().await);
    }
}

#[async_trait]
impl ExportTarget for ExportFolder {
    async fn state(&self) -> Result<Option<String>, TargetError> {
        self.settle().await;
        self.blocking(
            |folder| match fs::read_to_string(folder.own("state.json")) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        )
        .await
    }

    async fn keep_state(&self, state: String) -> Result<(), TargetError> {
        self.blocking(move |folder| replace(&folder.own("state.json"), state.as_bytes()))
            .await
    }

    async fn keep_lines(&self, segment: u32, lines: String) -> Result<(), TargetError> {
        self.blocking(move |folder| replace(&folder.lines(segment), lines.as_bytes()))
            .await
    }

    async fn kept_lines(&self, segment: u32) -> Result<String, TargetError> {
        self.blocking(move |folder| fs::read_to_string(folder.lines(segment)))
            .await
    }

    async fn list(&self, list: List) -> Result<Vec<String>, TargetError> {
        self.blocking(move |folder| {
            let path = folder.list_path(list);
            mend(&path)?;
            match File::open(path) {
                Ok(file) => BufReader::new(file).lines().collect(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn add(&self, list: List, lines: String) -> Result<(), TargetError> {
        self.blocking(move |folder| {
            let path = folder.list_path(list);
            let mut file = private(OpenOptions::new().append(true).create(true)).open(path)?;
            let before = file.metadata()?.len();
            let written = file
                .write_all(lines.as_bytes())
                .and_then(|()| file.sync_data());
            if written.is_err() {
                // Half a line would swallow the next one.
                let _ = file.set_len(before);
            }
            written
        })
        .await
    }

    async fn begun(&self, key: FileKey) -> Result<u64, TargetError> {
        self.blocking(move |folder| match fs::metadata(folder.parts(key)) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        })
        .await
    }

    async fn add_part(&self, key: FileKey, offset: u64, part: Vec<u8>) -> Result<(), TargetError> {
        self.blocking(move |folder| {
            let path = folder.parts(key);
            let mut file = private(OpenOptions::new().write(true).create(true))
                .truncate(false)
                .open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            let written = file.write_all(&part);
            if written.is_err() {
                let _ = file.set_len(offset);
            }
            written
        })
        .await
    }

    async fn finish(&self, key: FileKey) -> Result<KeptFile, TargetError> {
        self.blocking(move |folder| {
            let path = folder.parts(key);
            // A file of no bytes has no parts.
            let mut file =
                private(OpenOptions::new().read(true).append(true).create(true)).open(&path)?;
            file.sync_all()?;
            file.seek(SeekFrom::Start(0))?;
            let (mut digest, mut crc32, mut size) = (Sha256::new(), Hasher::new(), 0);
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let read = file.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                digest.update(&buffer[..read]);
                crc32.update(&buffer[..read]);
                size += read as u64;
            }
            let whole = folder.file(key);
            fs::rename(&path, &whole)?;
            sync_folder_of(&whole)?;
            Ok(KeptFile {
                size,
                sha256: digest.finalize().into(),
                crc32: crc32.finalize(),
            })
        })
        .await
    }

    async fn abandon(&self, key: FileKey) -> Result<(), TargetError> {
        self.blocking(move |folder| match fs::remove_file(folder.parts(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }
}

/// Removes what was cut off at the end of a list: it was never said to be kept, and
/// would run into the next line.
fn mend(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut end = file.metadata()?.len();
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        end -= 1;
    }
    file.set_len(end)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Writes a file beside its place, and puts it there once it is whole.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut anew = OpenOptions::new();
    let anew = private(anew.write(true).create(true).truncate(true));
    let written = anew.open(&draft).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    fs::rename(&draft, path)?;
    sync_folder_of(path)
}

/// What was renamed stays so when the machine stops.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures::FutureExt as _;
    use tokio::time::{Duration, timeout};

    use super::*;

    #[tokio::test]
    async fn a_run_begins_when_what_the_one_before_still_writes_is_through() {
        let root = tempfile::tempdir().unwrap();
        let folder = ExportFolder::open(root.path()).unwrap();
        let (may_write, waits) = mpsc::channel();
        let given_up = folder.blocking(move |folder| {
            let _ = waits.recv();
            replace(&folder.own("state.json"), b"late")
        });
        assert!(Box::pin(given_up).now_or_never().is_none());
        let mut next = Box::pin(folder.state());
        let early = timeout(Duration::from_millis(20), &mut next).await;
        assert!(early.is_err(), "{early:?}");
        may_write.send(()).unwrap();
        assert_eq!(next.await.unwrap().as_deref(), Some("late"));
    }
}
