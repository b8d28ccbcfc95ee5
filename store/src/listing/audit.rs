//! The audit: implements [`AuditListing`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryResult, Select};
use sesame_domain::audit::{Action, Outcome};
use sesame_domain::listing::Cursor;
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    AuditFilter, AuditKey, AuditListing, AuditQuery, ListedEntries,
};

use super::merged::{Found, List, listed_at};
use super::order::{InOrder, by};
use super::scope::Scope;
use crate::database::{failed, in_table};
use crate::handles::ListingRows;
use crate::reading::Read;
use crate::rows::audit::{Column, Entity};
use crate::rows::stored;

const TABLE: &str = "audit_entries";

#[async_trait]
impl AuditListing for ListingRows {
    async fn entries(&self, query: &AuditQuery) -> Result<ListedEntries, StoreError> {
        let db = &self.0;
        db.within(async {
            let scopes = Scope::among(db.reads(), &query.tenants, TABLE).await;
            let list = List {
                scopes: &scopes.map_err(failed)?,
                page: &query.page,
                count: query.count,
                order: InOrder::last_first(
                    by(Column::At),
                    vec![by(Column::Strand), by(Column::Seq)],
                ),
            };
            let found = |row: &QueryResult| Found {
                place: place(row),
                row: Read::<Entity>::of(row, "").or_broken(),
            };
            list.read(db, |scope| matching(&query.filter, scope), after, found)
                .await
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// Where a page goes on in the audit of a tenant: entries are told apart by the
/// tenant first.
fn after(
    order: &InOrder,
    rows: Select<Entity>,
    scope: &Scope,
    place: &Cursor<AuditKey>,
) -> Select<Entity> {
    let Cursor { at, key } = place;
    if scope.name() == key.tenant {
        return order.after(rows, *at, vec![key.strand.into(), key.seq.into()]);
    }
    order.beyond_moment(rows, *at, scope.name() < key.tenant.as_str())
}

fn place(row: &QueryResult) -> Option<Cursor<AuditKey>> {
    Some(Cursor {
        at: listed_at(row)?,
        key: AuditKey {
            tenant: row.try_get("", "tenant").ok()?,
            strand: row.try_get("", "strand").ok()?,
            seq: row.try_get("", "seq").ok()?,
        },
    })
}

/// The entries of these that a filter lets through.
fn matching(filter: &AuditFilter, scope: &Scope) -> Select<Entity> {
    let mut rows = Entity::find().filter(scope.has(Column::Tenant));
    if let [action] = filter.actions.as_slice() {
        rows = rows.filter(Column::Action.eq(action.as_str()));
    } else if !filter.actions.is_empty() {
        rows = rows.filter(Column::Action.is_in(filter.actions.iter().map(Action::as_str)));
    }
    if let Some(actor) = &filter.actor {
        rows = rows.filter(Column::ActorKind.eq(actor.kind.as_str()));
        if let Some(name) = &actor.name {
            rows = rows.filter(Column::ActorName.eq(name.as_str()));
        }
    }
    if !filter.outcomes.is_empty() {
        let names = filter.outcomes.iter().map(Outcome::as_str);
        rows = rows.filter(Column::Outcome.is_in(names));
        if !filter.outcomes.contains(&Outcome::Done) {
            // As the index of what was not done says it.
            rows = rows.filter(Expr::cust("audit_entries.outcome <> 'done'"));
        }
    }
    let exact = [
        filter.person.map(|it| Column::Person.eq(it.0)),
        filter.subject.map(|it| Column::Subject.eq(it)),
        filter.since.map(|it| Column::At.gte(stored(it))),
        filter.until.map(|it| Column::At.lt(stored(it))),
    ];
    let exact = exact.into_iter().flatten();
    exact.fold(rows, |rows, one: Expr| rows.filter(one))
}
