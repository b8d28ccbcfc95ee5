//! A backup that was made, and is not there.

use sesame_domain::audit::{Action, AuditEntry, Outcome};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{AuditLog, StoreError};

use super::catalogue::Catalogue;
use super::id::BackupId;
use super::manifest_name::ManifestName;
use super::{Damage, Flaw, MANIFESTS};

/// How many entries of the audit are read at a time.
const PAGE: u32 = 200;

/// The newest backup, going by the audit, that is not there any more.
pub(super) struct Vanished {
    pub(super) id: BackupId,
    pub(super) damage: Damage,
}

/// The backup that was made last, going by the audit of the database, if its
/// manifest is not there and nothing newer is: Sesame never removes the newest.
pub(super) async fn vanished(
    audit: &dyn AuditLog,
    catalogue: &Catalogue,
) -> Result<Option<Vanished>, StoreError> {
    let Some(made) = made_last(audit).await? else {
        return Ok(None);
    };
    let id = BackupId::from(made.subject);
    let newest = catalogue.newest().and_then(ManifestName::made_at);
    if catalogue.find(id).is_ok() || newest.is_some_and(|newest| newest >= made.at) {
        return Ok(None);
    }
    let damage = Damage {
        file: format!("{MANIFESTS}/*-{id}.json"),
        flaw: Flaw::Missing,
    };
    Ok(Some(Vanished { id, damage }))
}

async fn made_last(audit: &dyn AuditLog) -> Result<Option<AuditEntry>, StoreError> {
    let owner = Owner::instance();
    let mut before = None;
    loop {
        let page = audit.page(&owner, before, PAGE).await?;
        before = page.last().map(|last| last.at);
        let is_last = page.len() < PAGE as usize;
        let is_made =
            |it: &AuditEntry| it.action == Action::BackupMade && it.outcome == Outcome::Done;
        let made = page.into_iter().find(is_made);
        if made.is_some() || is_last {
            return Ok(made);
        }
    }
}
