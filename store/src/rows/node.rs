//! The table `nodes`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{NodeRecord, StoreError};

use super::parts::{stored, tenant_id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nodes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub tenant: String,
    pub version: String,
    pub host: String,
    pub started_at: DateTimeUtc,
    pub seen_at: DateTimeUtc,
    pub stopped_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for NodeRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: NodeId::from(row.id),
            tenant: tenant_id(row.tenant)?,
            version: row.version,
            host: row.host,
            started_at: row.started_at,
            seen_at: row.seen_at,
            stopped_at: row.stopped_at,
        })
    }
}

impl ActiveModel {
    /// Every column of a node.
    pub(crate) fn of(node: &NodeRecord) -> Self {
        Self {
            id: Set(node.id.as_str().to_owned()),
            tenant: Set(node.tenant.to_string()),
            version: Set(node.version.clone()),
            host: Set(node.host.clone()),
            started_at: Set(stored(node.started_at)),
            seen_at: Set(stored(node.seen_at)),
            stopped_at: Set(node.stopped_at.map(stored)),
        }
    }
}
