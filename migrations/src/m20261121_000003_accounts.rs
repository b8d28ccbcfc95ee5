//! Linked accounts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{device, moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut accounts = Table::create();
        owner(accounts.table("accounts").col(schema::uuid("id")))
            .col(schema::text("name"))
            .col(schema::text_null("username"))
            .col(schema::uuid("session_id"));
        device(&mut accounts)
            .col(schema::string_len("health", 16))
            .col(schema::string_len_null("health_cause", 16))
            .col(moment_null("health_since"))
            .col(moment("linked_at"))
            .col(moment("checked_at"))
            .primary_key(Index::create().name("pk_accounts").col("id"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_accounts_session")
                    .from("accounts", "session_id")
                    .to("sessions", "id"),
            );
        manager.create_table(accounts).await?;
        manager
            .create_index(unique("ux_accounts_owner", &["tenant", "person"]))
            .await?;
        manager
            .create_index(unique("ux_accounts_session", &["session_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("accounts").take())
            .await
    }
}

fn unique(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("accounts").unique();
    for column in columns {
        index.col(*column);
    }
    index
}
