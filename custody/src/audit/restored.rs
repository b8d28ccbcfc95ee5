//! When the audit began anew, because a backup was restored.

use sesame_domain::audit::Action;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{AuditLog, StoreError};
use sesame_domain::time::Timestamp;

/// How many entries are read at a time.
const PAGE: u32 = 500;

/// When a backup was last restored. A restore brings back sessions and no
/// audit: checkpoints from before are of the chain that was lost. That the
/// entry is authentic, the chain shows that it stands in.
///
/// # Errors
/// When the audit cannot be read.
pub async fn last_restore(log: &dyn AuditLog) -> Result<Option<Timestamp>, StoreError> {
    let mut before = None;
    loop {
        let page = log.page(&Owner::instance(), before, PAGE).await?;
        let mut entries = page.iter();
        if let Some(entry) = entries.find(|it| it.action == Action::BackupRestored) {
            return Ok(Some(entry.at));
        }
        match page.last() {
            Some(last) if page.len() >= PAGE as usize => before = Some(last.at),
            _ => return Ok(None),
        }
    }
}
