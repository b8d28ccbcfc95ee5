//! Which logins count against the day's budget: apart from the logins, since it
//! outlasts them when they are erased, and no longer than a day otherwise.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut attempts = Table::create();
        owner(
            attempts
                .table("login_attempts")
                .col(schema::uuid("login_id")),
        )
        .col(moment("begun_at"))
        .col(moment_null("scanned_at"))
        .col(schema::big_integer_null("account"))
        .primary_key(Index::create().name("pk_login_attempts").col("login_id"));
        manager.create_table(attempts).await?;
        for index in [of_owner(), of_account(), begun()] {
            manager.create_index(index).await?;
        }
        // What was over before it began never reached Telegram.
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO login_attempts (login_id, tenant, person, begun_at, scanned_at) \
                 SELECT id, tenant, person, created_at, scanned_at FROM logins \
                 WHERE ended_at IS NULL OR ended_at <> created_at",
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX ix_logins_scanned_at")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(scanned_logins()).await?;
        manager
            .drop_table(Table::drop().table("login_attempts").take())
            .await
    }
}

fn of_owner() -> IndexCreateStatement {
    Index::create()
        .name("ix_login_attempts_owner")
        .table("login_attempts")
        .col("person")
        .col("tenant")
        .col("begun_at")
        .take()
}

fn of_account() -> IndexCreateStatement {
    Index::create()
        .name("ix_login_attempts_account")
        .table("login_attempts")
        .col("account")
        .col("begun_at")
        .and_where(Expr::col("account").is_not_null())
        .take()
}

fn begun() -> IndexCreateStatement {
    Index::create()
        .name("ix_login_attempts_begun_at")
        .table("login_attempts")
        .col("begun_at")
        .take()
}

/// The index by which scans were counted before.
fn scanned_logins() -> IndexCreateStatement {
    Index::create()
        .name("ix_logins_scanned_at")
        .table("logins")
        .col("tenant")
        .col("person")
        .col("scanned_at")
        .and_where(Expr::col("scanned_at").is_not_null())
        .take()
}
