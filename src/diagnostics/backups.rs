//! Backups.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::{BackupState, Backups, BoxError, NewestBackup, Places};
use sesame_custody::backup;
use sesame_domain::audit::Actor;

use super::unusable;
use crate::config::Backup;
use crate::node::{Core, backups};

/// The place that these settings name.
pub(super) fn of(core: &Core, settings: &Backup) -> Places {
    let place = match backups::backups(core, settings, backups::At::Looking) {
        Ok(Some(backups)) => Ok(Some(Arc::new(Place(backups)) as Arc<dyn Backups>)),
        Ok(None) => Ok(None),
        Err(failure) => Err(unusable(&failure)),
    };
    Places {
        place,
        every: settings.every(),
        rehearse_every: settings.rehearse_every(),
    }
}

struct Place(backup::Backups);

#[async_trait]
impl Backups for Place {
    async fn newest(&self) -> Result<Option<NewestBackup>, BoxError> {
        let newest = self.0.newest(&Actor::system("doctor")).await?;
        Ok(newest.map(|it| NewestBackup {
            state: state(it.newest.state),
            age: it.newest.details.map(|details| details.age),
            file: it.newest.file,
            instead: it.instead.and_then(|it| it.details).map(|it| it.age),
        }))
    }
}

fn state(state: backup::BackupState) -> BackupState {
    match state {
        backup::BackupState::Whole => BackupState::Whole,
        backup::BackupState::Locked(keys) => BackupState::Locked(keys),
        backup::BackupState::Damaged(_) | backup::BackupState::Forged => BackupState::Broken,
    }
}
