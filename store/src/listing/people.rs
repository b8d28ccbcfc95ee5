//! People: implements [`PersonListing`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryResult, QuerySelect, QueryTrait, Select,
};
use sesame_domain::ids::{AccountId, PersonId};
use sesame_domain::listing::{Count, Cursor, Tenants};
use sesame_domain::page::{BrokenRow, Page};
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    ListedPeople, PersonFilter, PersonKey, PersonListing, PersonQuery, PersonRow,
};

use super::merged::{Found, List, listed_at};
use super::order::{InOrder, by};
use super::scope::Scope;
use crate::database::{failed, in_table};
use crate::handles::ListingRows;
use crate::reading::Read;
use crate::rows::person::{Column, Entity, Model};
use crate::rows::{account, stored};

const TABLE: &str = "people";
/// The id of their account, beside the columns of a person.
const ACCOUNT: &str = "account";

#[async_trait]
impl PersonListing for ListingRows {
    async fn people(&self, query: &PersonQuery) -> Result<ListedPeople, StoreError> {
        let db = &self.0;
        db.within(async {
            let scopes = Scope::among(db.reads(), &query.tenants, TABLE).await;
            let list = List {
                scopes: &scopes.map_err(failed)?,
                page: &query.page,
                count: query.count,
                order: InOrder::last_first(by(Column::LastSeenAt), vec![by(Column::Person)]),
            };
            let all = |scope: &Scope| {
                let people = matching(&query.filter, scope);
                people.expr_as(account_of_row(), ACCOUNT)
            };
            let Some(found_by_index) = found_by_index(&query.filter) else {
                return list.read(db, all, after, found).await;
            };
            let among = |scope: &Scope| {
                let people = matching(&found_by_index, scope).select_only();
                people.columns([Column::Tenant, Column::Person])
            };
            list.look_through(db, among, place, all, after, found).await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn person(
        &self,
        person: PersonId,
        tenants: &Tenants,
    ) -> Result<ListedPeople, StoreError> {
        let query = PersonQuery {
            tenants: tenants.clone(),
            filter: PersonFilter {
                person: Some(person),
                ..PersonFilter::default()
            },
            page: Page::first(PersonQuery::MOST),
            count: Count::No,
        };
        self.people(&query).await
    }
}

/// Where a page goes on among the people of a tenant: they are told apart by the
/// tenant first.
fn after(
    order: &InOrder,
    rows: Select<Entity>,
    scope: &Scope,
    place: &Cursor<PersonKey>,
) -> Select<Entity> {
    let Cursor { at, key } = place;
    if scope.name() == key.tenant {
        return order.after(rows, *at, vec![key.person.0.into()]);
    }
    order.beyond_moment(rows, *at, scope.name() < key.tenant.as_str())
}

fn found(row: &QueryResult) -> Found<PersonRow, PersonKey> {
    Found {
        place: place(row),
        row: person_row(row),
    }
}

fn place(row: &QueryResult) -> Option<Cursor<PersonKey>> {
    Some(Cursor {
        at: listed_at(row)?,
        key: PersonKey {
            tenant: row.try_get("", "tenant").ok()?,
            person: PersonId(row.try_get("", "person").ok()?),
        },
    })
}

fn person_row(row: &QueryResult) -> Result<PersonRow, BrokenRow> {
    Read::<Entity>::of(row, "").or_broken_by(|model: Model| {
        let account: Option<uuid::Uuid> = row.try_get("", ACCOUNT).map_err(failed)?;
        Ok(PersonRow {
            record: model.try_into()?,
            account: account.map(AccountId::from),
        })
    })
}

/// The account of the person in the row.
fn their_account() -> SelectStatement {
    account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(Expr::cust("accounts.tenant = people.tenant"))
        .filter(Expr::cust("accounts.person = people.person"))
        .into_query()
}

/// The account of the person in the row, if there is one: looked up for each row,
/// however many of them there are.
fn account_of_row() -> Expr {
    Expr::SubQuery(None, Box::new(their_account().into()))
}

/// What an index finds of a filter that lets through what none does.
fn found_by_index(filter: &PersonFilter) -> Option<PersonFilter> {
    let found = PersonFilter {
        is_linked: None,
        language: None,
        is_blocked: filter.is_blocked.filter(|is_blocked| *is_blocked),
        ..filter.clone()
    };
    (found != *filter && filter.person.is_none()).then_some(found)
}

/// The people of these that a filter lets through.
fn matching(filter: &PersonFilter, scope: &Scope) -> Select<Entity> {
    let mut rows = Entity::find().filter(scope.has(Column::Tenant));
    if let Some(is_blocked) = filter.is_blocked {
        rows = rows.filter(if is_blocked {
            Column::BlockedAt.is_not_null()
        } else {
            Column::BlockedAt.is_null()
        });
    }
    if let Some(is_linked) = filter.is_linked {
        rows = rows.filter(if is_linked {
            account_of_row().is_not_null()
        } else {
            account_of_row().is_null()
        });
    }
    if let Some(tag) = &filter.language {
        rows = rows.filter(speaks(tag));
    }
    let exact = [
        filter.person.map(|it| Column::Person.eq(it.0)),
        filter
            .seen_since
            .map(|it| Column::LastSeenAt.gte(stored(it))),
        filter
            .seen_before
            .map(|it| Column::LastSeenAt.lt(stored(it))),
    ];
    let exact = exact.into_iter().flatten();
    exact.fold(rows, |rows, one: Expr| rows.filter(one))
}

/// Whether a language is that one, or that of some place.
fn speaks(tag: &str) -> Expr {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !tag.bytes().all(allowed) {
        return Expr::cust("FALSE");
    }
    let language = || Expr::cust("LOWER(people.language)");
    let tag = tag.to_ascii_lowercase();
    let somewhere = language().like(format!("{tag}-%"));
    language().eq(tag).or(somewhere)
}
