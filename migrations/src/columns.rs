//! Columns that several tables have, and their indexes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema;

/// The owner of a row: the tenant's name and the person's id at Telegram.
pub(crate) fn owner(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(schema::string_len("tenant", 32))
        .col(schema::big_integer("person"))
}

/// The names that a session gives to Telegram.
pub(crate) fn device(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(schema::text("device_model"))
        .col(schema::text("device_system_version"))
        .col(schema::text("device_app_version"))
        .col(schema::text("device_app_name"))
}

/// A moment in UTC, to the microsecond.
pub(crate) fn moment(name: &'static str) -> ColumnDef {
    schema::timestamp_with_time_zone(name)
}

/// A moment in UTC, or none.
pub(crate) fn moment_null(name: &'static str) -> ColumnDef {
    schema::timestamp_with_time_zone_null(name)
}

/// An index over these columns, in their order.
pub(crate) fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}
