//! Sealed user sessions, in use or still to be logged out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut sessions = Table::create();
        owner(sessions.table("sessions").col(schema::uuid("id")))
            // Apart, so that the key can be wrapped anew without the secret.
            .col(schema::text("key_id"))
            .col(schema::blob("wrapped_key"))
            .col(schema::blob("ciphertext"))
            .col(schema::big_integer("fence").default(0))
            .col(schema::text_null("node"))
            .col(schema::string_len("state", 16))
            .col(moment_null("leave_at"))
            .col(schema::integer("attempts").default(0))
            .col(moment("created_at"))
            .primary_key(Index::create().name("pk_sessions").col("id"))
            .check((
                "ck_sessions_state",
                Expr::cust("state IN ('in_use', 'leaving')"),
            ))
            .check((
                "ck_sessions_leave_at",
                Expr::cust("(state = 'leaving') = (leave_at IS NOT NULL)"),
            ));
        manager.create_table(sessions).await?;
        manager.create_index(one_in_use()).await?;
        manager.create_index(leaving()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("sessions").take())
            .await
    }
}

/// An owner has at most one session in use.
fn one_in_use() -> IndexCreateStatement {
    Index::create()
        .name("ux_sessions_in_use")
        .table("sessions")
        .unique()
        .col("tenant")
        .col("person")
        .and_where(Expr::col("leave_at").is_null())
        .take()
}

fn leaving() -> IndexCreateStatement {
    Index::create()
        .name("ix_sessions_leave_at")
        .table("sessions")
        .col("leave_at")
        .and_where(Expr::col("leave_at").is_not_null())
        .take()
}
