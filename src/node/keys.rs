//! How the versions of the key are, for the operators' page.

use std::fmt;

use async_trait::async_trait;
use sesame_custody::{AdministrationError, KeyAdministration, KeyStatus, VersionStatus};
use sesame_domain::ports::StoreError;
use sesame_webapp::{Keys, KeysShown, ShownKey};

/// How the versions of the key are, as this node sees them.
pub(crate) struct NodeKeys(KeyAdministration);

impl NodeKeys {
    /// As this administration tells it.
    pub(crate) fn of(administration: KeyAdministration) -> Self {
        Self(administration)
    }
}

impl fmt::Debug for NodeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeKeys").finish_non_exhaustive()
    }
}

#[async_trait]
impl Keys for NodeKeys {
    async fn status(&self) -> Result<KeysShown, StoreError> {
        let status = self.0.status().await.map_err(|error| match error {
            AdministrationError::Store(error) => error,
            other => StoreError::Unavailable(other.into()),
        })?;
        Ok(shown(&status))
    }
}

fn shown(status: &KeyStatus) -> KeysShown {
    KeysShown {
        versions: status.versions.iter().map(shown_version).collect(),
        wrapped: status.wrapped,
        to_rewrap: status.to_rewrap,
        warnings: status.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn shown_version(status: &VersionStatus) -> ShownKey {
    let key = &status.version;
    ShownKey {
        id: key.id.clone(),
        provider: key.provider.as_str().to_owned(),
        state: key.state,
        created_at: key.created_at,
        wraps: status.uses.wrapped(),
        encryptions: key.encryptions,
        is_held: status.is_held,
    }
}
