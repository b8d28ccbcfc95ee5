//! Figures over all rows.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::listing::Tenants;
use sesame_domain::login::{Ending, Failure, Login, Password, Proving};
use sesame_domain::ports::Accounts as _;
use sesame_domain::ports::listing::OverviewFigures as _;

use super::logins::left;
use super::{of, only};
use crate::backend::Backend;
use crate::make::{at, in_state, linked, over};

const MINUTE: i64 = 60;

fn scanned(mut login: Login) -> Login {
    login.scanned_at = Some(login.created_at);
    login
}

#[rstest]
#[tokio::test]
async fn the_funnel_counts_how_far_logins_got_by_when_they_began(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let expired = |login| over(login, Ending::Expired, 2 * MINUTE);
    left(db, &of("main", 1), 5, expired).await;
    left(db, &of("main", 2), 30 * MINUTE + 1, |it| {
        expired(scanned(it))
    })
    .await;
    let account = linked(db, &of("other", 3), 31 * MINUTE).await;
    left(db, &of("other", 4), 200 * MINUTE, |it| it).await;
    let frozen = Ending::Failed(Failure::Frozen);
    left(db, &of("main", 5), 40 * MINUTE, |it| {
        over(scanned(it), frozen, 3000)
    })
    .await;

    let half_hours = db.listing();
    let funnel = async |tenants: Tenants| {
        let stretch = TimeDelta::minutes(30);
        let buckets = half_hours
            .funnel(&tenants, at(0), at(90 * MINUTE), stretch)
            .await;
        let buckets = buckets.unwrap().into_iter();
        buckets
            .map(|it| (it.started, it.scanned, it.linked))
            .collect::<Vec<_>>()
    };
    let all = [(1, 0, 0), (3, 2, 1), (0, 0, 0), (0, 0, 0)];
    assert_eq!(funnel(Tenants::All).await, all);
    assert_eq!(funnel(only("other")).await[1], (1, 0, 1));
    assert_eq!(funnel(Tenants::These(vec![])).await, [(0, 0, 0); 4]);

    let endings = db
        .listing()
        .endings(&only("main"), at(0), at(90 * MINUTE))
        .await;
    let endings = endings.unwrap().into_iter();
    let mut endings: Vec<_> = endings
        .map(|it| (it.status, it.failure, it.logins))
        .collect();
    endings.sort();
    let failed = ("failed".to_owned(), Some("frozen".to_owned()), 1);
    assert_eq!(endings, [("expired".to_owned(), None, 2), failed]);

    let tenants = db.listing().by_tenant(&Tenants::All, at(0)).await.unwrap();
    let tenants: Vec<_> = tenants
        .iter()
        .map(|it| {
            (
                it.tenant.as_str(),
                it.accounts,
                it.started,
                it.scanned,
                it.linked,
            )
        })
        .collect();
    assert_eq!(tenants, [("main", 0, 3, 2, 0), ("other", 1, 2, 0, 1)]);
    drop(account);
}

#[rstest]
#[tokio::test]
async fn what_is_under_way_and_how_accounts_do_is_counted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let password = || Password {
        hint: None,
        attempts_left: 5,
        rejected: false,
    };
    let asked = |it| in_state(it, Proving::password_required(password()).into());
    let checked = |it| in_state(it, Proving::checking_password(password()).into());
    left(db, &of("main", 1), 0, asked).await;
    left(db, &of("main", 2), 0, checked).await;
    left(db, &of("other", 3), 0, |it| it).await;
    let live = async |tenants: Tenants| {
        let live = db
            .listing()
            .live_logins(&tenants)
            .await
            .unwrap()
            .into_iter();
        live.map(|it| (it.status, it.logins)).collect::<Vec<_>>()
    };
    let password = ("password_required".to_owned(), 2);
    let starting = ("starting".to_owned(), 1);
    assert_eq!(live(Tenants::All).await, [password.clone(), starting]);
    assert_eq!(live(only("main")).await, [password]);

    for (person, since) in [(11, 100), (12, 300)] {
        let account = linked(db, &of("main", person), 0).await;
        let cause = DeathCause::Banned;
        let dead = Health::Dead {
            cause,
            since: at(since),
        };
        let accounts = db.accounts();
        let set = accounts.set_health(account.id, account.session, dead, at(since), None);
        set.await.unwrap();
    }
    linked(db, &of("other", 13), 0).await;
    let health = db.listing().health(&Tenants::All, at(200)).await.unwrap();
    let health: Vec<_> = health
        .iter()
        .map(|it| {
            (
                it.health.as_str(),
                it.cause.as_deref(),
                it.accounts,
                it.newly,
            )
        })
        .collect();
    assert_eq!(
        health,
        [("dead", Some("banned"), 2, 1), ("alive", None, 1, 0)]
    );
    assert_eq!(
        db.listing()
            .health(&only("other"), at(0))
            .await
            .unwrap()
            .len(),
        1
    );
}
