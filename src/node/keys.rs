//! The keys, and the case that they went missing.

use std::path::Path;

use sesame_custody::{KeyFileError, KeyRing};
use sesame_domain::ports::Accounts;
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;
use sesame_store::Database;

use super::storage;
use crate::failure::Failure;

/// The keys in the file, which is made at the first start. When accounts are
/// linked already, it is not the first start: new keys would open none of
/// their sessions, and hide that the old ones are lost.
pub(crate) async fn open(
    path: &Path,
    database: &Database,
    entropy: &dyn Entropy,
    clock: &dyn Clock,
) -> Result<KeyRing, Failure> {
    let linked = database.page(None, 1).await.map_err(storage::unreadable)?;
    if linked.is_empty() {
        return Ok(sesame_custody::load_or_create(path, entropy, clock)?);
    }
    sesame_custody::load(path).map_err(|error| match error {
        KeyFileError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            Failure::KeysMissing(path.to_owned())
        }
        other => other.into(),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use sesame_domain::random::SystemEntropy;
    use sesame_domain::time::ManualClock;
    use sesame_store::DatabaseSettings;

    use super::*;

    #[tokio::test]
    async fn the_first_start_makes_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("s.db").display());
        let database = Database::connect(&DatabaseSettings::new(url.into()))
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let clock = ManualClock::new(DateTime::UNIX_EPOCH);
        let path = folder.path().join("keys.json");
        let ring = open(&path, &database, &SystemEntropy, &clock)
            .await
            .unwrap();
        let again = open(&path, &database, &SystemEntropy, &clock)
            .await
            .unwrap();
        assert_eq!(ring.active_id(), again.active_id());
        database.close().await.unwrap();
    }
}
