//! What came of verifying the audit: implements [`AuditVerifications`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sesame_domain::listing::Tenants;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{AuditVerification, AuditVerifications, StoreError};

use crate::database::{failed, in_table};
use crate::handles::AuditVerificationRows;
use crate::reading::{self, Read};
use crate::rows::audit_verification::{ActiveModel, Column, Entity};

const TABLE: &str = "audit_verifications";

#[async_trait]
impl AuditVerifications for AuditVerificationRows {
    async fn note(&self, verification: &AuditVerification) -> Result<(), StoreError> {
        let again = OnConflict::column(Column::Tenant)
            .update_columns([Column::VerifiedAt, Column::Entries, Column::FirstBad])
            .to_owned();
        let db = &self.0;
        db.within(async {
            Entity::insert(ActiveModel::of(verification))
                .on_conflict(again)
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn last(
        &self,
        tenants: &Tenants,
    ) -> Result<Vec<Result<AuditVerification, BrokenRow>>, StoreError> {
        let mut query = Entity::find().order_by_asc(Column::Tenant);
        if let Tenants::These(these) = tenants {
            let names = these.iter().map(ToString::to_string);
            query = query.filter(Column::Tenant.is_in(names));
        }
        let db = &self.0;
        db.within(async {
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            Ok(rows.into_iter().map(Read::or_broken).collect())
        })
        .await
        .map_err(in_table(TABLE))
    }
}
