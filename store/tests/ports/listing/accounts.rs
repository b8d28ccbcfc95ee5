//! Linked accounts.

use rstest::rstest;
use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::ids::AccountId;
use sesame_domain::listing::{IdEnd, IdSearch, Tenants};
use sesame_domain::ports::Accounts as _;
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing as _, AccountSearch, HealthFilter,
};

use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::make::{at, linked, node, under};

async fn found(store: &Store, filter: AccountFilter) -> Vec<AccountId> {
    let listed = store.db.listing().accounts(&all(filter)).await.unwrap();
    let count = listed.count.unwrap();
    let ids: Vec<_> = rows(listed).iter().map(|row| row.account.id).collect();
    assert_eq!(count.rows as usize, ids.len());
    ids
}

async fn is(store: &Store, account: &Account, health: Health) {
    let accounts = store.db.accounts();
    let set = accounts.set_health(account.id, account.session, health, at(400), None);
    set.await.unwrap();
}

#[rstest]
#[tokio::test]
async fn the_last_used_comes_first_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut used = Vec::new();
    for number in 1..=9 {
        for tenant in ["main", "other"] {
            let owner = of(tenant, number);
            let account = linked(&store.db, &owner, number).await;
            // Some at one moment.
            let moment = 100 + number % 4;
            store.db.accounts().used(&owner, at(moment)).await.unwrap();
            used.push((at(moment), account.id));
        }
    }
    // Where a node of an older version linked, nothing says when it was used.
    store
        .future("UPDATE accounts SET used_at = NULL WHERE person = 9 AND tenant = 'main'")
        .await;
    let old = store
        .db
        .accounts()
        .of(&of("main", 9))
        .await
        .unwrap()
        .unwrap();
    let place = used.iter_mut().find(|(_, id)| *id == old.id).unwrap();
    place.0 = old.linked_at;
    used.sort();
    used.reverse();
    let listing = store.db.listing();
    for limit in [1, 4, 18] {
        let all = all(AccountFilter::default());
        let rows = walk(all, limit, async |query| listing.accounts(query).await).await;
        let ids: Vec<_> = rows
            .iter()
            .map(|row| (row.account.used_at, row.account.id))
            .collect();
        assert_eq!(ids, used, "{limit}");
    }
}

#[rstest]
#[tokio::test]
async fn each_filter_lets_its_own_through(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let a = linked(db, &of("main", 6_120_458_831), 10).await;
    let b = linked(db, &of("main", 2), 20).await;
    let c = linked(db, &of("other", 3), 30).await;
    let d = linked(db, &of("other", 12_345_678), 40).await;
    is(&store, &b, Health::Frozen { since: at(300) }).await;
    let (cause, since) = (DeathCause::Banned, at(300));
    is(&store, &c, Health::Dead { cause, since }).await;
    let stored = db
        .accounts()
        .claim_session(a.session, &node())
        .await
        .unwrap();
    let newer = under("k7", "session");
    db.accounts()
        .save_session(a.session, stored.fence, &newer)
        .await
        .unwrap();
    store
        .future("UPDATE accounts SET username = 'Amina_O' WHERE person = 2")
        .await;

    let (a, b, c, d) = (a.id, b.id, c.id, d.id);
    let none = AccountFilter::default;
    let does = |health| AccountFilter {
        health: Some(health),
        ..none()
    };
    assert_eq!(found(&store, none()).await, [d, c, b, a]);
    assert_eq!(found(&store, does(HealthFilter::Alive)).await, [d, a]);
    assert_eq!(found(&store, does(HealthFilter::Frozen)).await, [b]);
    assert_eq!(found(&store, does(HealthFilter::Dead)).await, [c]);
    let banned = HealthFilter::DeadOf(DeathCause::Banned);
    assert_eq!(found(&store, does(banned)).await, [c]);
    let revoked = HealthFilter::DeadOf(DeathCause::Revoked);
    assert_eq!(found(&store, does(revoked)).await, []);
    let key = |key: &str| AccountFilter {
        key: Some(key.into()),
        ..none()
    };
    assert_eq!(found(&store, key("k7")).await, [a]);
    assert_eq!(found(&store, key("k1")).await, [d, c, b]);
    let unused = AccountFilter {
        used_before: Some(at(30)),
        ..none()
    };
    assert_eq!(found(&store, unused).await, [b, a]);
    let used = AccountFilter {
        used_since: Some(at(30)),
        ..none()
    };
    assert_eq!(found(&store, used).await, [d, c]);
    let late = AccountFilter {
        linked_since: Some(at(40)),
        ..none()
    };
    assert_eq!(found(&store, late).await, [d]);
    for (text, id) in [
        ("6120458831", a),
        ("@AMINA_o", b),
        ("12345678", d),
        (&c.to_string(), c),
        (IdEnd::of(c.as_uuid()).as_str(), c),
    ] {
        let search: AccountSearch = text.parse().unwrap();
        let searched = AccountFilter {
            search: Some(search),
            ..none()
        };
        assert_eq!(found(&store, searched).await, [id], "{text}");
    }
    // A number of eight digits may be the end of an id, and is found as one.
    let digits = AccountSearch::Id(IdSearch::End(IdEnd::of(d.as_uuid())));
    let searched = AccountFilter {
        search: Some(digits),
        ..none()
    };
    assert_eq!(found(&store, searched).await, [d]);

    let row = db
        .listing()
        .account(a, &only("main"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.key.as_deref(), Some("k7"));
    assert!(row.node.is_some());
    assert_eq!(db.listing().account(c, &only("main")).await.unwrap(), None);
    let there = db.listing().account(c, &Tenants::All).await.unwrap();
    assert_eq!(there.unwrap().account.id, c);
}

#[rstest]
#[tokio::test]
async fn an_account_from_the_future_stops_none_beside_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for person in 1..=3 {
        linked(&store.db, &of("main", person), person).await;
    }
    store
        .future("UPDATE accounts SET health = 'dreaming' WHERE person = 2")
        .await;
    let query = all(AccountFilter::default());
    let listed = store.db.listing().accounts(&query).await.unwrap();
    let broken: Vec<_> = listed.rows.iter().map(Result::is_err).collect();
    assert_eq!(broken, [false, true, false]);
}
