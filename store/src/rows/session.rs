//! The table `sessions`.

use std::fmt;

use sea_orm::entity::prelude::*;
use sesame_domain::ids::{Fence, SessionId};
use sesame_domain::ports::{LeavingSession, StoreError, StoredSession};
use sesame_domain::sealed::Sealed;

use super::parts::owner;

/// `state` of a session that belongs to an account.
pub(crate) const IN_USE: &str = "in_use";
/// `key_id` of a session whose data key is destroyed.
pub(crate) const DESTROYED: &str = "";
/// `state` of a session that is still to be logged out.
pub(crate) const LEAVING: &str = "leaving";

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

/// Whether the data key is destroyed: nothing opens it any more.
pub(crate) fn is_destroyed(row: &Model) -> bool {
    row.key_id == DESTROYED
}

impl TryFrom<Model> for StoredSession {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            sealed: Sealed {
                key_id: row.key_id,
                wrapped_key: row.wrapped_key,
                ciphertext: row.ciphertext,
            },
            fence: Fence(row.fence),
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
                .map_err(|_| StoreError::Inconsistent("attempts to log a session out"))?,
        })
    }
}
