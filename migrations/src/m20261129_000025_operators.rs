//! Operators: the links by which they sign in, and their sessions. Of a secret
//! only the SHA-256 is kept; what an operator may do is in the configuration.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(links()).await?;
        manager.create_table(sessions()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["operator_sessions", "sign_in_links"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn links() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("sign_in_links")
        .col(schema::uuid("id"))
        .col(schema::blob("digest"));
    owner(&mut table)
        .col(schema::text("name"))
        .col(moment("issued_at"))
        .col(moment("expires_at"))
        // The SHA-256 of what the browser holds that opened it first.
        .col(schema::blob_null("browser"))
        .col(schema::string_len_null("ended", 16))
        .primary_key(Index::create().name("pk_sign_in_links").col("id"))
        .take()
}

fn sessions() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("operator_sessions")
        .col(schema::uuid("id"))
        .col(schema::blob("digest"));
    owner(&mut table)
        .col(schema::text("name"))
        .col(schema::text("browser"))
        .col(schema::text("network"))
        .col(moment("began_at"))
        .col(moment("seen_at"))
        .col(moment("ends_at"))
        .col(schema::string_len_null("ended", 16))
        // When someone tried it for the first time after its end.
        .col(moment_null("refused_at"))
        .primary_key(Index::create().name("pk_operator_sessions").col("id"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 7] {
    let begin =
        |name: &'static str, table: &'static str| Index::create().name(name).table(table).take();
    [
        begin("ux_sign_in_links_digest", "sign_in_links")
            .col("digest")
            .unique()
            .take(),
        begin("ix_sign_in_links_owner", "sign_in_links")
            .col("tenant")
            .col("person")
            .take(),
        begin("ix_sign_in_links_expires_at", "sign_in_links")
            .col("expires_at")
            .take(),
        begin("ux_operator_sessions_digest", "operator_sessions")
            .col("digest")
            .unique()
            .take(),
        begin("ix_operator_sessions_tenant", "operator_sessions")
            .col("tenant")
            .col("ends_at")
            .take(),
        begin("ix_operator_sessions_owner", "operator_sessions")
            .col("tenant")
            .col("person")
            .take(),
        begin("ix_operator_sessions_ends_at", "operator_sessions")
            .col("ends_at")
            .take(),
    ]
}
