//! Questions in the chat whether an operator wants something dangerous done.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("confirmations")
            .col(schema::uuid("id"))
            .col(schema::uuid("session_id"));
        owner(&mut table)
            .col(schema::string_len("kind", 32))
            .col(schema::text("parameters"))
            .col(schema::text("summary"))
            .col(schema::text("reason"))
            .col(schema::integer("signs"))
            .col(moment("asked_at"))
            .col(moment("expires_at"))
            .col(schema::string_len("state", 16))
            .primary_key(Index::create().name("pk_confirmations").col("id"));
        manager.create_table(table).await?;
        let old = Index::create()
            .name("ix_confirmations_expires_at")
            .table("confirmations")
            .col("expires_at")
            .take();
        manager.create_index(old).await?;
        let owner = Index::create()
            .name("ix_confirmations_owner")
            .table("confirmations")
            .col("tenant")
            .col("person")
            .take();
        manager.create_index(owner).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("confirmations").take())
            .await
    }
}
