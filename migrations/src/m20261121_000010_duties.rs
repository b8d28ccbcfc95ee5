//! What is done again and again, and how it went lately.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let duties = Table::create()
            .table("duties")
            .col(schema::string_len("name", 32))
            .col(schema::big_integer("fence"))
            .col(schema::text("node"))
            .col(moment("began_at"))
            .col(moment_null("done_at"))
            .col(moment_null("failed_at"))
            .col(schema::integer("failures").default(0))
            .col(schema::text("report").default(""))
            .primary_key(Index::create().name("pk_duties").col("name"))
            .take();
        manager.create_table(duties).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("duties").take())
            .await
    }
}
