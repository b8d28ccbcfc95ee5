//! Accounts: implements [`AccountListing`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryResult, QuerySelect, QueryTrait, RelationTrait, Select,
};
use sesame_domain::ids::{AccountId, NodeId, PersonId};
use sesame_domain::listing::{Cursor, IdSearch, Tenants};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing, AccountQuery, AccountRow, AccountSearch, HealthFilter,
    ListedAccounts,
};

use super::id_search::has_id;
use super::merged::{Found, List, place_by_id};
use super::order::{InOrder, by};
use super::scope::{Scope, may_see};
use crate::database::{failed, in_row, in_table};
use crate::handles::ListingRows;
use crate::reading::Read;
use crate::rows::account::{Column, Entity, Model, Relation};
use crate::rows::{session, stored};

const TABLE: &str = "accounts";
/// Of its session, beside the columns of an account.
const KEY: &str = "session_key";
const NODE: &str = "session_node";

#[async_trait]
impl AccountListing for ListingRows {
    async fn accounts(&self, query: &AccountQuery) -> Result<ListedAccounts, StoreError> {
        let db = &self.0;
        db.within(async {
            let backend = db.reads().get_database_backend();
            let scopes = Scope::among(db.reads(), &query.tenants, TABLE).await;
            let list = List {
                scopes: &scopes.map_err(failed)?,
                page: &query.page,
                count: query.count,
                order: InOrder::last_first(used_at(), vec![by(Column::Id)]),
            };
            let after = |order: &InOrder, rows, _: &Scope, place: &Cursor<AccountId>| {
                order.after(rows, place.at, vec![place.key.as_uuid().into()])
            };
            let found = |row: &QueryResult| Found {
                place: place_by_id(row),
                row: broken_or(row),
            };
            let filter = &query.filter;
            let Some((key, rest)) = key_and_rest(filter) else {
                let all = |scope: &Scope| with_session(matching(filter, scope, backend));
                return list.read(db, all, after, found).await;
            };
            let rest = |scope: &Scope| matching(&rest, scope, backend);
            let among = |scope: &Scope| rest(scope).select_only().column(Column::Id);
            let under_key = |scope: &Scope| with_session(rest(scope)).filter(is_under(key));
            list.look_through(db, among, place_by_id, under_key, after, found)
                .await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn account(
        &self,
        id: AccountId,
        tenants: &Tenants,
    ) -> Result<Option<AccountRow>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid()).filter(may_see(tenants, Column::Tenant));
            let query = with_session(query).into_query();
            let row = db.reads().query_one(&query).await.map_err(failed)?;
            row.map(|row| Read::<Entity>::of(&row, "").then(|model| account_row(model, &row)))
                .transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }
}

/// When it was last used, as the indexes have it.
fn used_at() -> Expr {
    Expr::cust("COALESCE(accounts.used_at, accounts.linked_at)")
}

/// With what its session says of its key and its node.
fn with_session(accounts: Select<Entity>) -> Select<Entity> {
    accounts
        .join(JoinType::LeftJoin, Relation::Session.def())
        .column_as(session::Column::KeyId, KEY)
        .column_as(session::Column::Node, NODE)
}

fn broken_or(row: &QueryResult) -> Result<AccountRow, BrokenRow> {
    Read::<Entity>::of(row, "").or_broken_by(|model| account_row(model, row))
}

fn account_row(model: Model, row: &QueryResult) -> Result<AccountRow, StoreError> {
    let key: Option<String> = row.try_get("", KEY).map_err(failed)?;
    let node: Option<String> = row.try_get("", NODE).map_err(failed)?;
    Ok(AccountRow {
        account: model.try_into()?,
        key: key.filter(|key| key != session::NO_KEY),
        node: node.map(NodeId::from),
    })
}

/// Whether a number is that of a person. Eight digits may also be the end of an id.
fn has_number(person: PersonId, backend: DbBackend) -> Expr {
    let theirs = Column::Person.eq(person.0);
    match person.to_string().parse() {
        Ok(end @ IdSearch::End(_)) => theirs.or(has_id(Column::Id, TABLE, &end, backend)),
        _ => theirs,
    }
}

/// The key of a filter that nothing narrows down further, and what else it asks for.
fn key_and_rest(filter: &AccountFilter) -> Option<(&str, AccountFilter)> {
    let key = filter.key.as_deref().filter(|_| filter.search.is_none())?;
    let rest = AccountFilter {
        key: None,
        ..filter.clone()
    };
    Some((key, rest))
}

/// Whether an account's session is sealed under this key: looked up for each row,
/// however many of them there are.
fn is_under(key: &str) -> Expr {
    let of_row = session::Entity::find()
        .select_only()
        .column(session::Column::KeyId)
        .filter(Expr::cust("sessions.id = accounts.session_id"))
        .into_query();
    Expr::SubQuery(None, Box::new(of_row.into())).eq(key)
}

/// The accounts of these that a filter lets through.
pub(crate) fn matching(
    filter: &AccountFilter,
    scope: &Scope,
    backend: DbBackend,
) -> Select<Entity> {
    let mut rows = Entity::find().filter(scope.has(Column::Tenant));
    if let Some(key) = &filter.key {
        let sealed = session::Entity::find()
            .select_only()
            .column(session::Column::Id)
            .filter(session::Column::KeyId.eq(key.as_str()))
            .filter(Expr::cust("sessions.id = accounts.session_id"))
            .into_query();
        rows = rows.filter(Expr::exists(sealed));
    }
    if let Some(search) = &filter.search {
        rows = rows.filter(match search {
            AccountSearch::Id(id) => has_id(Column::Id, TABLE, id, backend),
            AccountSearch::Person(person) => has_number(*person, backend),
            AccountSearch::Username(name) => Expr::cust("LOWER(accounts.username)")
                .eq(name.as_str())
                .and(Column::Username.is_not_null()),
        });
    }
    if let Some(health) = filter.health {
        rows = rows.filter(match health {
            HealthFilter::Alive => Column::Health.eq("alive"),
            HealthFilter::Frozen => Column::Health.eq("frozen"),
            HealthFilter::Dead | HealthFilter::DeadOf(_) => Column::Health.eq("dead"),
        });
        if let HealthFilter::DeadOf(cause) = health {
            rows = rows.filter(Column::HealthCause.eq(cause.as_str()));
        }
    }
    let moments = [
        filter.used_before.map(|it| used_at().lt(stored(it))),
        filter.used_since.map(|it| used_at().gte(stored(it))),
        filter
            .linked_since
            .map(|it| Column::LinkedAt.gte(stored(it))),
    ];
    let moments = moments.into_iter().flatten();
    moments.fold(rows, |rows, one: Expr| rows.filter(one))
}
