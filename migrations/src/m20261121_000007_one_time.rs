//! Things that work once, known by the SHA-256 of a secret.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let one_time = Table::create()
            .table("one_time")
            .col(schema::string_len("kind", 16))
            .col(schema::blob("digest"))
            // What a link leads to; null for what is only marked as used.
            .col(schema::string_len_null("tenant", 32))
            .col(schema::big_integer_null("person"))
            .col(schema::uuid_null("login_id"))
            .col(schema::boolean("used"))
            .col(moment("forget_at"))
            .primary_key(
                Index::create()
                    .name("pk_one_time")
                    .col("kind")
                    .col("digest"),
            )
            .take();
        manager.create_table(one_time).await?;
        let stale = Index::create()
            .name("ix_one_time_forget_at")
            .table("one_time")
            .col("forget_at")
            .take();
        manager.create_index(stale).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("one_time").take())
            .await
    }
}
