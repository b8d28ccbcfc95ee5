//! The rows of a selection, a hundred in one: writing down 100,000 by themselves took
//! most of a second, half of it to look up for each that its selection is there.
//!
//! What was frozen before stays in `selection_rows`, where programs that still run
//! also write. They do not understand the filter of what is kept here, so that none of
//! them takes it for a selection of nothing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(parts()).await
    }

    /// Writes each row down by itself again.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rows = match manager.get_database_backend() {
            DbBackend::Sqlite => SQLITE_ROWS,
            _ => POSTGRES_ROWS,
        };
        for statement in [rows, FILTERS] {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        manager
            .drop_table(Table::drop().table("selection_parts").take())
            .await
    }
}

/// In the order in which they are gone through. An empty tenant stands for none:
/// a key may hold no null.
fn parts() -> TableCreateStatement {
    Table::create()
        .table("selection_parts")
        .col(schema::uuid("selection"))
        .col(schema::string_len("tenant", 32).default(""))
        // The last id in it.
        .col(schema::uuid("last"))
        // How many ids are in it.
        .col(schema::integer("size"))
        // They themselves in their order, of 16 bytes each.
        .col(schema::blob("ids"))
        .primary_key(
            Index::create()
                .name("pk_selection_parts")
                .col("selection")
                .col("tenant")
                .col("last"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_selection_parts_selection")
                .from("selection_parts", "selection")
                .to("selections", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

const SQLITE_ROWS: &str = "INSERT INTO selection_rows (selection, tenant, id) \
     WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n \
     WHERE i + 1 < (SELECT MAX(size) FROM selection_parts)) \
     SELECT selection, tenant, substr(ids, i * 16 + 1, 16) FROM selection_parts \
     JOIN n ON i < size";

const POSTGRES_ROWS: &str = "INSERT INTO selection_rows (selection, tenant, id) \
     SELECT selection, tenant, encode(substr(ids, i * 16 + 1, 16), 'hex')::uuid \
     FROM selection_parts, generate_series(0, size - 1) AS i";

/// `{"in_parts":…}` is what there is inside.
const FILTERS: &str = "UPDATE selections SET filter = substr(filter, 13, length(filter) - 13) \
     WHERE filter LIKE '{\"in_parts\":%'";
