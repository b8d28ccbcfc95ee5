//! What it takes to decide how long sessions are kept, that erased ones stay
//! erased, and who asked for everything about them to be erased.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null only in rows from before; they count as used when linked.
        let used_at = Table::alter()
            .table("accounts")
            .add_column(moment_null("used_at"))
            .take();
        manager.alter_table(used_at).await?;
        manager
            .get_connection()
            .execute_unprepared("UPDATE accounts SET used_at = linked_at")
            .await?;
        manager.create_index(due_for_check()).await?;
        manager.create_table(erased_sessions()).await?;
        manager.create_index(erased_at()).await?;
        manager.create_table(erasures()).await?;
        manager.create_index(pending_erasures()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["erasures", "erased_sessions"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX ix_accounts_checked_at")
            .await?;
        let used_at = Table::alter()
            .table("accounts")
            .drop_column("used_at")
            .take();
        manager.alter_table(used_at).await
    }
}

/// Accounts that are not dead, the longest unchecked first.
fn due_for_check() -> IndexCreateStatement {
    Index::create()
        .name("ix_accounts_checked_at")
        .table("accounts")
        .col("checked_at")
        .col("id")
        .and_where(Expr::cust("health <> 'dead'"))
        .take()
}

fn erased_sessions() -> TableCreateStatement {
    Table::create()
        .table("erased_sessions")
        .col(schema::uuid("id"))
        .col(moment("at"))
        .primary_key(Index::create().name("pk_erased_sessions").col("id"))
        .take()
}

fn erased_at() -> IndexCreateStatement {
    Index::create()
        .name("ix_erased_sessions_at")
        .table("erased_sessions")
        .col("at")
        .take()
}

/// Names a person only until it is done.
fn erasures() -> TableCreateStatement {
    Table::create()
        .table("erasures")
        .col(schema::uuid("id"))
        .col(schema::string_len_null("tenant", 32))
        .col(schema::big_integer_null("person"))
        .col(moment("asked_at"))
        .col(moment_null("done_at"))
        .primary_key(Index::create().name("pk_erasures").col("id"))
        .check((
            "ck_erasures_owner",
            Expr::cust(
                "(tenant IS NULL) = (done_at IS NOT NULL) \
                 AND (person IS NULL) = (done_at IS NOT NULL)",
            ),
        ))
        .take()
}

fn pending_erasures() -> IndexCreateStatement {
    Index::create()
        .name("ix_erasures_pending")
        .table("erasures")
        .col("person")
        .and_where(Expr::col("done_at").is_null())
        .take()
}
