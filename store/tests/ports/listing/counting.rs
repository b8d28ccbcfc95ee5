//! How many rows there are, up to ten thousand.

use rstest::rstest;
use sesame_domain::listing::{Count, Query};
use sesame_domain::page::Page;
use sesame_domain::ports::People as _;
use sesame_domain::ports::listing::{PersonFilter, PersonListing as _, PersonQuery};

use super::{all, of, only};
use crate::backend::Backend;
use crate::make::at;

#[rstest]
#[tokio::test]
async fn rows_are_counted_only_as_far_as_one_can_read(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    store
        .db
        .people()
        .seen(&of("main", 1), None, at(0))
        .await
        .unwrap();
    // Ten thousand more of one tenant, six thousand of another.
    for (tenant, count) in [("main", 10_000), ("other", 6_000)] {
        let many = format!(
            "INSERT INTO people (tenant, person, first_seen_at, last_seen_at) \
             WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= {count}) \
             SELECT '{tenant}', i, one.first_seen_at, one.last_seen_at \
             FROM n CROSS JOIN people AS one WHERE one.person = 1 AND one.tenant = 'main'"
        );
        store.sql(&many).await.unwrap();
    }
    let counted = async |query: PersonQuery| {
        let listed = store.db.listing().people(&query).await.unwrap();
        (listed.rows.len(), listed.count.map(|it| it.to_string()))
    };
    let query = || -> PersonQuery { all(PersonFilter::default()) };
    assert_eq!(counted(query()).await, (100, Some("10000+".into())));
    let of_main = Query {
        tenants: only("main"),
        ..query()
    };
    assert_eq!(counted(of_main).await.1, Some("10000+".into()));
    let other = Query {
        tenants: only("other"),
        ..query()
    };
    assert_eq!(counted(other.clone()).await.1, Some("6000".into()));
    let only_counted = Query {
        count: Count::Only,
        ..other.clone()
    };
    assert_eq!(counted(only_counted).await, (0, Some("6000".into())));
    let uncounted = Query {
        count: Count::No,
        ..other.clone()
    };
    assert_eq!(counted(uncounted).await, (100, None));
    // A page is never longer than it may be, nor empty where there are rows.
    for (wanted, rows) in [(u32::MAX, 500), (0, 1)] {
        let page = Page {
            limit: wanted,
            ..other.page.clone()
        };
        assert_eq!(
            counted(Query {
                page,
                ..other.clone()
            })
            .await
            .0,
            rows
        );
    }
}
