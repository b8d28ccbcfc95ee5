//! Logins, under way and over.

use rstest::rstest;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::listing::{IdEnd, IdSearch, Tenants};
use sesame_domain::login::{Ending, Failure, Login, Method, Password, Proving, Retry, Status};
use sesame_domain::ports::listing::{LoginFilter, LoginListing as _};
use sesame_domain::ports::{Intent, Logins as _};
use sesame_store::Database;

use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::make::{Starts as _, at, in_state, login, node, over, saved, sealed};

/// Begins a login and leaves it like this.
pub(crate) async fn left(
    db: &Database,
    owner: &Owner,
    begun: i64,
    as_it_is: impl FnOnce(Login) -> Login,
) -> Login {
    let begun = login(owner, begun);
    db.logins().start(&begun).await.unwrap();
    let claimed = db.logins().claim(begun.id, &node()).await.unwrap();
    let left = as_it_is(claimed.login);
    db.logins().save(saved(&left, claimed.fence)).await.unwrap();
    db.logins().release(left.id, claimed.fence).await.unwrap();
    left
}

async fn found(store: &Store, filter: LoginFilter) -> Vec<LoginId> {
    let query = all(filter);
    let listed = store.db.listing().logins(&query).await.unwrap();
    let count = listed.count.unwrap();
    let ids: Vec<_> = rows(listed).iter().map(|row| row.login.id).collect();
    assert_eq!(count.rows as usize, ids.len());
    ids
}

#[rstest]
#[tokio::test]
async fn pages_repeat_and_miss_nothing_while_rows_come(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let mut begun = Vec::new();
    for number in 0..12 {
        for tenant in ["main", "other"] {
            // Three of each tenant at one moment.
            let one = login(&of(tenant, number), number / 3);
            store.db.logins().start(&one).await.unwrap();
            begun.push((one.created_at, one.id));
        }
    }
    begun.sort();
    begun.reverse();
    let listing = store.db.listing();
    let list = async |query: &_| {
        // Newer ones do not move those that follow.
        let newer = login(&of("main", 100 + rand()), 50);
        store.db.logins().start(&newer).await.unwrap();
        listing.logins(query).await
    };
    for limit in [1, 5, 24, 100] {
        let until = LoginFilter {
            until: Some(at(40)),
            ..LoginFilter::default()
        };
        let rows = walk(all(until), limit, list).await;
        let ids: Vec<_> = rows
            .iter()
            .map(|row| (row.login.created_at, row.login.id))
            .collect();
        assert_eq!(ids, begun, "{limit}");
    }
}

/// A number that was not there before.
fn rand() -> i64 {
    static NEXT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

#[rstest]
#[tokio::test]
async fn each_filter_lets_its_own_through(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let password = |login| {
        let asked = Password {
            hint: Some(sealed("hint")),
            attempts_left: 4,
            rejected: true,
        };
        in_state(login, Proving::checking_password(asked).into())
    };
    let waits = |mut login: Login| {
        login.retry = Some(Retry {
            count: 2,
            retry_at: at(500),
            dc: None,
        });
        login
    };
    let checking = left(db, &of("main", 1), 10, password).await.id;
    let waiting = left(db, &of("main", 2), 20, waits).await.id;
    let expired = left(db, &of("main", 3), 30, |it| over(it, Ending::Expired, 31))
        .await
        .id;
    let frozen = Ending::Failed(Failure::Frozen);
    let failed = left(db, &of("other", 4), 40, |it| over(it, frozen, 41))
        .await
        .id;
    let held = login(&of("other", 5), 50);
    db.logins().start(&held).await.unwrap();
    let held_by = node();
    db.logins().claim(held.id, &held_by).await.unwrap();
    db.logins()
        .set_intent(held.id, Intent::Cancel)
        .await
        .unwrap();
    let held = held.id;

    let is = |filter| found(&store, filter);
    let none = LoginFilter::default;
    assert_eq!(is(none()).await, [held, failed, expired, waiting, checking]);
    let live = LoginFilter {
        is_over: Some(false),
        ..none()
    };
    assert_eq!(is(live).await, [held, waiting, checking]);
    let past = LoginFilter {
        is_over: Some(true),
        ..none()
    };
    assert_eq!(is(past).await, [failed, expired]);
    let asked = LoginFilter {
        statuses: vec![Status::PasswordRequired],
        ..none()
    };
    assert_eq!(is(asked).await, [checking]);
    let ended = LoginFilter {
        statuses: vec![Status::Expired, Status::Failed],
        ..none()
    };
    assert_eq!(is(ended).await, [failed, expired]);
    assert_eq!(
        is(LoginFilter {
            is_waiting: true,
            ..none()
        })
        .await,
        [waiting]
    );
    let person = LoginFilter {
        person: Some(of("other", 4).person),
        ..none()
    };
    assert_eq!(is(person).await, [failed]);
    let by_node = LoginFilter {
        node: Some(held_by.clone()),
        ..none()
    };
    assert_eq!(is(by_node).await, [held]);
    let why = LoginFilter {
        failure: Some("frozen".into()),
        ..none()
    };
    assert_eq!(is(why).await, [failed]);
    let way = LoginFilter {
        method: Some(Method::Qr),
        ..none()
    };
    assert_eq!(is(way).await.len(), 5);
    let between = LoginFilter {
        since: Some(at(20)),
        until: Some(at(40)),
        ..none()
    };
    assert_eq!(is(between).await, [expired, waiting]);
    for id in [
        IdSearch::from(failed),
        IdSearch::End(IdEnd::of(failed.as_uuid())),
    ] {
        let searched = LoginFilter {
            id: Some(id),
            ..none()
        };
        assert_eq!(is(searched).await, [failed]);
    }
    let row = db
        .listing()
        .login(held, &Tenants::All)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.node, row.intent),
        (Some(held_by), Some(Intent::Cancel))
    );
    assert_eq!(db.listing().login(held, &only("main")).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn a_login_from_the_future_stands_in_its_place_as_such(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    for person in 1..=3 {
        store
            .db
            .logins()
            .start(&login(&of("main", person), person))
            .await
            .unwrap();
    }
    store
        .future("UPDATE logins SET state = 'dreaming' WHERE person = 2")
        .await;
    let listed = store
        .db
        .listing()
        .logins(&all(LoginFilter::default()))
        .await
        .unwrap();
    let broken: Vec<_> = listed.rows.iter().map(Result::is_err).collect();
    assert_eq!(broken, [false, true, false]);
    assert_eq!(listed.count.unwrap().rows, 3);
    let broken = listed.rows[1].as_ref().unwrap_err();
    assert!(broken.what.contains("the state of a login"), "{broken:?}");
}
