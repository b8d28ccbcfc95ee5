//! Which copies of dialogs are brought up to date by themselves, and how that went.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

use crate::columns::moment_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "exports";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let add = Table::alter().table(TABLE).add_column(column).take();
            manager.alter_table(add).await?;
        }
        for (name, column) in INDEXES {
            let mut index = Index::create();
            manager
                .create_index(index.name(name).table(TABLE).col(column).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let index = Index::drop().name(name).table(TABLE).to_owned();
            manager.drop_index(index).await?;
        }
        for column in columns() {
            let name = column.get_column_name().clone();
            let remove = Table::alter().table(TABLE).drop_column(name).take();
            manager.alter_table(remove).await?;
        }
        Ok(())
    }
}

/// What is due is looked for, and what is under way.
const INDEXES: [(&str, &str); 2] = [
    ("ix_exports_renew_next_at", "renew_next_at"),
    ("ix_exports_renew_job", "renew_job"),
];

fn columns() -> Vec<ColumnDef> {
    vec![
        // Null: not by itself.
        schema::string_len_null("renew_every", 16),
        // Null beside it: it stopped.
        moment_null("renew_next_at"),
        // The job of a run, until it was looked how it ended.
        schema::uuid_null("renew_job"),
        moment_null("renew_last_at"),
        // Null: the last one did not fail.
        schema::string_len_null("renew_last_failure", 64),
        schema::integer("renew_failures").default(0).take(),
    ]
}
