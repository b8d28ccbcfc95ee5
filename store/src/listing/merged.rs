//! Pages of rows that are looked up for each tenant by itself.

use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, EntityTrait, QueryResult, QueryTrait, Select};
use sesame_domain::listing::{Count, Cursor, Listed};
use sesame_domain::page::{BrokenRow, Page};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::counted::counted;
use super::order::{InOrder, LISTED_AT};
use super::scope::Scope;
use super::union::{TOGETHER, together};
use crate::database::{Database, failed};

/// The longest page.
const MOST: u32 = 500;

/// A row, and its place in the list; `None`: that cannot be read.
pub(super) struct Found<T, K> {
    pub(super) place: Option<Cursor<K>>,
    pub(super) row: Result<T, BrokenRow>,
}

/// What a list is made of.
pub(super) struct List<'a, K> {
    /// Whose rows.
    pub(super) scopes: &'a [Scope],
    /// Which page.
    pub(super) page: &'a Page<Cursor<K>>,
    /// Whether they are counted.
    pub(super) count: Count,
    /// In which order.
    pub(super) order: InOrder,
}

impl<K: Ord + Clone> List<'_, K> {
    /// The page, and how many rows there are.
    pub(super) async fn read<E: EntityTrait, T>(
        &self,
        db: &Database,
        matching: impl Fn(&Scope) -> Select<E>,
        after: impl Fn(&InOrder, Select<E>, &Scope, &Cursor<K>) -> Select<E>,
        found: impl Fn(&QueryResult) -> Found<T, K>,
    ) -> Result<Listed<T, K>, StoreError> {
        let mut listed = Listed::default();
        if self.count != Count::No {
            let looks = self.scopes.iter().map(|scope| matching(scope).into_query());
            listed.count = Some(counted(db.reads(), looks.collect()).await?);
        }
        if self.count == Count::Only {
            return Ok(listed);
        }
        let limit = limit(self.page.limit);
        let looks = self.scopes.iter().map(|scope| {
            let mut rows = matching(scope);
            if let Some(cursor) = &self.page.after {
                rows = after(&self.order, rows, scope, cursor);
            }
            // One more tells whether there is a next page.
            let rows = self.order.page(rows, limit as u64 + 1);
            rows.into_query()
        });
        let rows = found_by(db.reads(), looks.collect(), found).await?;
        Ok(Listed {
            count: listed.count,
            ..merged(rows, limit, self.order.is_last_first())
        })
    }
}

/// How many rows a page has.
pub(super) fn limit(wanted: u32) -> usize {
    wanted.clamp(1, MOST) as usize
}

/// What the looks find, each in its own order.
pub(super) async fn found_by<T, K>(
    db: &impl ConnectionTrait,
    looks: Vec<SelectStatement>,
    found: impl Fn(&QueryResult) -> Found<T, K>,
) -> Result<Vec<Found<T, K>>, StoreError> {
    let mut all = Vec::new();
    for looks in looks.chunks(TOGETHER) {
        let Some(together) = together(looks) else {
            continue;
        };
        let rows = db.query_all(&together).await.map_err(failed)?;
        all.extend(rows.iter().map(&found));
    }
    Ok(all)
}

/// The first of them all.
pub(super) fn merged<T, K: Ord + Clone>(
    mut found: Vec<Found<T, K>>,
    limit: usize,
    is_last_first: bool,
) -> Listed<T, K> {
    // Where a row's own place cannot be read, it stays beside the one before it.
    let mut place = None;
    for row in &mut found {
        match &row.place {
            Some(own) => place = Some(own.clone()),
            None => row.place.clone_from(&place),
        }
    }
    found.sort_by(|one, other| {
        let key = |it: &Found<T, K>| it.place.clone().map(|it| (it.at, it.key));
        let in_order = key(one).cmp(&key(other));
        if is_last_first {
            in_order.reverse()
        } else {
            in_order
        }
    });
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let next = found.iter().rev().find_map(|row| row.place.clone());
    Listed {
        rows: found.into_iter().map(|row| row.row).collect(),
        next: next.filter(|_| !is_last),
        count: None,
    }
}

/// The moment by which a row has its place.
pub(super) fn listed_at(row: &QueryResult) -> Option<Timestamp> {
    row.try_get("", LISTED_AT).ok()
}

/// The place of a row whose id tells it apart.
pub(super) fn place_by_id<K: From<uuid::Uuid>>(row: &QueryResult) -> Option<Cursor<K>> {
    let id: uuid::Uuid = row.try_get("", "id").ok()?;
    Some(Cursor {
        at: listed_at(row)?,
        key: id.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(second: i64, key: Option<u32>) -> Found<u32, u32> {
        let at = chrono::DateTime::from_timestamp(second, 0).unwrap();
        Found {
            place: key.map(|key| Cursor { at, key }),
            row: Ok(key.unwrap_or_default()),
        }
    }

    #[test]
    fn rows_of_several_tenants_are_in_one_order() {
        let rows = || {
            vec![
                found(9, Some(1)),
                found(7, Some(2)),
                found(9, Some(3)),
                found(8, Some(4)),
            ]
        };
        let keys = |listed: &Listed<u32, u32>| -> Vec<u32> {
            listed.rows.iter().flatten().copied().collect()
        };
        let page = merged(rows(), 3, true);
        assert_eq!(keys(&page), [3, 1, 4]);
        assert_eq!(page.next.map(|it| it.key), Some(4));
        let all = merged(rows(), 4, false);
        assert_eq!((keys(&all), all.next), (vec![2, 4, 1, 3], None));
    }

    #[test]
    fn a_row_whose_place_cannot_be_read_is_shown_and_the_list_goes_on() {
        let rows = vec![found(9, Some(1)), found(0, None), found(8, Some(2))];
        let page = merged(rows, 2, true);
        assert_eq!(page.rows, [Ok(1), Ok(0)]);
        assert_eq!(page.next.map(|it| it.key), Some(1));
    }
}
