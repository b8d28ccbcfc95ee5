//! The audit: numbered for each tenant, only ever added to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::append_only;
use crate::columns::{moment, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut audit = Table::create();
        owner(audit.table("audit"))
            .col(schema::big_integer("seq"))
            .col(moment("at"))
            .col(schema::uuid("subject"))
            .col(schema::string_len("actor_kind", 16))
            .col(schema::text_null("actor_name"))
            .col(schema::string_len("action", 32))
            .col(schema::text("reason"))
            .primary_key(Index::create().name("pk_audit").col("tenant").col("seq"));
        manager.create_table(audit).await?;
        manager.create_index(about()).await?;
        append_only::guard(manager, "audit").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("audit").take())
            .await?;
        append_only::unguard(manager, "audit").await
    }
}

fn about() -> IndexCreateStatement {
    Index::create()
        .name("ix_audit_owner")
        .table("audit")
        .col("tenant")
        .col("person")
        .col("seq")
        .take()
}
