//! What is counted of the promises, hour by hour, and how many accounts do how.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(slo_hours()).await?;
        manager.create_table(account_figures()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["account_figures", "slo_hours"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

/// An hour is its number since 1970: both databases divide it alike.
fn slo_hours() -> TableCreateStatement {
    Table::create()
        .table("slo_hours")
        .col(schema::string_len("tenant", 32))
        .col(schema::string_len("slo", 32))
        .col(schema::big_integer("hour"))
        .col(schema::big_integer("events"))
        .col(schema::big_integer("errors"))
        .primary_key(
            Index::create()
                .name("pk_slo_hours")
                .col("tenant")
                .col("hour")
                .col("slo"),
        )
        .take()
}

/// An empty cause stands for none: a key may hold no null.
fn account_figures() -> TableCreateStatement {
    Table::create()
        .table("account_figures")
        .col(schema::string_len("tenant", 32))
        .col(schema::string_len("health", 16))
        .col(schema::string_len("cause", 32))
        .col(schema::big_integer("accounts"))
        .col(moment("counted_at"))
        .primary_key(
            Index::create()
                .name("pk_account_figures")
                .col("tenant")
                .col("health")
                .col("cause"),
        )
        .take()
}
