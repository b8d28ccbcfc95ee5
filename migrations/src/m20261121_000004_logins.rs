//! Logins: every state's data in columns that are null in the other states.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{device, moment, moment_null, owner};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut logins = Table::create();
        owner(logins.table("logins").col(schema::uuid("id"))).col(schema::string_len("method", 16));
        device(&mut logins)
            .col(moment("created_at"))
            .col(moment("expires_at"))
            .col(schema::big_integer("version"));
        state(&mut logins);
        claim(&mut logins);
        logins.primary_key(Index::create().name("pk_logins").col("id"));
        checks(&mut logins);
        manager.create_table(logins).await?;
        for index in [one_running(), unattended(), scanned(), ended()] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("logins").take())
            .await
    }
}

fn state(logins: &mut TableCreateStatement) {
    logins
        .col(schema::string_len("state", 32))
        .col(schema::blob_null("qr_token"))
        .col(moment_null("qr_expires_at"))
        .col(moment_null("qr_renew_at"))
        .col(moment_null("ask_at"))
        .col(schema::integer_null("dc"))
        .col(schema::blob_null("password_hint"))
        .col(schema::small_integer_null("password_attempts_left"))
        .col(schema::boolean_null("password_rejected"))
        .col(moment_null("finish_by"))
        .col(moment_null("ended_at"))
        .col(schema::uuid_null("account_id"))
        .col(schema::string_len_null("failure_code", 32))
        .col(moment_null("failure_retry_at"))
        .col(schema::integer_null("setback_count"))
        .col(moment_null("setback_retry_at"))
        .col(moment_null("scanned_at"))
        .col(moment_null("cleanup_at"));
}

/// Who drives the login, what is wanted of it, and the half-signed-in session.
fn claim(logins: &mut TableCreateStatement) {
    logins
        .col(schema::big_integer("fence").default(0))
        .col(schema::text_null("node"))
        .col(schema::string_len_null("wish", 16))
        .col(schema::text_null("session_key_id"))
        .col(schema::blob_null("session_wrapped_key"))
        .col(schema::blob_null("session_ciphertext"));
}

fn checks(logins: &mut TableCreateStatement) {
    let over = "state IN ('authorized', 'expired', 'cancelled', 'superseded', 'failed')";
    logins
        .check((
            "ck_logins_ended_at",
            Expr::cust(format!("({over}) = (ended_at IS NOT NULL)")),
        ))
        .check((
            "ck_logins_session",
            Expr::cust(
                "(session_key_id IS NULL) = (session_wrapped_key IS NULL) \
                 AND (session_key_id IS NULL) = (session_ciphertext IS NULL)",
            ),
        ));
}

/// One login of an owner that is not over.
fn one_running() -> IndexCreateStatement {
    Index::create()
        .name("ux_logins_running")
        .table("logins")
        .unique()
        .col("tenant")
        .col("person")
        .and_where(Expr::col("ended_at").is_null())
        .take()
}

fn unattended() -> IndexCreateStatement {
    Index::create()
        .name("ix_logins_unattended")
        .table("logins")
        .col("created_at")
        .cond_where(
            Cond::any()
                .add(Expr::col("ended_at").is_null())
                .add(Expr::col("cleanup_at").is_not_null()),
        )
        .take()
}

fn scanned() -> IndexCreateStatement {
    Index::create()
        .name("ix_logins_scanned_at")
        .table("logins")
        .col("tenant")
        .col("person")
        .col("scanned_at")
        .and_where(Expr::col("scanned_at").is_not_null())
        .take()
}

fn ended() -> IndexCreateStatement {
    Index::create()
        .name("ix_logins_ended_at")
        .table("logins")
        .col("ended_at")
        .and_where(Expr::col("ended_at").is_not_null())
        .take()
}
