//! Lists for whoever looks after Sesame, over rows of several tenants.

mod accounts;
mod audit;
mod counting;
mod isolation;
mod jobs;
mod logins;
mod nodes;
mod overview;
mod people;
mod scale;
mod waits;

pub(crate) use nodes::beside_the_future as nodes_beside_the_future;

use std::fmt::Debug;
use std::str::FromStr;

use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::listing::{Count, Cursor, Listed, Query, Tenants};
use sesame_domain::page::Page;
use sesame_domain::ports::StoreError;

/// A person of a tenant.
pub(crate) fn of(tenant: &str, person: i64) -> Owner {
    Owner {
        tenant: tenant.parse().unwrap(),
        person: PersonId(person),
    }
}

pub(crate) fn only(tenant: &str) -> Tenants {
    Tenants::only(tenant.parse().unwrap())
}

/// All rows of all tenants that a filter lets through, counted.
pub(crate) fn all<F, K>(filter: F) -> Query<F, K> {
    Query {
        tenants: Tenants::All,
        filter,
        page: Page::first(100),
        count: Count::Yes,
    }
}

/// The rows of a page, none of which is broken.
pub(crate) fn rows<T: Debug, K>(listed: Listed<T, K>) -> Vec<T> {
    listed.rows.into_iter().map(Result::unwrap).collect()
}

/// Every row of a list, so many at a time. A place in it goes through an address.
pub(crate) async fn walk<F, K, T>(
    mut query: Query<F, K>,
    limit: u32,
    list: impl AsyncFn(&Query<F, K>) -> Result<Listed<T, K>, StoreError>,
) -> Vec<T>
where
    K: std::fmt::Display + FromStr,
    T: Debug,
{
    let mut found = Vec::new();
    query.page.limit = limit;
    loop {
        let page = list(&query).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        let next = page.next.as_ref().map(ToString::to_string);
        found.extend(rows(page));
        let Some(next) = next else {
            return found;
        };
        let place: Cursor<K> = next.parse().unwrap();
        query.page.after = Some(place);
    }
}
