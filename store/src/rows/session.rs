//! The table `sessions`.

use std::fmt;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::{Fence, NodeId, Owner, SessionId};
use sesame_domain::ports::{LeavingSession, StoreError, StoredSession};
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;

use super::parts::{owner, stored};

/// `state` of a session that belongs to an account.
pub(crate) const IN_USE: &str = "in_use";
/// `state` of a session that is still to be logged out.
pub(crate) const LEAVING: &str = "leaving";
/// `key_id` of a session whose data key is destroyed.
pub(crate) const NO_KEY: &str = "";

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub key_id: String,
    pub wrapped_key: Vec<u8>,
    pub ciphertext: Vec<u8>,
    pub fence: i64,
    pub node: Option<String>,
    pub state: String,
    pub leave_at: Option<DateTimeUtc>,
    pub attempts: i32,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Only the id: the rest is sealed, or about a person.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Whether it is still to be logged out.
    pub(crate) fn is_leaving(&self) -> bool {
        self.state == LEAVING
    }

    /// Whether its data key is destroyed.
    pub(crate) fn is_keyless(&self) -> bool {
        self.key_id == NO_KEY
    }

    /// The session itself.
    pub(crate) fn sealed(self) -> Sealed {
        Sealed {
            key_id: self.key_id,
            wrapped_key: self.wrapped_key,
            ciphertext: self.ciphertext,
        }
    }
}

impl ActiveModel {
    /// A session that an account begins to use.
    pub(crate) fn in_use(
        id: SessionId,
        owner: &Owner,
        sealed: &Sealed,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id: Set(id.as_uuid()),
            tenant: Set(owner.tenant.to_string()),
            person: Set(owner.person.0),
            key_id: Set(sealed.key_id.clone()),
            wrapped_key: Set(sealed.wrapped_key.clone()),
            ciphertext: Set(sealed.ciphertext.clone()),
            fence: Set(0),
            node: Set(None),
            state: Set(IN_USE.to_owned()),
            leave_at: Set(None),
            attempts: Set(0),
            created_at: Set(stored(created_at)),
        }
    }
}

impl TryFrom<Model> for StoredSession {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::from(row.id),
            owner: owner(row.tenant.clone(), row.person)?,
            fence: Fence(row.fence),
            sealed: row.sealed(),
        })
    }
}

impl TryFrom<Model> for LeavingSession {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            attempts: row
                .attempts
                .try_into()
                .map_err(|_| StoreError::inconsistent("attempts to log a session out"))?,
            node: row.node.map(NodeId::from_stored),
        })
    }
}
