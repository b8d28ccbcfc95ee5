//! Two tenants over one database: what is listed for the nodes of one is its own.

use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::Action;
use sesame_domain::ids::{LoginId, Owner, PersonId, TenantId};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::ports::{
    Accounts as _, DueJobs, JobQueue as _, Jobs as _, Logins as _, OneTime as _, OneTimeKind,
    Outbox as _, Redeemed, Saved,
};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{Starts as _, at, entry, linked, login, node, notice, saved};
use crate::one_time::grant;

const KIND: JobKind = JobKind::named("export");

/// Someone with the same number at the bot of each.
fn people() -> [Owner; 2] {
    ["main", "other"].map(|tenant| Owner {
        tenant: tenant.parse().unwrap(),
        person: PersonId(7),
    })
}

async fn unlink(store: &Store, owner: &Owner, account: &Account) {
    let unlinked = entry(owner, account.id.as_uuid(), Action::AccountUnlinked, 10);
    let accounts = store.db.accounts();
    let gone = accounts.unlink(owner, account.id, unlinked, None).await;
    assert!(gone.unwrap());
}

#[rstest]
#[tokio::test]
async fn what_waits_for_one_is_not_given_to_the_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let (logins, accounts, outbox) = (db.logins(), db.accounts(), db.outbox());
    let stranger: TenantId = "stranger".parse().unwrap();
    for owner in people() {
        let account = linked(&db, &owner, 0).await;
        let begun = login(&owner, 0);
        logins.start(&begun).await.unwrap();
        let fence = logins.claim(begun.id, &node()).await.unwrap().fence;
        let with_notice = Saved {
            notices: vec![notice(&owner, 10)],
            ..saved(&begun, fence)
        };
        logins.save(with_notice).await.unwrap();

        let due = accounts.due_for_check(&owner.tenant, at(50), at(60), 10);
        let due: Vec<_> = due.await.unwrap().into_iter().map(|it| it.owner).collect();
        assert_eq!(due, std::slice::from_ref(&owner));
        let unattended = logins.unattended(&owner.tenant, at(60), 10).await.unwrap();
        let unattended: Vec<_> = unattended.into_iter().map(|it| it.login).collect();
        assert_eq!(unattended, [begun.id]);
        unlink(&store, &owner, &account).await;
    }
    assert_eq!(
        outbox.take(&stranger, at(60), at(90), 10).await.unwrap(),
        []
    );
    assert_eq!(accounts.leaving(&stranger, at(60), 10).await.unwrap(), []);
    for owner in people() {
        let taken = outbox
            .take(&owner.tenant, at(60), at(90), 10)
            .await
            .unwrap();
        let taken: Vec<_> = taken.into_iter().map(|it| it.owner).collect();
        assert_eq!(taken, std::slice::from_ref(&owner));
        let leaving = accounts.leaving(&owner.tenant, at(60), 10).await.unwrap();
        let leaving: Vec<_> = leaving.into_iter().map(|it| it.owner).collect();
        assert_eq!(leaving, [owner]);
    }
}

#[rstest]
#[tokio::test]
async fn jobs_of_ones_people_are_done_by_its_nodes_and_those_of_no_one_by_any(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let jobs = store.db.jobs();
    let owners = people().map(Some).into_iter().chain([None]);
    for owner in owners {
        let id = sesame_domain::ids::JobId::generate(&SystemEntropy, at(0));
        let job = NewJob {
            owner,
            ..NewJob::new(id, KIND, at(0))
        };
        jobs.enqueue(&job).await.unwrap();
    }
    let of = [DueJobs {
        kind: KIND,
        skip: 0,
        limit: 10,
    }];
    for owner in people() {
        let rows = jobs.due(&owner.tenant, &of, at(1)).await.unwrap();
        let mut owners: Vec<_> = rows.into_iter().map(|it| it.job.unwrap().owner).collect();
        owners.sort_by_key(Option::is_some);
        assert_eq!(owners, [None, Some(owner)]);
    }
}

#[rstest]
#[tokio::test]
async fn a_link_of_one_is_unknown_to_the_other_and_stays_good(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.one_time();
    let [owner, other] = people();
    let (screen, login) = (OneTimeKind::Screen, LoginId::from(Uuid::from_u128(5)));
    db.issue(screen, [1; 32], &owner, login, at(60))
        .await
        .unwrap();
    let elsewhere = db.redeem(&other.tenant, screen, [1; 32], grant(1, 10));
    assert_eq!(elsewhere.await.unwrap(), Redeemed::Unknown);
    let good = db.redeem(&owner.tenant, screen, [1; 32], grant(2, 11));
    assert_eq!(good.await.unwrap(), Redeemed::Good { owner, login });
}
