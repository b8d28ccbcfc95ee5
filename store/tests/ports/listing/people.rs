//! The people who talk to the bots.

use chrono::SecondsFormat;
use rstest::rstest;
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::People as _;
use sesame_domain::ports::listing::{PersonFilter, PersonListing as _};

use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::make::{at, linked};

async fn seen(store: &Store, owner: &Owner, language: Option<&str>, when: i64) {
    let people = store.db.people();
    people.seen(owner, language, at(when)).await.unwrap();
}

async fn found(store: &Store, filter: PersonFilter) -> Vec<i64> {
    let listed = store.db.listing().people(&all(filter)).await.unwrap();
    let count = listed.count.unwrap();
    let people: Vec<_> = rows(listed)
        .iter()
        .map(|row| row.record.owner.person.0)
        .collect();
    assert_eq!(count.rows as usize, people.len());
    people
}

#[rstest]
#[tokio::test]
async fn the_last_seen_come_first_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut there = Vec::new();
    for person in 1..=9 {
        // The same numbers at the same moments at each.
        for tenant in ["a", "main", "z"] {
            let owner = of(tenant, person);
            seen(&store, &owner, None, person % 3).await;
            there.push((at(person % 3), tenant.to_owned(), person));
        }
    }
    there.sort();
    there.reverse();
    let listing = store.db.listing();
    for limit in [1, 4, 27] {
        let all = all(PersonFilter::default());
        let rows = walk(all, limit, async |query| listing.people(query).await).await;
        let rows = rows.into_iter().map(|row| row.record);
        let people: Vec<_> = rows
            .map(|it| {
                (
                    it.last_seen_at,
                    it.owner.tenant.to_string(),
                    it.owner.person.0,
                )
            })
            .collect();
        assert_eq!(people, there, "{limit}");
    }
}

#[rstest]
#[tokio::test]
async fn each_filter_lets_its_own_through(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    seen(&store, &of("main", 1), Some("pt"), 10).await;
    seen(&store, &of("main", 2), Some("pt-BR"), 20).await;
    seen(&store, &of("other", 3), Some("ru"), 30).await;
    seen(&store, &of("other", 1), None, 40).await;
    let blocked = of("other", 3);
    store.db.people().blocked(&blocked, at(50)).await.unwrap();
    let account = linked(&store.db, &of("main", 2), 5).await;

    let none = PersonFilter::default;
    assert_eq!(found(&store, none()).await, [1, 3, 2, 1]);
    let is_blocked = |is| PersonFilter {
        is_blocked: Some(is),
        ..none()
    };
    assert_eq!(found(&store, is_blocked(true)).await, [3]);
    assert_eq!(found(&store, is_blocked(false)).await, [1, 2, 1]);
    let is_linked = |is| PersonFilter {
        is_linked: Some(is),
        ..none()
    };
    assert_eq!(found(&store, is_linked(true)).await, [2]);
    assert_eq!(found(&store, is_linked(false)).await, [1, 3, 1]);
    let speaks = |tag: &str| PersonFilter {
        language: Some(tag.into()),
        ..none()
    };
    assert_eq!(found(&store, speaks("PT")).await, [2, 1]);
    assert_eq!(found(&store, speaks("pt-br")).await, [2]);
    for no_tag in ["p%", "p_", "'", ""] {
        assert!(found(&store, speaks(no_tag)).await.is_empty(), "{no_tag}");
    }
    let late = PersonFilter {
        seen_since: Some(at(30)),
        ..none()
    };
    assert_eq!(found(&store, late).await, [1, 3]);
    let early = PersonFilter {
        seen_before: Some(at(30)),
        ..none()
    };
    assert_eq!(found(&store, early).await, [2, 1]);

    let two = store.db.listing().person(PersonId(1), &Tenants::All).await;
    assert_eq!(rows(two.unwrap()).len(), 2);
    let one = store.db.listing().person(PersonId(2), &only("main")).await;
    assert_eq!(rows(one.unwrap())[0].account, Some(account.id));
    let strangers = store.db.listing().person(PersonId(2), &only("other")).await;
    assert_eq!(rows(strangers.unwrap()), []);
}

/// People of a tenant, so many, three of each moment, who speak English.
async fn many(store: &Store, backend: Backend, tenant: &str, people: i64) {
    let start = at(0).to_rfc3339_opts(SecondsFormat::Secs, true);
    let seen = if backend == Backend::Sqlite {
        format!("strftime('%Y-%m-%dT%H:%M:%S', '{start}', (i / 3) || ' seconds') || '+00:00'")
    } else {
        format!("timestamptz '{start}' + (i / 3) * interval '1 second'")
    };
    let fill = format!(
        "INSERT INTO people (tenant, person, language, first_seen_at, last_seen_at) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people}) \
         SELECT '{tenant}', i, 'en', {seen}, {seen} FROM n"
    );
    store.sql(&fill).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_no_index_finds_is_looked_for_among_so_many_rows_at_a_time(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    // More than are looked through at once.
    many(&store, backend, "main", 9_000).await;
    many(&store, backend, "other", 5_000).await;
    many(&store, backend, "small", 9).await;
    let rare = [
        ("main", 8_999),
        ("other", 4_320),
        ("main", 4_321),
        ("small", 4),
        ("main", 2),
    ];
    for (tenant, person) in rare {
        let is_it = format!("tenant = '{tenant}' AND person = {person}");
        let speaks = format!("UPDATE people SET language = 'pt' WHERE {is_it}");
        store.sql(&speaks).await.unwrap();
    }
    let listing = store.db.listing();
    let wanted = || {
        all(PersonFilter {
            language: Some("pt".into()),
            ..PersonFilter::default()
        })
    };
    let first = listing.people(&wanted()).await.unwrap();
    assert_eq!(first.count.unwrap().rows, 5);
    assert!(first.next.is_some(), "there is more to look through");
    assert_eq!(rows(first).len(), 1);
    for limit in [1, 2, 50] {
        let found = walk(wanted(), limit, async |query| listing.people(query).await).await;
        let found = found.iter().map(|it| &it.record.owner);
        let found: Vec<_> = found.map(|it| (it.tenant.as_str(), it.person.0)).collect();
        assert_eq!(found, rare, "{limit}");
    }
    let nobody = PersonFilter {
        is_linked: Some(true),
        ..PersonFilter::default()
    };
    let page = listing.people(&all(nobody)).await.unwrap();
    assert!(page.rows.is_empty() && page.next.is_some());
}
