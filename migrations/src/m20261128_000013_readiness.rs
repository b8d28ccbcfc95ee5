//! A row that is written to see whether one can be.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let readiness = Table::create()
            .table("readiness")
            .col(schema::small_integer("id"))
            .col(schema::big_integer("proofs"))
            .col(schema::blob_null("room"))
            .primary_key(Index::create().name("pk_readiness").col("id"))
            .take();
        manager.create_table(readiness).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("readiness").take())
            .await
    }
}
