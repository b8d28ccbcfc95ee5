//! Who waits until when.

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::login::{Ending, Failure, Login, Retry};
use sesame_domain::ports::Accounts as _;
use sesame_domain::ports::listing::{WaitFilter, WaitKind, WaitListing as _, WaitQuery};

use super::jobs::{left as left_job, parked, theirs};
use super::logins::left;
use super::{all, of, only, rows, walk};
use crate::backend::{Backend, Store};
use crate::make::{at, entry, linked, node, over};

async fn fill(store: &Store) {
    let db = &store.db;
    let waits = |mut login: Login| {
        login.retry = Some(Retry {
            count: 2,
            retry_at: at(130),
            dc: None,
        });
        login
    };
    left(db, &of("main", 1), 10, waits).await;
    // What is over waits no more.
    let over_now = |login: Login| over(waits(login), Ending::Expired, 20);
    left(db, &of("main", 2), 10, over_now).await;
    let flood = |until| Ending::Failed(Failure::Flood { until: at(until) });
    left(db, &of("other", 3), 10, |it| over(it, flood(120), 20)).await;
    left(db, &of("other", 4), 10, |it| over(it, flood(90), 20)).await;
    left_job(store, &theirs("main", 5, 10), parked(110), 20).await;
    left_job(store, &theirs("other", 6, 10), parked(140), 20).await;
    let owner = of("main", 7);
    let account = linked(db, &owner, 10).await;
    let unlinked = entry(&owner, account.id.as_uuid(), Action::AccountUnlinked, 20);
    db.accounts()
        .unlink(&owner, account.id, unlinked, None)
        .await
        .unwrap();
    let claim = db.accounts().claim_session(account.session, &node()).await;
    db.accounts()
        .leave_later(claim.unwrap().claim(), at(150))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test]
async fn whoever_waits_is_in_one_list_and_who_may_go_on_first_comes_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    fill(&store).await;
    let listing = store.db.listing();
    let expected = [
        (WaitKind::Job, "flood", 110, 5),
        (WaitKind::Person, "flood", 120, 3),
        (WaitKind::Login, "retry", 130, 1),
        (WaitKind::Job, "flood", 140, 6),
        (WaitKind::LogOut, "retry", 150, 7),
    ];
    let told = |rows: Vec<sesame_domain::ports::listing::Wait>| -> Vec<_> {
        let rows = rows.into_iter();
        rows.map(|it| (it.kind, it.reason, it.until, it.owner.unwrap().person.0))
            .collect()
    };
    let expected =
        expected.map(|(kind, why, until, person)| (kind, why.to_owned(), at(until), person));
    for limit in [1, 2, 5] {
        let query = all(WaitFilter::default());
        let rows = walk(query, limit, async |query| {
            listing.waits(query, at(100)).await
        })
        .await;
        assert_eq!(told(rows), expected, "{limit}");
    }
    let count = listing
        .waits(&all(WaitFilter::default()), at(100))
        .await
        .unwrap()
        .count;
    assert_eq!(count.unwrap().rows, 5);

    let found = async |filter: WaitFilter| {
        let listed = listing.waits(&all(filter), at(100)).await.unwrap();
        let people = told(rows(listed)).into_iter().map(|it| it.3);
        people.collect::<Vec<_>>()
    };
    let none = WaitFilter::default;
    let kinds = vec![WaitKind::Login, WaitKind::LogOut];
    assert_eq!(found(WaitFilter { kinds, ..none() }).await, [1, 7]);
    let why = |reason: &str| WaitFilter {
        reason: Some(reason.into()),
        ..none()
    };
    assert_eq!(found(why("flood")).await, [5, 3, 6]);
    assert_eq!(found(why("retry")).await, [1, 7]);
    let person = Some(of("main", 5).person);
    assert_eq!(found(WaitFilter { person, ..none() }).await, [5]);

    let mains = WaitQuery {
        tenants: only("main"),
        ..all(none())
    };
    let listed = listing.waits(&mains, at(100)).await.unwrap();
    assert_eq!(told(rows(listed)).len(), 3);
}
