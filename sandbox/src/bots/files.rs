//! Files that a bot and its people sent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A file and what is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// With this the file can be fetched or sent again.
    pub file_id: String,
    /// The same for the same bytes.
    pub file_unique_id: String,
    /// Where `/file/bot<token>/` serves it.
    pub file_path: String,
    /// The name it was sent with.
    pub name: String,
    /// The kind of file.
    pub mime_type: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Bytes,
}

/// All files that were sent in the chats of one bot.
#[derive(Debug, Default)]
pub struct Files {
    by_id: RwLock<BTreeMap<String, Arc<StoredFile>>>,
    folder: Option<PathBuf>,
}

impl Files {
    /// Files that are kept in memory only.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Files that are also kept in a folder, with those that are there already.
    pub async fn in_folder(folder: PathBuf) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(&folder).await?;
        let mut by_id = BTreeMap::new();
        let mut entries = tokio::fs::read_dir(&folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let file = load(&path).await?;
                by_id.insert(file.file_id.clone(), Arc::new(file));
            }
        }
        Ok(Self {
            by_id: RwLock::new(by_id),
            folder: Some(folder),
        })
    }

    /// Those of another bot, which has sent none yet. They lie in a folder of
    /// their own beside these: an id is of use to one bot only.
    pub(super) fn of_new_bot(&self, id: i64) -> Self {
        Self {
            by_id: RwLock::default(),
            folder: self.folder_of(id),
        }
    }

    /// Those of another bot, with the ones that it has sent before.
    pub(super) async fn of_kept_bot(&self, id: i64) -> std::io::Result<Self> {
        match self.folder_of(id) {
            Some(folder) => Self::in_folder(folder).await,
            None => Ok(Self::in_memory()),
        }
    }

    fn folder_of(&self, bot: i64) -> Option<PathBuf> {
        let own = self.folder.as_ref()?;
        Some(own.join(bot.to_string()))
    }

    /// Keeps a file.
    pub async fn add(
        &self,
        folder: &str,
        name: &str,
        mime_type: &str,
        bytes: Bytes,
    ) -> std::io::Result<Arc<StoredFile>> {
        let count = self.read(BTreeMap::len);
        let id = format!(
            "BQACAg{}",
            URL_SAFE_NO_PAD.encode(crate::world::random_bytes::<30>())
        );
        let digest = Sha256::digest(&bytes);
        let unique = URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default());
        let ending = Path::new(name).extension().and_then(|e| e.to_str());
        let file = Arc::new(StoredFile {
            file_path: match ending {
                Some(ending) => format!("{folder}/file_{count}.{ending}"),
                None => format!("{folder}/file_{count}"),
            },
            file_id: id.clone(),
            file_unique_id: unique,
            name: name.to_owned(),
            mime_type: mime_type.to_owned(),
            bytes,
        });
        if let Some(folder) = &self.folder {
            save(folder, &file).await?;
        }
        self.by_id
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&file));
        Ok(file)
    }

    /// The file with this id.
    pub fn get(&self, file_id: &str) -> Option<Arc<StoredFile>> {
        self.read(|files| files.get(file_id).cloned())
    }

    /// The file that is served at this path.
    pub fn at_path(&self, path: &str) -> Option<Arc<StoredFile>> {
        self.read(|files| files.values().find(|file| file.file_path == path).cloned())
    }

    fn read<T>(&self, look: impl FnOnce(&BTreeMap<String, Arc<StoredFile>>) -> T) -> T {
        look(&self.by_id.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The bytes lie beside the description, under the same name.
async fn save(folder: &Path, file: &StoredFile) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(&file.file_id);
    tokio::fs::write(&path, &file.bytes).await?;
    let description = serde_json::to_vec(file)?;
    tokio::fs::write(path.with_extension("json"), description).await
}

async fn load(description: &Path) -> std::io::Result<StoredFile> {
    let mut file: StoredFile = serde_json::from_slice(&tokio::fs::read(description).await?)?;
    file.bytes = tokio::fs::read(description.with_extension(""))
        .await?
        .into();
    Ok(file)
}
