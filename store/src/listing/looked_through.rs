//! Pages of what no index finds.
//!
//! The next rows of each tenant are looked through, and no more: where few are let
//! through, a page is not full, and the next one goes on where this one ended. So
//! a page costs no more than the rows that are looked through for it, however many
//! there are.

use sea_orm::{EntityTrait, QueryResult, QuerySelect, QueryTrait, Select};
use sesame_domain::listing::{Count, Cursor, Listed};
use sesame_domain::ports::StoreError;

use super::counted::counted;
use super::merged::{Found, List, found_by, limit, merged};
use super::order::InOrder;
use super::scope::Scope;
use crate::database::Database;

/// How many rows of each tenant are looked through for a page.
pub(super) const LOOKED_THROUGH: u64 = 4_000;

impl<K: Ord + Clone> List<'_, K> {
    /// The page of those rows `among` which are `matching`, and how many there are.
    /// Of what is looked through, no more is read than tells its `place`.
    pub(super) async fn look_through<E: EntityTrait, T>(
        &self,
        db: &Database,
        among: impl Fn(&Scope) -> Select<E>,
        place: impl Fn(&QueryResult) -> Option<Cursor<K>>,
        matching: impl Fn(&Scope) -> Select<E>,
        after: impl Fn(&InOrder, Select<E>, &Scope, &Cursor<K>) -> Select<E>,
        found: impl Fn(&QueryResult) -> Found<T, K>,
    ) -> Result<Listed<T, K>, StoreError> {
        let mut count = None;
        if self.count != Count::No {
            let looks = self.scopes.iter().map(|scope| matching(scope).into_query());
            count = Some(counted(db.reads(), looks.collect()).await?);
        }
        if self.count == Count::Only {
            return Ok(Listed {
                count,
                ..Listed::default()
            });
        }
        let from_here = |rows: Select<E>, scope: &Scope| match &self.page.after {
            Some(cursor) => after(&self.order, rows, scope, cursor),
            None => rows,
        };
        let ends = self.scopes.iter().map(|scope| {
            let rows = self.order.page(from_here(among(scope), scope), 1);
            rows.offset(LOOKED_THROUGH).into_query()
        });
        let ends = found_by(db.reads(), ends.collect(), |row| Found {
            place: place(row),
            row: Ok(()),
        });
        let ends = ends.await?;
        let end = self.first_of(ends.into_iter().filter_map(|it| it.place));
        let limit = limit(self.page.limit);
        let looks = self.scopes.iter().map(|scope| {
            let mut rows = from_here(matching(scope), scope);
            if let Some(end) = &end {
                rows = self.order.until(rows, end.at);
            }
            self.order.page(rows, limit as u64 + 1).into_query()
        });
        let mut rows = found_by(db.reads(), looks.collect(), found).await?;
        if let Some(end) = &end {
            // Of its moment there may be others that come after it.
            rows.retain(|row| row.place.as_ref().is_none_or(|it| !self.is_after(it, end)));
        }
        let page = merged(rows, limit, self.order.is_last_first());
        Ok(Listed {
            count,
            next: page.next.or(end),
            rows: page.rows,
        })
    }

    /// Whether a place comes after another one in this list.
    fn is_after(&self, it: &Cursor<K>, other: &Cursor<K>) -> bool {
        let (it, other) = ((it.at, &it.key), (other.at, &other.key));
        if self.order.is_last_first() {
            it < other
        } else {
            it > other
        }
    }

    /// Which of these comes first in this list.
    fn first_of(&self, places: impl Iterator<Item = Cursor<K>>) -> Option<Cursor<K>> {
        places.reduce(|first, it| {
            if self.is_after(&it, &first) {
                first
            } else {
                it
            }
        })
    }
}
