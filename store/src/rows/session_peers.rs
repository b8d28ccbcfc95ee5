//! The table `session_peers`.

use std::fmt;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::sealed::Sealed;

use super::session;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_peers")]
pub struct Model {
    /// The session's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub key_id: String,
    pub wrapped_key: Vec<u8>,
    pub ciphertext: Vec<u8>,
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

impl From<Model> for Sealed {
    fn from(row: Model) -> Self {
        Self {
            key_id: row.key_id,
            wrapped_key: row.wrapped_key,
            ciphertext: row.ciphertext,
        }
    }
}

impl ActiveModel {
    /// The peers that this session met.
    pub(crate) fn of(session: session::Model, sealed: &Sealed) -> Self {
        Self {
            id: Set(session.id),
            tenant: Set(session.tenant),
            person: Set(session.person),
            key_id: Set(sealed.key_id.clone()),
            wrapped_key: Set(sealed.wrapped_key.clone()),
            ciphertext: Set(sealed.ciphertext.clone()),
        }
    }
}
