//! Indexes for what is looked up by its owner, or by a moment, and had none.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            of_owner("ix_logins_owner", "logins"),
            of_owner("ix_outbox_owner", "outbox"),
            leaving_of_owner(),
            pending_erasures(),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "ix_logins_owner",
            "ix_outbox_owner",
            "ix_sessions_leaving_owner",
            "ix_erasures_asked_at",
        ] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        Ok(())
    }
}

fn of_owner(name: &'static str, table: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(name)
        .table(table)
        .col("tenant")
        .col("person")
        .take()
}

/// An owner's sessions that are still to be logged out.
fn leaving_of_owner() -> IndexCreateStatement {
    of_owner("ix_sessions_leaving_owner", "sessions")
        .and_where(Expr::col("leave_at").is_not_null())
        .take()
}

/// Erasures that are not done, in the order in which they were asked for.
fn pending_erasures() -> IndexCreateStatement {
    Index::create()
        .name("ix_erasures_asked_at")
        .table("erasures")
        .col("asked_at")
        .col("id")
        .and_where(Expr::col("done_at").is_null())
        .take()
}
