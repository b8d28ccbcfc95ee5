//! Notices that wait to be sent by the bot.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut outbox = Table::create();
        owner(outbox.table("outbox").col(schema::uuid("id")))
            // JSON, tagged with its kind.
            .col(schema::text("notice"))
            .col(moment("created_at"))
            .col(moment("due_at"))
            .col(schema::integer("attempts").default(0))
            .primary_key(Index::create().name("pk_outbox").col("id"));
        manager.create_table(outbox).await?;
        let due = Index::create()
            .name("ix_outbox_due_at")
            .table("outbox")
            .col("due_at")
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("outbox").take())
            .await
    }
}
