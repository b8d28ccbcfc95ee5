//! Which sessions an import must not open: one that is used in two places at
//! once is lost (`AUTH_KEY_DUPLICATED`).

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sesame_domain::ids::{Owner, SessionId};
use sesame_domain::ports::StoreError;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use crate::node::Node;
use crate::session::AuthKey;

/// How many accounts are read in one go.
const PAGE: u32 = 500;
/// Goes before the key, so that the id is no hash of the key that others know.
const CONTEXT: &[u8] = b"sesame: id of an imported session";

/// The id of an imported session follows from its key, which is long and
/// random: the id tells nothing of it, and the same session gets the same id
/// again, so that it is never stored twice.
pub(super) fn id_of(key: &AuthKey) -> SessionId {
    let digest = Sha256::new()
        .chain_update(CONTEXT)
        .chain_update(key.expose())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
}

/// The sessions that an import must not open.
#[derive(Default)]
pub(super) struct Claims {
    linked: OnceCell<HashMap<SessionId, Owner>>,
    /// Those that were taken up by this import.
    begun: Mutex<HashSet<SessionId>>,
    /// Whose accounts a dry run would have linked.
    owners: Mutex<HashSet<Owner>>,
}

impl Claims {
    /// Whose session this was when the import began, if it was linked.
    pub(super) async fn linked(
        &self,
        node: &Node,
        id: SessionId,
    ) -> Result<Option<Owner>, StoreError> {
        let linked = self.linked.get_or_try_init(|| linked(node)).await?;
        Ok(linked.get(&id).cloned())
    }

    /// Takes a session up, unless that was done before.
    pub(super) fn take(&self, id: SessionId) -> Option<Turn<'_>> {
        let is_new = self.begun().insert(id);
        // Made only if it is new: dropping one gives the turn back.
        is_new.then(|| Turn { claims: self, id })
    }

    /// Whether a session of this owner would be linked: the first one.
    pub(super) fn would_link(&self, owner: &Owner) -> bool {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.insert(owner.clone())
    }

    fn begun(&self) -> MutexGuard<'_, HashSet<SessionId>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that was taken up. Unless its turn is over, it may be once more.
pub(super) struct Turn<'a> {
    claims: &'a Claims,
    id: SessionId,
}

impl Turn<'_> {
    /// It is not taken up again.
    pub(super) fn end(self) {
        std::mem::forget(self);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.claims.begun().remove(&self.id);
    }
}

async fn linked(node: &Node) -> Result<HashMap<SessionId, Owner>, StoreError> {
    let mut linked = HashMap::new();
    let mut after = None;
    loop {
        let page = node.ports.accounts.page(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(linked);
        };
        after = Some(last.id);
        linked.extend(
            page.into_iter()
                .map(|account| (account.session, account.owner)),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::session::AUTH_KEY_BYTES;

    use super::*;

    fn id(byte: u8) -> SessionId {
        id_of(&AuthKey::new([byte; AUTH_KEY_BYTES]))
    }

    #[test]
    fn the_same_key_has_the_same_id() {
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(2));
        assert_eq!(id(1).as_uuid().get_version_num(), 8);
    }

    #[test]
    fn a_session_is_taken_up_again_only_if_its_turn_was_not_over() {
        let claims = Claims::default();
        let turn = claims.take(id(1)).unwrap();
        assert!(claims.take(id(1)).is_none());
        assert!(claims.take(id(2)).is_some());
        drop(turn);
        claims.take(id(1)).unwrap().end();
        assert!(claims.take(id(1)).is_none());
    }
}
