//! The audit as a chain: entries on strands, what each strand has come to, and
//! checkpoints. What was written before is strand 0, up to its base.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;
use sea_orm_migration::sea_orm::DbBackend;

use crate::append_only;
use crate::columns::{moment, owner};
use crate::m20261121_000005_audit as before;

/// How many strands a tenant has in PostgreSQL; in `SQLite`, where only one
/// transaction writes at a time, it has one.
const STRANDS: u16 = 16;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(entries()).await?;
        manager.create_index(about()).await?;
        manager.create_table(strands()).await?;
        manager.create_table(checkpoints()).await?;
        let db = manager.get_connection();
        for statement in take_over(manager.get_database_backend()) {
            db.execute_unprepared(&statement).await?;
        }
        before::Migration.down(manager).await?;
        append_only::guard_but_for_pruning(manager, "audit_entries", "audit_strands").await?;
        append_only::guard(manager, "audit_checkpoints").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        before::Migration.up(manager).await?;
        manager
            .get_connection()
            .execute_unprepared(GIVE_BACK)
            .await?;
        for table in ["audit_entries", "audit_strands", "audit_checkpoints"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        append_only::unguard_but_for_pruning(manager, "audit_entries").await?;
        append_only::unguard(manager, "audit_checkpoints").await
    }
}

fn entries() -> TableCreateStatement {
    let mut entries = Table::create();
    owner(entries.table("audit_entries"))
        .col(schema::small_integer("strand"))
        .col(schema::big_integer("seq"))
        .col(moment("at"))
        .col(schema::uuid("subject"))
        .col(schema::string_len("actor_kind", 16))
        .col(schema::text_null("actor_name"))
        .col(schema::string_len("action", 32))
        .col(schema::text("reason"))
        .col(schema::text("origin"))
        .col(schema::string_len("outcome", 16))
        .col(schema::blob("link"))
        .primary_key(
            Index::create()
                .name("pk_audit_entries")
                .col("tenant")
                .col("strand")
                .col("seq"),
        )
        .take()
}

/// The newest entries about an owner.
fn about() -> IndexCreateStatement {
    Index::create()
        .name("ix_audit_entries_owner")
        .table("audit_entries")
        .col("tenant")
        .col("person")
        .col("at")
        .col("strand")
        .col("seq")
        .take()
}

fn strands() -> TableCreateStatement {
    Table::create()
        .table("audit_strands")
        .col(schema::string_len("tenant", 32))
        .col(schema::small_integer("strand"))
        .col(schema::big_integer("head_seq"))
        .col(schema::blob("head_link"))
        // Up to here the entries are gone, or not in the chain.
        .col(schema::big_integer("base_seq"))
        .col(schema::blob("base_link"))
        .primary_key(
            Index::create()
                .name("pk_audit_strands")
                .col("tenant")
                .col("strand"),
        )
        .check((
            "ck_audit_strands_base",
            Expr::cust("0 <= base_seq AND base_seq <= head_seq"),
        ))
        .take()
}

fn checkpoints() -> TableCreateStatement {
    Table::create()
        .table("audit_checkpoints")
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("number"))
        .col(moment("at"))
        .col(schema::blob("heads"))
        .col(schema::blob("previous"))
        .col(schema::blob("mac"))
        .primary_key(
            Index::create()
                .name("pk_audit_checkpoints")
                .col("tenant")
                .col("number"),
        )
        .take()
}

/// Puts what was written before there was a chain onto strand 0: it can be
/// read, and its links are zeros.
fn take_over(backend: DbBackend) -> Vec<String> {
    let zeros = if backend == DbBackend::Sqlite {
        "zeroblob(32)"
    } else {
        "decode(repeat('00', 32), 'hex')"
    };
    let entries = format!(
        "INSERT INTO audit_entries (tenant, strand, seq, at, person, subject, actor_kind, \
         actor_name, action, reason, origin, outcome, link) \
         SELECT tenant, 0, seq, at, person, subject, actor_kind, actor_name, action, reason, \
         '', 'done', {zeros} FROM audit"
    );
    let first = format!(
        "INSERT INTO audit_strands (tenant, strand, head_seq, head_link, base_seq, base_link) \
         SELECT tenant, 0, max(seq), {zeros}, max(seq), {zeros} FROM audit GROUP BY tenant"
    );
    let mut statements = vec![entries, first];
    if backend != DbBackend::Sqlite {
        statements.push(format!(
            "INSERT INTO audit_strands (tenant, strand, head_seq, head_link, base_seq, base_link) \
             SELECT tenant, n, 0, {zeros}, 0, {zeros} \
             FROM audit_strands, generate_series(1, {}) AS n",
            STRANDS - 1,
        ));
    }
    statements
}

/// One count for each tenant again, without what the old table cannot hold.
const GIVE_BACK: &str = "INSERT INTO audit \
    (tenant, seq, person, at, subject, actor_kind, actor_name, action, reason) \
    SELECT tenant, row_number() OVER (PARTITION BY tenant ORDER BY at, strand, seq), person, at, \
    subject, actor_kind, actor_name, action, reason FROM audit_entries";
