//! Logins: implements [`LoginListing`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, Select};
use sesame_domain::ids::LoginId;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    ListedLogins, LoginFilter, LoginListing, LoginQuery, LoginRow,
};

use super::id_search::has_id;
use super::merged::{Found, List, place_by_id};
use super::order::{InOrder, by};
use super::scope::{Scope, may_see};
use crate::database::{failed, in_row, in_table};
use crate::handles::ListingRows;
use crate::reading::{self, Read};
use crate::rows::login::{Column, Entity, state_names};
use crate::rows::stored;

const TABLE: &str = "logins";

#[async_trait]
impl LoginListing for ListingRows {
    async fn logins(&self, query: &LoginQuery) -> Result<ListedLogins, StoreError> {
        let db = &self.0;
        db.within(async {
            let backend = db.reads().get_database_backend();
            let scopes = Scope::among(db.reads(), &query.tenants, TABLE).await;
            let list = List {
                scopes: &scopes.map_err(failed)?,
                page: &query.page,
                count: query.count,
                order: InOrder::last_first(by(Column::CreatedAt), vec![by(Column::Id)]),
            };
            list.read(
                db,
                |scope| matching(&query.filter, scope, backend),
                |order, rows, _, place| {
                    order.after(rows, place.at, vec![place.key.as_uuid().into()])
                },
                |row| Found {
                    place: place_by_id(row),
                    row: Read::<Entity>::of(row, "").or_broken(),
                },
            )
            .await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn login(&self, id: LoginId, tenants: &Tenants) -> Result<Option<LoginRow>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid()).filter(may_see(tenants, Column::Tenant));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }
}

/// The logins of these that a filter lets through.
fn matching(filter: &LoginFilter, scope: &Scope, backend: DbBackend) -> Select<Entity> {
    let mut rows = Entity::find().filter(scope.has(Column::Tenant));
    if let Some(is_over) = filter.is_over {
        rows = rows.filter(if is_over {
            Column::EndedAt.is_not_null()
        } else {
            Column::EndedAt.is_null()
        });
    }
    if !filter.statuses.is_empty() {
        let names = filter.statuses.iter().flat_map(|it| state_names(*it));
        rows = rows.filter(Column::State.is_in(names.copied()));
    }
    if filter.is_waiting {
        rows = rows
            .filter(Column::EndedAt.is_null())
            .filter(Column::SetbackRetryAt.is_not_null());
    }
    if let Some(id) = &filter.id {
        rows = rows.filter(has_id(Column::Id, TABLE, id, backend));
    }
    let exact = [
        filter.person.map(|it| Column::Person.eq(it.0)),
        filter.method.map(|it| Column::Method.eq(it.as_str())),
        filter.node.as_ref().map(|it| Column::Node.eq(it.as_str())),
        filter
            .failure
            .as_ref()
            .map(|it| Column::FailureCode.eq(it.as_str())),
        filter.since.map(|it| Column::CreatedAt.gte(stored(it))),
        filter.until.map(|it| Column::CreatedAt.lt(stored(it))),
    ];
    let exact = exact.into_iter().flatten();
    exact.fold(rows, |rows, one: Expr| rows.filter(one))
}
