//! What it takes to decide how long sessions are kept, and that erased ones
//! stay erased.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null only in rows from before; they count as used when linked.
        let used_at = Table::alter()
            .table("accounts")
            .add_column(moment_null("used_at"))
            .take();
        manager.alter_table(used_at).await?;
        manager
            .get_connection()
            .execute_unprepared("UPDATE accounts SET used_at = linked_at")
            .await?;
        let checked_at = Index::create()
            .name("ix_accounts_checked_at")
            .table("accounts")
            .col("checked_at")
            .take();
        manager.create_index(checked_at).await?;
        let erased = Table::create()
            .table("erased_sessions")
            .col(schema::uuid("id"))
            .col(moment("at"))
            .primary_key(Index::create().name("pk_erased_sessions").col("id"))
            .take();
        manager.create_table(erased).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("erased_sessions").take())
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX ix_accounts_checked_at")
            .await?;
        let used_at = Table::alter()
            .table("accounts")
            .drop_column("used_at")
            .take();
        manager.alter_table(used_at).await
    }
}
