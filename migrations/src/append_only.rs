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

/// Refuses every change of rows of the table, and every removal of one that is
/// above its strand's base.
pub(crate) async fn guard_but_for_pruning(
    manager: &SchemaManager<'_>,
    table: &str,
    strands: &str,
) -> Result<(), DbErr> {
    let base = format!(
        "coalesce((SELECT base_seq FROM {strands} WHERE {strands}.tenant = OLD.tenant \
         AND {strands}.strand = OLD.strand), 0)"
    );
    let statements = if manager.get_database_backend() == DbBackend::Sqlite {
        sqlite_but_for_pruning(table, &base)
    } else {
        postgres_but_for_pruning(table, &base)
    };
    let db = manager.get_connection();
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Removes what `guard_but_for_pruning` put there, except what goes away with
/// the table.
pub(crate) async fn unguard_but_for_pruning(
    manager: &SchemaManager<'_>,
    table: &str,
) -> Result<(), DbErr> {
    unguard(manager, table).await?;
    if manager.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let statement = format!("DROP FUNCTION {table}_pruned()");
    manager
        .get_connection()
        .execute_unprepared(&statement)
        .await?;
    Ok(())
}

fn sqlite_but_for_pruning(table: &str, base: &str) -> Vec<String> {
    vec![
        format!(
            "CREATE TRIGGER tg_{table}_no_update BEFORE UPDATE ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
        format!(
            "CREATE TRIGGER tg_{table}_pruned BEFORE DELETE ON {table} WHEN OLD.seq > {base} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
    ]
}

fn postgres_but_for_pruning(table: &str, base: &str) -> Vec<String> {
    vec![
        format!(
            "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        ),
        format!(
            "CREATE FUNCTION {table}_pruned() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF OLD.seq > {base} THEN \
             RAISE EXCEPTION '{table} is append-only'; END IF; RETURN OLD; END $$"
        ),
        format!(
            "CREATE TRIGGER tg_{table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        ),
        format!(
            "CREATE TRIGGER tg_{table}_pruned BEFORE DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION {table}_pruned()"
        ),
    ]
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
