//! What was tried at a job, and kinds of jobs that no node begins.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::{moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(attempts()).await?;
        manager.create_table(pauses()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["job_attempts", "job_pauses"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}

/// By the fence of the claim. They go with their job.
fn attempts() -> TableCreateStatement {
    Table::create()
        .table("job_attempts")
        .col(schema::uuid("job"))
        .col(schema::big_integer("fence"))
        .col(schema::text("node"))
        .col(moment("began_at"))
        .col(moment_null("ended_at"))
        .col(schema::string_len_null("outcome", 32))
        .col(schema::text_null("code"))
        .col(schema::text("detail").default(""))
        .primary_key(
            Index::create()
                .name("pk_job_attempts")
                .col("job")
                .col("fence"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_job_attempts_job")
                .from("job_attempts", "job")
                .to("jobs", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

/// An empty tenant stands for all: a key may hold no null.
fn pauses() -> TableCreateStatement {
    Table::create()
        .table("job_pauses")
        .col(schema::string_len("kind", 64))
        .col(schema::string_len("tenant", 32).default(""))
        .col(schema::text("paused_by"))
        .col(schema::text("reason"))
        .col(moment("since"))
        .primary_key(
            Index::create()
                .name("pk_job_pauses")
                .col("kind")
                .col("tenant"),
        )
        .take()
}
