//! Exports in a folder, and what lies there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::ids::{ExportId, Owner, PersonId};
use sesame_domain::ports::{ExportFiles, ExportStore as _, PieceName};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;
use tempfile::TempDir;

use crate::backup::S3Settings;
use crate::exports::SealedExports;
use crate::tests::fakes::{Node, World, quick_node};

pub(super) fn access() -> Access {
    Access {
        actor: Actor::Owner,
        reason: AccessPurpose::SaveExport,
    }
}

pub(super) fn owner(person: i64) -> Owner {
    Owner {
        tenant: "default".parse().unwrap(),
        person: PersonId(person),
    }
}

pub(super) fn id() -> ExportId {
    ExportId::generate(
        &SystemEntropy,
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap(),
    )
}

pub(super) fn piece(file: &str, number: u64, is_last: bool) -> PieceName<'_> {
    PieceName {
        file,
        number,
        is_last,
    }
}

/// A place for exports, and whoever keeps their keys.
pub(super) struct Place {
    pub(super) exports: SealedExports,
    pub(super) node: Node,
    pub(super) world: Arc<World>,
}

impl Place {
    pub(super) async fn at(address: &str, s3: Option<S3Settings>) -> Self {
        let world = World::new();
        let node = quick_node(&world).await;
        let exports = SealedExports::open(
            address,
            s3,
            Arc::clone(&node.vault),
            Arc::new(SystemEntropy),
        );
        Self {
            exports: exports.unwrap(),
            node,
            world,
        }
    }

    pub(super) async fn folder() -> (TempDir, Self) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("exports");
        let place = Self::at(root.to_str().unwrap(), None).await;
        (folder, place)
    }

    /// A new export: its id, its sealed key, and its files.
    pub(super) async fn export(&self, person: i64) -> (ExportId, Sealed, Arc<dyn ExportFiles>) {
        let id = id();
        let owner = owner(person);
        let key = self.exports.new_key(&owner, id, &access()).await.unwrap();
        let files = self.exports.open(&owner, id, &key, &access()).await;
        (id, key, files.unwrap())
    }
}

/// All files below a folder, by name.
pub(super) fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
