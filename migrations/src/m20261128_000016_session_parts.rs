//! Sessions in three parts: what a session has read up to, and whom it met,
//! beside its credentials in `sessions`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::owner;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(session_cursors()).await?;
        manager.create_table(channel_cursors()).await?;
        manager.create_table(session_peers()).await?;
        // Rewrapping and retiring look for what a version wraps.
        let by_key = Index::create()
            .name("ix_session_peers_key_id")
            .table("session_peers")
            .col("key_id")
            .col("id")
            .take();
        manager.create_index(by_key).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["session_peers", "channel_cursors", "session_cursors"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

/// The account's common sequence of updates.
fn session_cursors() -> TableCreateStatement {
    Table::create()
        .table("session_cursors")
        .col(schema::uuid("session_id"))
        .col(schema::integer("pts"))
        .col(schema::integer("qts"))
        .col(schema::integer("date"))
        .col(schema::integer("seq"))
        .primary_key(Index::create().name("pk_session_cursors").col("session_id"))
        .foreign_key(&mut gone_with_the_session(
            "fk_session_cursors_session",
            "session_cursors",
            "session_id",
        ))
        .take()
}

/// The sequence of each channel that is read.
fn channel_cursors() -> TableCreateStatement {
    Table::create()
        .table("channel_cursors")
        .col(schema::uuid("session_id"))
        .col(schema::big_integer("channel"))
        .col(schema::integer("pts"))
        .primary_key(
            Index::create()
                .name("pk_channel_cursors")
                .col("session_id")
                .col("channel"),
        )
        .foreign_key(&mut gone_with_the_session(
            "fk_channel_cursors_session",
            "channel_cursors",
            "session_id",
        ))
        .take()
}

/// The peers that a session met, as one sealed value: rows of their own would
/// say whom someone met. `id` is the session's.
fn session_peers() -> TableCreateStatement {
    let mut peers = Table::create();
    owner(peers.table("session_peers").col(schema::uuid("id")))
        .col(schema::text("key_id"))
        .col(schema::blob("wrapped_key"))
        .col(schema::blob("ciphertext"))
        .primary_key(Index::create().name("pk_session_peers").col("id"))
        .foreign_key(&mut gone_with_the_session(
            "fk_session_peers_session",
            "session_peers",
            "id",
        ))
        .take()
}

/// Whoever erases a session erases this too, also a program that does not
/// know these tables.
fn gone_with_the_session(
    name: &'static str,
    table: &'static str,
    column: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(table, column)
        .to("sessions", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}
