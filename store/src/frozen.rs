//! The ids of the rows that a selection froze: in their order, a hundred to a row of
//! `selection_parts`. What an older program froze has a row for each in
//! `selection_rows`.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Set,
};
use serde::{Deserialize, Serialize};
use sesame_domain::bulk::BulkFilter;
use sesame_domain::ids::SelectionId;
use sesame_domain::ports::StoreError;
use uuid::Uuid;

use crate::database::{Transaction, failed};
use crate::listing::Scope;
use crate::rows::{selection_part, selection_row};

/// How many ids stand in a row: with them it stays below 2,000 bytes, above which
/// PostgreSQL would compress it and put it elsewhere.
const IN_A_PART: usize = 100;
/// How many rows are written by one statement: their values are fewer than a statement
/// of SQLite may have.
const AT_ONCE: usize = 200;

/// The filter of a selection as it is kept, which says where its rows are. An older
/// program does not understand the new way, and leaves such a selection alone.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kept {
    /// They are in `selection_parts`.
    InParts(BulkFilter),
    /// They are in `selection_rows`.
    #[serde(untagged)]
    ByThemselves(BulkFilter),
}

impl Kept {
    pub(crate) fn filter(&self) -> &BulkFilter {
        match self {
            Self::InParts(filter) | Self::ByThemselves(filter) => filter,
        }
    }

    /// How many rows were frozen, by the name of their tenant.
    pub(crate) async fn counts(
        &self,
        db: &impl ConnectionTrait,
        id: SelectionId,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        use selection_part::Column as Part;
        use selection_row::Column as Row;
        let counts = match self {
            Self::InParts(_) => {
                selection_part::Entity::find()
                    .filter(Part::Selection.eq(id.as_uuid()))
                    .select_only()
                    .column(Part::Tenant)
                    .expr_as(Expr::cust("SUM(size)"), "found")
                    .group_by(Part::Tenant)
                    .order_by_asc(Part::Tenant)
                    .into_tuple()
                    .all(db)
                    .await
            }
            Self::ByThemselves(_) => {
                selection_row::Entity::find()
                    .filter(Row::Selection.eq(id.as_uuid()))
                    .select_only()
                    .column(Row::Tenant)
                    .expr_as(Expr::cust("COUNT(*)"), "found")
                    .group_by(Row::Tenant)
                    .order_by_asc(Row::Tenant)
                    .into_tuple()
                    .all(db)
                    .await
            }
        };
        counts.map_err(failed)
    }

    /// All that were frozen of these, in their order.
    pub(crate) async fn all(
        &self,
        db: &impl ConnectionTrait,
        id: SelectionId,
        scope: &Scope,
    ) -> Result<Vec<Uuid>, StoreError> {
        match self {
            Self::InParts(_) => ids(db, &parts(id, scope, None).into_query()).await,
            Self::ByThemselves(_) => matching(db, rows(id, scope, None).into_query()).await,
        }
    }

    /// So many that were frozen of these, in their order, after that one.
    pub(crate) async fn after(
        &self,
        db: &impl ConnectionTrait,
        id: SelectionId,
        scope: &Scope,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Uuid>, StoreError> {
        if matches!(self, Self::ByThemselves(_)) {
            let rows = rows(id, scope, after).limit(u64::from(limit));
            return rows.into_tuple().all(db).await.map_err(failed);
        }
        // The first may have but one that comes after.
        let limit = limit as usize;
        let most = (limit.div_ceil(IN_A_PART) + 1) as u64;
        let parts = parts(id, scope, after).limit(most);
        let mut ids = ids(db, &parts.into_query()).await?;
        ids.retain(|id| after.is_none_or(|after| *id > after));
        ids.truncate(limit);
        Ok(ids)
    }
}

/// Freezes what a query finds.
pub(crate) async fn freeze(
    tx: &Transaction,
    id: SelectionId,
    scope: &Scope,
    found: SelectStatement,
) -> Result<(), StoreError> {
    let ids = matching(tx, found).await?;
    let parts = ids.chunks(IN_A_PART).map(|part| {
        Some(selection_part::ActiveModel {
            selection: Set(id.as_uuid()),
            tenant: Set(scope.name().to_owned()),
            last: Set(*part.last()?),
            size: Set(i32::try_from(part.len()).ok()?),
            ids: Set(part.iter().flat_map(|id| *id.as_bytes()).collect()),
        })
    });
    let parts: Option<Vec<_>> = parts.collect();
    let parts = parts.ok_or(StoreError::inconsistent("a part of a selection"))?;
    for some in parts.chunks(AT_ONCE) {
        selection_part::Entity::insert_many(some.to_vec())
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// What a query finds, in the order of the ids. They come in one piece: a row for each
/// would take longer than looking for them.
pub(crate) async fn matching(
    db: &impl ConnectionTrait,
    found: SelectStatement,
) -> Result<Vec<Uuid>, StoreError> {
    let piece = match db.get_database_backend() {
        DbBackend::Sqlite => "unhex(group_concat(hex(id), ''))",
        _ => "string_agg(uuid_send(id), ''::bytea)",
    };
    let query = Query::select()
        .expr_as(Expr::cust(piece), "ids")
        .from_subquery(found, "found")
        .take();
    let mut ids = ids(db, &query).await?;
    ids.sort_unstable();
    Ok(ids)
}

/// The ids in rows that hold many, or none.
async fn ids(db: &impl ConnectionTrait, query: &SelectStatement) -> Result<Vec<Uuid>, StoreError> {
    let rows = db.query_all(query).await.map_err(failed)?;
    let mut ids = Vec::new();
    for row in rows {
        let bytes: Option<Vec<u8>> = row.try_get("", "ids").map_err(failed)?;
        let bytes = bytes.unwrap_or_default();
        let (whole, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(StoreError::inconsistent("ids that were frozen"));
        }
        ids.extend(whole.iter().copied().map(Uuid::from_bytes));
    }
    Ok(ids)
}

/// What holds the ids of these, by id, from the first on that may be after that one.
fn parts(id: SelectionId, scope: &Scope, after: Option<Uuid>) -> Select<selection_part::Entity> {
    use selection_part::{Column, Entity};
    let parts = Entity::find()
        .select_only()
        .column(Column::Ids)
        .filter(Column::Selection.eq(id.as_uuid()))
        .filter(Column::Tenant.eq(scope.name()))
        .order_by_asc(Column::Last);
    match after {
        Some(after) => parts.filter(Column::Last.gt(after)),
        None => parts,
    }
}

/// The rows of these that an older program froze, by id, after that one.
fn rows(id: SelectionId, scope: &Scope, after: Option<Uuid>) -> Select<selection_row::Entity> {
    use selection_row::{Column, Entity};
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Selection.eq(id.as_uuid()))
        .filter(Column::Tenant.eq(scope.name()))
        .order_by_asc(Column::Id);
    match after {
        Some(after) => rows.filter(Column::Id.gt(after)),
        None => rows,
    }
}
