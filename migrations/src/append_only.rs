//! Triggers that let rows be added to a table and nothing else.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Refuses every change and removal of rows of the table.
pub(crate) async fn guard(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let statements = if manager.get_database_backend() == DbBackend::Sqlite {
        sqlite(table)
    } else {
        postgres(table)
    };
    let db = manager.get_connection();
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Removes what `guard` put there, except what goes away with the table.
pub(crate) async fn unguard(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let statement = format!("DROP FUNCTION {table}_append_only()");
    manager
        .get_connection()
        .execute_unprepared(&statement)
        .await?;
    Ok(())
}

fn sqlite(table: &str) -> Vec<String> {
    ["UPDATE", "DELETE"]
        .into_iter()
        .map(|change| {
            format!(
                "CREATE TRIGGER tg_{table}_no_{} BEFORE {change} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                change.to_lowercase(),
            )
        })
        .collect()
}

fn postgres(table: &str) -> Vec<String> {
    vec![
        format!(
            "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        ),
        format!(
            "CREATE TRIGGER tg_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        ),
    ]
}
