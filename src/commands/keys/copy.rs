//! A copy of the key file.

use std::path::Path;

use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::Owner;
use sesame_domain::job::JobKind;
use sesame_domain::keys::Provider;
use sesame_domain::ports::AuditLog;
use uuid::Uuid;

use super::super::scheduled;
use crate::failure::Failure;
use crate::node::Core;
use crate::terminal;

/// Copies the key file, and remembers which key is the newest in the copy.
pub(super) async fn copy(core: &Core, file: &Path, actor: Actor) -> Result<(), Failure> {
    let status = core.administration().status().await?;
    let in_file = |it: &sesame_custody::VersionStatus| it.version.provider == Provider::File;
    if !status.versions.iter().any(in_file) {
        return Err(Failure::Usage(
            "no version of the key is in a file: there is nothing to copy".to_owned(),
        ));
    }
    let newest = scheduled::done(core, JobKind::COPY_KEYS, async {
        let keys = core.custody.copy_key_file(file).await?;
        let newest = keys.last().cloned().unwrap_or_default();
        core.database
            .audit_log()
            .append(entry(core, &newest, actor))
            .await?;
        Ok(newest)
    })
    .await?;
    terminal::say(&format!(
        "{} has all keys up to {newest} now.\n\
         Keep it away from the database and its backups: both together open every session.",
        file.display()
    ))
}

/// Whoever copied the keys, and could take them along, is in the audit; where
/// to is not: that would help a thief.
fn entry(core: &Core, newest: &str, actor: Actor) -> AuditEntry {
    AuditEntry::new(
        core.clock.now(),
        Owner::instance(),
        Uuid::nil(),
        actor,
        Action::KeysCopied,
        AuditReason::UpTo(newest.to_owned()),
    )
    .from(core.origin.clone())
}
