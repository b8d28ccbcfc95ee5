//! What is to be done to many rows: which, as they were when someone looked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(selections()).await?;
        manager.create_table(rows()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["selection_rows", "selections"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn selections() -> TableCreateStatement {
    Table::create()
        .table("selections")
        .col(schema::uuid("id"))
        .col(schema::text("tenants"))
        .col(schema::text("filter"))
        .col(moment("frozen_at"))
        .col(schema::string_len_null("action", 32))
        .col(moment_null("begun_at"))
        .primary_key(Index::create().name("pk_selections").col("id"))
        .take()
}

/// In the order in which they are gone through. An empty tenant stands for none:
/// a key may hold no null.
fn rows() -> TableCreateStatement {
    Table::create()
        .table("selection_rows")
        .col(schema::uuid("selection"))
        .col(schema::string_len("tenant", 32).default(""))
        .col(schema::uuid("id"))
        .primary_key(
            Index::create()
                .name("pk_selection_rows")
                .col("selection")
                .col("tenant")
                .col("id"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_selection_rows_selection")
                .from("selection_rows", "selection")
                .to("selections", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
