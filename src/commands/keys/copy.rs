//! A copy of the key file.

use std::path::Path;

use sesame_domain::duty::Duty;
use sesame_domain::keys::Provider;

use super::super::duty;
use crate::failure::Failure;
use crate::node::Ground;
use crate::terminal;

/// Copies the key file, and remembers which key is the newest in the copy.
pub(super) async fn copy(ground: &Ground, file: &Path) -> Result<(), Failure> {
    let status = ground.administration().status().await?;
    let in_file = |it: &sesame_custody::VersionStatus| it.version.provider == Provider::File;
    if !status.versions.iter().any(in_file) {
        return Err(Failure::Usage(
            "no version of the key is in a file: there is nothing to copy".to_owned(),
        ));
    }
    let newest = duty::done(ground, Duty::CopyKeys, async {
        let keys = ground.custody.copy_key_file(file).await?;
        Ok(keys.last().cloned().unwrap_or_default())
    })
    .await?;
    terminal::say(&format!(
        "{} has all keys up to {newest} now.\n\
         Keep it away from the database and its backups: both together open every session.",
        file.display()
    ))
}
