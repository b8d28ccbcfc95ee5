//! The table `job_pauses`.

use sea_orm::entity::prelude::*;
use sesame_domain::job::JobKind;
use sesame_domain::ports::{PausedKind, StoreError};

use super::parts::tenant_id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_pauses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Empty: all of them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    pub paused_by: String,
    pub reason: String,
    pub since: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for PausedKind {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let tenant = (!row.tenant.is_empty()).then_some(row.tenant);
        Ok(Self {
            kind: JobKind::from(row.kind),
            tenant: tenant.map(tenant_id).transpose()?,
            by: row.paused_by,
            reason: row.reason,
            since: row.since,
        })
    }
}
