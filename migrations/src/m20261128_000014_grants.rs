//! Which token something that works once was exchanged for, and when first.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null as long as it was not exchanged, after an erasure, and in rows
        // from before. `used` says since then that the token is in use.
        for column in [schema::uuid_null("grant_id"), moment_null("granted_at")] {
            let add = Table::alter().table("one_time").add_column(column).take();
            manager.alter_table(add).await?;
        }
        let theirs = Index::create()
            .name("ix_one_time_owner")
            .table("one_time")
            .col("person")
            .col("tenant")
            .and_where(Expr::col("person").is_not_null())
            .take();
        manager.create_index(theirs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX ix_one_time_owner")
            .await?;
        for column in ["grant_id", "granted_at"] {
            let remove = Table::alter().table("one_time").drop_column(column).take();
            manager.alter_table(remove).await?;
        }
        Ok(())
    }
}
