//! Work in the background, and how often what is done again and again is done:
//! what `duties` said goes on as `schedules`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What both tables have.
const CARRIED: &str = "fence, node, began_at, done_at, failed_at, failures, report";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(schedules()).await?;
        let carry =
            format!("INSERT INTO schedules (kind, {CARRIED}) SELECT name, {CARRIED} FROM duties");
        move_rows(manager, &carry, "duties").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(duties()).await?;
        // Longer names are of kinds that the program of then does not know.
        let carry = format!(
            "INSERT INTO duties (name, {CARRIED}) SELECT kind, {CARRIED} FROM schedules \
             WHERE length(kind) <= 32"
        );
        move_rows(manager, &carry, "schedules").await?;
        manager.drop_table(Table::drop().table("jobs").take()).await
    }
}

async fn move_rows(
    manager: &SchemaManager<'_>,
    carry: &str,
    from: &'static str,
) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(carry).await?;
    manager.drop_table(Table::drop().table(from).take()).await
}

/// `run_after` is set as long as a job is to be done and no one is at it,
/// `running_since` as long as a node is at it, `ended_at` once it is over: the
/// indexes go by these, whatever states a newer program knows.
fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(schema::uuid("id"))
        .col(schema::string_len("kind", 64))
        .col(schema::string_len_null("tenant", 32))
        .col(schema::big_integer_null("person"))
        .col(schema::uuid_null("account"))
        .col(schema::text_null("unique_key"))
        .col(schema::text("payload"))
        .col(schema::string_len("state", 32))
        .col(moment_null("run_after"))
        .col(schema::text_null("reason"))
        .col(schema::text_null("code"))
        .col(schema::text("report").default(""))
        .col(schema::big_integer_null("missing"))
        .col(schema::text_null("progress"))
        .col(schema::integer("attempts").default(0))
        .col(schema::big_integer("fence").default(0))
        .col(schema::text_null("node"))
        .col(moment_null("running_since"))
        .col(schema::text_null("cancel_by"))
        .col(moment("created_at"))
        .col(moment_null("ended_at"))
        .primary_key(Index::create().name("pk_jobs").col("id"))
        .check((
            "ck_jobs_owner",
            Expr::cust("(tenant IS NULL) = (person IS NULL)"),
        ))
        .take()
}

fn indexes() -> [IndexCreateStatement; 8] {
    let index = |name: &'static str| Index::create().name(name).table("jobs").take();
    let set = |column: &'static str| Expr::col(column).is_not_null();
    [
        // What the runner looks for.
        index("ix_jobs_due")
            .col("kind")
            .col("run_after")
            .col("id")
            .and_where(set("run_after"))
            .take(),
        index("ix_jobs_running")
            .col("node")
            .and_where(set("running_since"))
            .take(),
        index("ux_jobs_account_running")
            .unique()
            .col("account")
            .and_where(set("running_since"))
            .take(),
        index("ux_jobs_unique")
            .unique()
            .col("kind")
            .col("unique_key")
            .and_where(Expr::col("ended_at").is_null())
            .take(),
        index("ix_jobs_ended_at")
            .col("ended_at")
            .and_where(set("ended_at"))
            .take(),
        // What lists show.
        index("ix_jobs_state").col("state").col("id").take(),
        index("ix_jobs_owner")
            .col("person")
            .col("tenant")
            .col("id")
            .and_where(set("person"))
            .take(),
        index("ix_jobs_account")
            .col("account")
            .col("id")
            .and_where(set("account"))
            .take(),
    ]
}

fn schedules() -> TableCreateStatement {
    again_and_again(
        Table::create()
            .table("schedules")
            .col(schema::string_len("kind", 64)),
    )
    // The job that it asked for last.
    .col(schema::uuid_null("job"))
    .primary_key(Index::create().name("pk_schedules").col("kind"))
    .take()
}

/// As it was before.
fn duties() -> TableCreateStatement {
    again_and_again(
        Table::create()
            .table("duties")
            .col(schema::string_len("name", 32)),
    )
    .primary_key(Index::create().name("pk_duties").col("name"))
    .take()
}

fn again_and_again(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(schema::big_integer("fence"))
        .col(schema::text("node"))
        .col(moment("began_at"))
        .col(moment_null("done_at"))
        .col(moment_null("failed_at"))
        .col(schema::integer("failures").default(0))
        .col(schema::text("report").default(""))
}
