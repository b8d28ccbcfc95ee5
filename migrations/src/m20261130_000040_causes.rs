//! What came of verifying the audit, and which request a job follows from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(verifications()).await?;
        let caused_by = Table::alter()
            .table("jobs")
            .add_column(schema::string_len_null("caused_by", 64))
            .take();
        manager.alter_table(caused_by).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let caused_by = Table::alter().table("jobs").drop_column("caused_by").take();
        manager.alter_table(caused_by).await?;
        manager
            .drop_table(Table::drop().table("audit_verifications").take())
            .await
    }
}

fn verifications() -> TableCreateStatement {
    Table::create()
        .table("audit_verifications")
        .col(schema::string_len("tenant", 32))
        .col(moment("verified_at"))
        .col(schema::big_integer("entries"))
        .col(schema::text_null("first_bad"))
        .primary_key(Index::create().name("pk_audit_verifications").col("tenant"))
        .take()
}
