//! The people who talk to the bot.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut people = Table::create();
        owner(people.table("people"))
            .col(schema::text_null("language"))
            .col(moment_null("blocked_at"))
            .col(moment("first_seen_at"))
            .col(moment("last_seen_at"))
            .primary_key(
                Index::create()
                    .name("pk_people")
                    .col("tenant")
                    .col("person"),
            );
        manager.create_table(people).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("people").take())
            .await
    }
}
