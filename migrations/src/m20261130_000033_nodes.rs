//! The nodes, as they say of themselves: for people to look at.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let nodes = Table::create()
            .table("nodes")
            .col(schema::string_len("id", 64))
            .col(schema::string_len("tenant", 32))
            .col(schema::text("version"))
            .col(schema::text("host"))
            .col(moment("started_at"))
            .col(moment("seen_at"))
            .col(moment_null("stopped_at"))
            .primary_key(Index::create().name("pk_nodes").col("id"))
            .take();
        manager.create_table(nodes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("nodes").take())
            .await
    }
}
