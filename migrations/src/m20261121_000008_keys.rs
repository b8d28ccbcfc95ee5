//! The versions of the wrapping key, and what finds the data keys under them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(key_versions()).await?;
        for index in [names(), one_active(), under_sessions(), under_logins()] {
            manager.create_index(index).await?;
        }
        manager.create_table(key_policy()).await?;
        manager
            .get_connection()
            .execute_unprepared("INSERT INTO key_policy (id, minimum) VALUES (1, 1)")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["ix_sessions_key_id", "ix_logins_session_key_id"] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        for table in ["key_policy", "key_versions"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

fn key_versions() -> TableCreateStatement {
    Table::create()
        .table("key_versions")
        .col(schema::big_integer("number"))
        .col(schema::text("id"))
        .col(schema::string_len("provider", 16))
        .col(schema::text_null("reference"))
        .col(moment("created_at"))
        .col(schema::big_integer("encryptions").default(0))
        .col(schema::blob_null("handover"))
        .col(schema::boolean("is_active"))
        .primary_key(Index::create().name("pk_key_versions").col("number"))
        .check(("ck_key_versions_number", Expr::cust("number >= 1")))
        .take()
}

fn names() -> IndexCreateStatement {
    Index::create()
        .name("ux_key_versions_id")
        .table("key_versions")
        .unique()
        .col("id")
        .take()
}

/// At most one version is active.
fn one_active() -> IndexCreateStatement {
    Index::create()
        .name("ux_key_versions_active")
        .table("key_versions")
        .unique()
        .col("is_active")
        .and_where(Expr::cust("is_active"))
        .take()
}

/// Data keys of sessions under a version, by id.
fn under_sessions() -> IndexCreateStatement {
    Index::create()
        .name("ix_sessions_key_id")
        .table("sessions")
        .col("key_id")
        .col("id")
        .take()
}

/// Data keys of logins' sessions under a version, by id.
fn under_logins() -> IndexCreateStatement {
    Index::create()
        .name("ix_logins_session_key_id")
        .table("logins")
        .col("session_key_id")
        .col("id")
        .and_where(Expr::col("session_key_id").is_not_null())
        .take()
}

/// One row.
fn key_policy() -> TableCreateStatement {
    Table::create()
        .table("key_policy")
        .col(schema::small_integer("id"))
        .col(schema::big_integer("minimum"))
        .primary_key(Index::create().name("pk_key_policy").col("id"))
        .check(("ck_key_policy_id", Expr::cust("id = 1")))
        .take()
}
