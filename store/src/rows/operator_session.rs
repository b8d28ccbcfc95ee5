//! The table `operator_sessions`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::operator::{Digest, OperatorSession};
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operator_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub digest: Vec<u8>,
    pub tenant: String,
    pub person: i64,
    pub name: String,
    pub browser: String,
    pub network: String,
    pub began_at: DateTimeUtc,
    pub seen_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub ended: Option<String>,
    pub refused_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for OperatorSession {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            owner: owner(row.tenant, row.person)?,
            name: row.name,
            browser: row.browser,
            network: row.network,
            began_at: row.began_at,
            seen_at: row.seen_at,
            ends_at: row.ends_at,
        })
    }
}

impl ActiveModel {
    /// Every column of a session that begins.
    pub(crate) fn of(session: &OperatorSession, digest: Digest) -> Self {
        Self {
            id: Set(session.id.as_uuid()),
            digest: Set(digest.to_vec()),
            tenant: Set(session.owner.tenant.to_string()),
            person: Set(session.owner.person.0),
            name: Set(session.name.clone()),
            browser: Set(session.browser.clone()),
            network: Set(session.network.clone()),
            began_at: Set(stored(session.began_at)),
            seen_at: Set(stored(session.seen_at)),
            ends_at: Set(stored(session.ends_at)),
            ended: Set(None),
            refused_at: Set(None),
        }
    }
}
