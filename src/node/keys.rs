//! How the versions of the key are, and what is done to them, from the operators'
//! pages.

use std::fmt;

use async_trait::async_trait;
use sesame_custody::{AdministrationError, KeyAdministration, KeyStatus, Retirable, VersionStatus};
use sesame_domain::order::Order;
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use sesame_webapp::{KeyRefusal, Keys, KeysShown, ShownKey};

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
        let status = self.0.status().await.map_err(unavailable)?;
        let retirable = self.0.retirable().await.map_err(unavailable)?;
        Ok(shown(&status, retirable))
    }

    async fn rotate(&self, order: &Order) -> Result<Result<String, KeyRefusal>, StoreError> {
        let administration = self.0.clone().acting_from(&order.origin);
        let rotated = administration.rotate(order.by.clone()).await;
        done_or_refused(rotated.map(|key| key.id))
    }

    async fn retire(
        &self,
        key: &str,
        order: &Order,
    ) -> Result<Result<Vec<String>, KeyRefusal>, StoreError> {
        let administration = self.0.clone().acting_from(&order.origin);
        let retired = administration.retire(key, order.by.clone()).await;
        done_or_refused(retired.map(|keys| keys.into_iter().map(|it| it.id).collect()))
    }
}

/// What the database does not do is no refusal: it may be done later.
fn done_or_refused<T>(
    done: Result<T, AdministrationError>,
) -> Result<Result<T, KeyRefusal>, StoreError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(AdministrationError::Store(error)) => Err(error),
        Err(other) => {
            let why = Reason::of(&other).to_string();
            tracing::warn!(error = why, "a key is left as it is");
            Ok(Err(KeyRefusal(why)))
        }
    }
}

fn unavailable(error: AdministrationError) -> StoreError {
    match error {
        AdministrationError::Store(error) => error,
        other => StoreError::Unavailable(other.into()),
    }
}

fn shown(status: &KeyStatus, retirable: Vec<Retirable>) -> KeysShown {
    let in_words = |it: Retirable| {
        let obstacle = it
            .obstacle
            .map(|it| KeyRefusal(Reason::of(&it).to_string()));
        (it.id, obstacle)
    };
    KeysShown {
        retirable: retirable.into_iter().map(in_words).collect(),
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
