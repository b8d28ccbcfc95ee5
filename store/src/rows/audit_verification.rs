//! The table `audit_verifications`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ports::{AuditVerification, StoreError};

use super::parts::{stored, tenant_id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_verifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    pub verified_at: DateTimeUtc,
    pub entries: i64,
    pub first_bad: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AuditVerification {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: tenant_id(row.tenant)?,
            at: row.verified_at,
            entries: row
                .entries
                .try_into()
                .map_err(|_| StoreError::inconsistent("how many entries are whole"))?,
            first_bad: row.first_bad,
        })
    }
}

impl ActiveModel {
    /// Every column of an outcome.
    pub(crate) fn of(verification: &AuditVerification) -> Self {
        Self {
            tenant: Set(verification.tenant.to_string()),
            verified_at: Set(stored(verification.at)),
            entries: Set(i64::try_from(verification.entries).unwrap_or(i64::MAX)),
            first_bad: Set(verification.first_bad.clone()),
        }
    }
}
