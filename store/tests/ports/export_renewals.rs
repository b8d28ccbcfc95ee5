//! Exports that are kept up to date by themselves.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::export::{
    Export, LastRenewal, RenewEvery, Renewal, RenewalOutcome, kept_for_the_next,
};
use sesame_domain::ids::{ExportId, JobId};
use sesame_domain::job::{JobKind, NewJob};
use sesame_domain::ports::{ExportBegin, ExportRenewals as _, Exports as _, Outbox as _};
use sesame_domain::random::SystemEntropy;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::exports::{begin, job, kept, made, new};
use crate::make::{at, entry, linked, notice, owner, tenant};

async fn found(db: &Database, id: ExportId) -> Export {
    let found = db.exports().find(id, &owner(1)).await.unwrap();
    found.unwrap()
}

fn audit(person: i64) -> AuditEntry {
    entry(&owner(person), Uuid::from_u128(7), Action::ExportKept, 40)
}

fn run(of: &Export) -> NewJob {
    NewJob {
        owner: Some(of.owner.clone()),
        account: of.account,
        unique: Some(of.dialog.to_string()),
        ..NewJob::new(
            JobId::generate(&SystemEntropy, at(0)),
            JobKind::EXPORT,
            at(0),
        )
    }
}

#[rstest]
#[tokio::test]
async fn what_is_due_is_begun_once_and_what_came_of_it_noted_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, renewals) = (&store.db, store.db.export_renewals());
    let account = linked(db, &owner(1), 0).await;
    let id = kept(db, &account).await;
    // The job of the one who asked for it is over.
    store.future("DELETE FROM jobs").await;
    let daily = Some((RenewEvery::Day, at(50)));
    assert!(!renewals.set(id, &owner(2), daily, audit(2)).await.unwrap());
    assert!(renewals.set(id, &owner(1), daily, audit(1)).await.unwrap());
    let export = found(db, id).await;
    assert_eq!(export.renewal, Some(Renewal::new(RenewEvery::Day, at(50))));
    // It is there for its next run.
    assert_eq!(export.expires_at, kept_for_the_next(at(100), Some(at(50))));
    assert_eq!(renewals.due(at(49), 9).await.unwrap(), []);
    let due = renewals.due(at(50), 9).await.unwrap();
    assert_eq!(due, [export]);
    // Two nodes saw it; one is first.
    let next = at(50) + TimeDelta::days(1);
    let (one, other) = (run(&due[0]), run(&due[0]));
    assert_eq!(
        renewals.begin(&due[0], &one, next).await.unwrap(),
        Some(one.id)
    );
    assert_eq!(renewals.begin(&due[0], &other, next).await.unwrap(), None);
    assert_eq!(store.count("jobs").await, 1);
    assert_eq!(renewals.due(at(51), 9).await.unwrap(), []);
    let under_way = renewals.under_way(9).await.unwrap();
    let renewal = under_way[0].renewal.clone().unwrap();
    assert_eq!(
        (under_way.len(), renewal.job, renewal.next_at),
        (1, Some(one.id), Some(next))
    );
    // A run by itself tells no one.
    let (exports, made) = (db.exports(), made(1));
    let finished = exports.finish(id, &made, 700, at(200), notice(&owner(1), 50), one.id);
    assert!(finished.await.unwrap());
    let told = async || {
        db.outbox()
            .take(&tenant(), at(60), at(90), 10)
            .await
            .unwrap()
            .len()
    };
    assert_eq!(told().await, 0);
    assert_eq!(found(db, id).await.expires_at, next + TimeDelta::days(1));
    let end = renewal.after(RenewalOutcome::Done, at(60));
    for is_first in [true, false] {
        let noted = renewals.end(id, one.id, &end, at(300), None).await.unwrap();
        assert_eq!(noted, is_first);
    }
    let renewal = found(db, id).await.renewal.unwrap();
    let last = LastRenewal {
        at: at(60),
        failure: None,
    };
    assert_eq!(
        (renewal.job, renewal.last, renewal.failures),
        (None, Some(last), 0)
    );
    assert_eq!(renewals.under_way(9).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn what_stops_is_told_once_and_there_for_a_while(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, renewals) = (&store.db, store.db.export_renewals());
    let id = kept(db, &linked(db, &owner(1), 0).await).await;
    let weekly = Some((RenewEvery::Week, at(50)));
    renewals.set(id, &owner(1), weekly, audit(1)).await.unwrap();
    let export = found(db, id).await;
    // What its owner asked for is not over yet: it is that.
    let under_way = renewals
        .begin(&export, &run(&export), at(99))
        .await
        .unwrap();
    assert_eq!(store.count("jobs").await, 1);
    let job = under_way.unwrap();
    let renewal = found(db, id).await.renewal.unwrap();
    let end = renewal.after(RenewalOutcome::Failed("session_ended".to_owned()), at(60));
    let kept_until = at(60) + TimeDelta::days(30);
    let stopped = notice(&owner(1), 60);
    assert!(
        renewals
            .end(id, job, &end, kept_until, Some(stopped))
            .await
            .unwrap()
    );
    let export = found(db, id).await;
    let renewal = export.renewal.unwrap();
    assert!(renewal.has_stopped());
    assert_eq!(
        renewal.last.unwrap().failure.as_deref(),
        Some("session_ended")
    );
    assert_eq!(export.expires_at, kept_until);
    let told = db
        .outbox()
        .take(&tenant(), at(60), at(90), 10)
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(renewals.due(at(900), 9).await.unwrap(), []);
    // Asked for anew, it begins anew; and never again is never.
    renewals.set(id, &owner(1), weekly, audit(1)).await.unwrap();
    let renewal = found(db, id).await.renewal.unwrap();
    assert_eq!((renewal.failures, renewal.next_at), (0, Some(at(50))));
    renewals.set(id, &owner(1), None, audit(1)).await.unwrap();
    assert_eq!(found(db, id).await.renewal, None);
    assert_eq!(renewals.due(at(900), 9).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn who_asks_for_what_is_done_by_itself_is_told_when_it_is_ready(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, renewals) = (&store.db, store.db.export_renewals());
    let account = linked(db, &owner(1), 0).await;
    let first = new(&account, 5);
    begin(db, &first).await;
    store.future("DELETE FROM jobs").await;
    let id = first.export.id;
    let daily = Some((RenewEvery::Day, at(50)));
    renewals.set(id, &owner(1), daily, audit(1)).await.unwrap();
    let export = found(db, id).await;
    let by_itself = job(&first);
    renewals.begin(&export, &by_itself, at(99)).await.unwrap();
    let asked = begin(db, &new(&account, 5)).await;
    assert_eq!(
        asked,
        ExportBegin::Begun {
            export: id,
            job: by_itself.id
        }
    );
    assert_eq!(renewals.under_way(9).await.unwrap(), []);
    let (exports, made) = (db.exports(), made(1));
    let finished = exports.finish(id, &made, 7, at(200), notice(&owner(1), 50), by_itself.id);
    assert!(finished.await.unwrap());
    let told = db
        .outbox()
        .take(&tenant(), at(60), at(90), 10)
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_due_is_not_removed_before_it_was_brought_up_to_date(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, renewals) = (&store.db, store.db.export_renewals());
    let account = linked(db, &owner(1), 0).await;
    let id = kept(db, &account).await;
    let daily = Some((RenewEvery::Day, at(50)));
    renewals.set(id, &owner(1), daily, audit(1)).await.unwrap();
    // All was down for weeks.
    let late = at(50) + TimeDelta::days(40);
    assert_eq!(db.exports().expired(late, 9).await.unwrap(), []);
    let due = renewals.due(late, 9).await.unwrap();
    let next = RenewEvery::Day.next(at(50), late);
    renewals
        .begin(&due[0], &run(&due[0]), next)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(renewals.due(late, 9).await.unwrap(), []);
    assert_eq!(db.exports().expired(late, 9).await.unwrap(), []);
    // Where its account is gone, so is it.
    store.future("DELETE FROM accounts WHERE person = 1").await;
    assert_eq!(
        renewals.due(late + TimeDelta::days(9), 9).await.unwrap(),
        []
    );
    assert_eq!(db.exports().expired(late, 9).await.unwrap().len(), 1);
    assert!(!renewals.set(id, &owner(1), None, audit(1)).await.unwrap());
}
