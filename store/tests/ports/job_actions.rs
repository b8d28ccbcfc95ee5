//! What those who look after Sesame do to jobs, each with its entry in the audit.

use rstest::rstest;
use sesame_domain::audit::{Action, Actor};
use sesame_domain::ids::{JobId, Owner, TenantId};
use sesame_domain::job::{
    Cancelling, Job, JobAccess, JobClaim, JobKind, JobState, NewJob, Outcome, Payload, Release,
};
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::ports::listing::JobListing as _;
use sesame_domain::ports::{
    AuditLog as _, JobActions as _, JobQueue as _, Jobs as _, Retrying, RunningNow, Schedules as _,
};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::jobs::{EXPORT, TAGS, done, due, found, job, of};
use crate::listing::only;
use crate::make::{at, node, owner, tenant};

pub(crate) fn order(seconds: i64) -> Order {
    Order {
        request: "9f86d081884c7d65".parse().ok(),
        by: Actor::Operator {
            name: "Mara (owner)".into(),
        },
        reason: "the bucket is back".parse().unwrap(),
        origin: "admin page".into(),
        at: at(seconds),
    }
}

/// What the audit tells of an owner, the last first.
async fn told(store: &Store, owner: &Owner) -> Vec<(Action, String)> {
    let entries = store.db.audit_log().about(owner, 100).await.unwrap();
    let entries = entries.into_iter();
    let told = entries.map(|entry| {
        assert_eq!(entry.actor, order(0).by);
        assert_eq!(entry.origin, "admin page");
        (entry.action, entry.reason.to_string())
    });
    told.collect()
}

fn because(action: Action) -> (Action, String) {
    (action, "the bucket is back".to_owned())
}

async fn begun(store: &Store, id: JobId, now: i64) -> JobClaim {
    let seen = found(&store.db.jobs(), id).await;
    let claim = store.db.jobs().claim(&seen, &node(), at(now)).await;
    claim.unwrap().unwrap()
}

/// A job that ended like this, after a checkpoint.
async fn ended(store: &Store, job: &NewJob, outcome: Outcome) -> JobId {
    let jobs = store.db.jobs();
    jobs.enqueue(job).await.unwrap();
    let claim = begun(store, job.id, 1).await;
    let payload = Payload("message 48112".into());
    jobs.checkpoint(claim, &payload, None).await.unwrap();
    jobs.release(claim, Release::End(outcome), at(2))
        .await
        .unwrap();
    job.id
}

fn failure() -> Outcome {
    Outcome::Failed(sesame_domain::job::Cause::failed("no such chat"))
}

#[rstest]
#[tokio::test]
async fn a_job_is_cancelled_by_those_who_look_after_its_tenant_and_the_audit_says_why(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let id = jobs.enqueue(&of(7, EXPORT, 0)).await.unwrap().id;
    for tenants in [only("other"), Tenants::These(vec![])] {
        let refused = actions.cancel(id, &tenants, &order(1)).await.unwrap();
        assert_eq!(refused, Cancelling::NotFound);
    }
    assert_eq!(told(&store, &owner(7)).await, []);
    let cancelled = actions.cancel(id, &only("main"), &order(2)).await.unwrap();
    assert_eq!(cancelled, Cancelling::Cancelled);
    let by = "Mara (owner)".to_owned();
    let outcome = Outcome::Cancelled { by };
    let at = at(2);
    assert_eq!(
        found(&jobs, id).await.state,
        JobState::Ended { outcome, at }
    );
    // What is over is not cancelled again, nor told twice.
    let over = actions.cancel(id, &Tenants::All, &order(3)).await.unwrap();
    assert_eq!(over, Cancelling::Over);
    assert_eq!(
        told(&store, &owner(7)).await,
        [because(Action::JobCancelled)]
    );

    // What belongs to no one, only who looks after all of it.
    let no_ones = jobs.enqueue(&job(EXPORT, 0)).await.unwrap().id;
    begun(&store, no_ones, 4).await;
    let refused = actions.cancel(no_ones, &only("main"), &order(5)).await;
    assert_eq!(refused.unwrap(), Cancelling::NotFound);
    let asked = actions.cancel(no_ones, &Tenants::All, &order(5)).await;
    assert_eq!(asked.unwrap(), Cancelling::Asked);
    let told = told(&store, &Owner::instance()).await;
    assert_eq!(told, [because(Action::JobCancelled)]);
}

#[rstest]
#[tokio::test]
async fn a_job_that_failed_or_was_cancelled_goes_on_where_it_stopped(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let by = "someone".to_owned();
    for (person, outcome) in [(1, failure()), (2, Outcome::Cancelled { by })] {
        let id = ended(&store, &of(person, EXPORT, 0), outcome).await;
        let refused = actions.retry(id, &only("other"), &order(3)).await;
        assert_eq!(refused.unwrap(), Retrying::NotFound);
        let retried = actions.retry(id, &only("main"), &order(3)).await.unwrap();
        assert_eq!(retried, Retrying::Queued);
        let job = found(&jobs, id).await;
        assert_eq!(job.state, JobState::Queued { from: at(3) });
        assert_eq!(job.payload, Payload("message 48112".into()));
        assert_eq!((job.attempts, &job.cancel_by), (0, &None));
        assert_eq!(
            told(&store, &owner(person)).await,
            [because(Action::JobRetried)]
        );
        // Once is enough.
        let again = actions.retry(id, &only("main"), &order(4)).await.unwrap();
        assert_eq!(again, Retrying::UnderWay);
        let begun = begun(&store, id, 5).await;
        let running = actions.retry(id, &only("main"), &order(5)).await.unwrap();
        assert_eq!(running, Retrying::UnderWay);
        jobs.release(begun, done(), at(6)).await.unwrap();
        let over = actions.retry(id, &only("main"), &order(7)).await.unwrap();
        assert_eq!(over, Retrying::Done);
        assert_eq!(told(&store, &owner(person)).await.len(), 1);
    }
    let none = JobId::generate(&SystemEntropy, at(0));
    let none = actions.retry(none, &Tenants::All, &order(3)).await.unwrap();
    assert_eq!(none, Retrying::NotFound);
}

#[rstest]
#[tokio::test]
async fn a_retry_meets_its_twin_and_says_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let asked = |seconds| NewJob {
        unique: Some("chat 5".into()),
        ..of(7, EXPORT, seconds)
    };
    let first = ended(&store, &asked(0), failure()).await;
    let twin = jobs.enqueue(&asked(10)).await.unwrap();
    assert!(twin.is_new);
    let before = found(&jobs, first).await;
    let met = actions
        .retry(first, &Tenants::All, &order(20))
        .await
        .unwrap();
    assert_eq!(met, Retrying::Twin(twin.id));
    assert_eq!(found(&jobs, first).await, before);
    assert_eq!(told(&store, &owner(7)).await, []);
    // Once that is over, it goes on.
    let claim = begun(&store, twin.id, 21).await;
    jobs.release(claim, done(), at(22)).await.unwrap();
    let retried = actions
        .retry(first, &Tenants::All, &order(23))
        .await
        .unwrap();
    assert_eq!(retried, Retrying::Queued);
    assert!(!jobs.enqueue(&asked(30)).await.unwrap().is_new);
}

#[rstest]
#[tokio::test]
async fn a_job_that_waits_goes_on_at_once_and_one_of_a_newer_program_is_left_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let later = NewJob {
        run_after: at(500),
        ..of(7, EXPORT, 0)
    };
    jobs.enqueue(&later).await.unwrap();
    let hurried = actions.retry(later.id, &Tenants::All, &order(3)).await;
    assert_eq!(hurried.unwrap(), Retrying::Queued);
    assert_eq!(due(&jobs, &[EXPORT], 3).await.len(), 1);

    store.future("UPDATE jobs SET state = 'dreaming'").await;
    let left = actions.retry(later.id, &Tenants::All, &order(4)).await;
    assert_eq!(left.unwrap(), Retrying::Unknown);
}

#[rstest]
#[tokio::test]
async fn no_node_begins_what_is_paused(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    for job in [of(7, EXPORT, 0), job(EXPORT, 1), of(7, TAGS, 2)] {
        jobs.enqueue(&job).await.unwrap();
    }
    let seen: Vec<Job> = due(&jobs, &[EXPORT], 5).await;
    let kinds = async |now| -> Vec<JobKind> {
        let due = due(&jobs, &[EXPORT, TAGS], now).await;
        due.into_iter().map(|job| job.kind).collect()
    };
    // Who looks after one tenant pauses what is of its people.
    actions
        .pause(&EXPORT, &only("main"), &order(5))
        .await
        .unwrap();
    actions
        .pause(&EXPORT, &only("main"), &order(6))
        .await
        .unwrap();
    let left = due(&jobs, &[EXPORT], 9).await;
    assert_eq!(
        left.iter().map(|job| &job.owner).collect::<Vec<_>>(),
        [&None]
    );
    // What was seen before it was paused is not begun either.
    for job in &seen {
        let claim = jobs.claim(job, &node(), at(9)).await.unwrap();
        assert_eq!(claim.is_some(), job.owner.is_none());
        if let Some(claim) = claim {
            jobs.release(claim, Release::PutBack, at(9)).await.unwrap();
        }
    }
    actions
        .pause(&EXPORT, &Tenants::All, &order(10))
        .await
        .unwrap();
    assert_eq!(kinds(11).await, [TAGS]);
    let main = Owner::tenant_itself(tenant());
    let paused = (Action::JobsPaused, "export: the bucket is back".to_owned());
    assert_eq!(told(&store, &main).await, std::slice::from_ref(&paused));

    let seen_by = async |tenants: Tenants| -> Vec<Option<TenantId>> {
        let paused = actions.paused(&tenants).await.unwrap();
        paused.into_iter().map(|it| it.unwrap().tenant).collect()
    };
    assert_eq!(seen_by(Tenants::All).await, [None, Some(tenant())]);
    assert_eq!(seen_by(only("other")).await, [None]);

    // Who looks after one tenant cannot take back what holds for all.
    actions
        .resume(&EXPORT, &only("main"), &order(12))
        .await
        .unwrap();
    assert_eq!(kinds(13).await, [TAGS]);
    actions
        .resume(&EXPORT, &Tenants::All, &order(14))
        .await
        .unwrap();
    assert_eq!(kinds(15).await.len(), 3);
    let resumed = (Action::JobsResumed, "export: the bucket is back".to_owned());
    assert_eq!(told(&store, &Owner::instance()).await, [resumed, paused]);
}

#[rstest]
#[tokio::test]
async fn what_is_done_again_and_again_is_done_now_when_someone_wants_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let schedules = store.db.schedules();
    let id = |seconds| JobId::generate(&SystemEntropy, at(seconds));
    let run = async |kind: &JobKind, tenants: Tenants, seconds: i64| {
        let (node, order) = (node(), order(seconds));
        let asked = actions.run_now(kind, id(seconds), &node, &tenants, &order);
        asked.await.unwrap()
    };
    let backup = JobKind::BACKUP;
    // What no schedule ever began is not known.
    assert_eq!(run(&backup, Tenants::All, 1).await, RunningNow::NotFound);
    schedules
        .begin(&backup, &node(), at(10), at(10))
        .await
        .unwrap();
    schedules
        .begin(&JobKind::COPY_KEYS, &node(), at(10), at(10))
        .await
        .unwrap();
    let by_command = run(&JobKind::COPY_KEYS, Tenants::All, 11).await;
    assert_eq!(by_command, RunningNow::NotFound);
    assert_eq!(run(&backup, only("main"), 11).await, RunningNow::NotFound);

    let RunningNow::Asked(asked) = run(&backup, Tenants::All, 12).await else {
        panic!("it is asked for");
    };
    assert_eq!(
        due(&jobs, std::slice::from_ref(&backup), 12).await[0].id,
        asked
    );
    let row = jobs.find(asked, &JobAccess::All).await.unwrap().unwrap();
    assert_eq!(row.caused_by, order(12).request);
    let records = schedules.records().await.unwrap();
    let of_backup = records.into_iter().flatten().find(|it| it.kind == backup);
    assert_eq!(of_backup.unwrap().began_at, at(12));
    // It is there: nothing is asked for twice.
    assert_eq!(
        run(&backup, Tenants::All, 13).await,
        RunningNow::UnderWay(asked)
    );
    let claim = begun(&store, asked, 14).await;
    let retry = Release::Retry {
        at: at(900),
        cause: sesame_domain::job::Cause::failed("403"),
    };
    jobs.release(claim, retry, at(15)).await.unwrap();
    assert_eq!(
        run(&backup, Tenants::All, 16).await,
        RunningNow::Hurried(asked)
    );
    let claim = begun(&store, asked, 17).await;
    jobs.release(claim, done(), at(18)).await.unwrap();
    let records = schedules.records().await.unwrap();
    let of_backup = records.into_iter().flatten().find(|it| it.kind == backup);
    assert_eq!(of_backup.unwrap().done_at, Some(at(18)));
    let told = told(&store, &Owner::instance()).await;
    let hurried = (
        Action::ScheduleHurried,
        "backup: the bucket is back".to_owned(),
    );
    assert_eq!(told, [hurried.clone(), hurried]);

    // What a tenant has done for itself, those may ask for who look after it.
    let retention = JobKind::named("retention").of_tenant(&tenant());
    schedules
        .begin(&retention, &node(), at(20), at(20))
        .await
        .unwrap();
    assert_eq!(
        run(&retention, only("other"), 21).await,
        RunningNow::NotFound
    );
    let asked = run(&retention, only("main"), 22).await;
    assert!(matches!(asked, RunningNow::Asked(_)), "{asked:?}");
}

#[rstest]
#[tokio::test]
async fn a_job_is_asked_for_with_the_audit_of_it_and_says_from_which_request_it_follows(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    let asking = |seconds| NewJob {
        unique: Some("one".to_owned()),
        caused_by: order(seconds).request,
        ..of(7, EXPORT, seconds)
    };
    let entry = |seconds| {
        let order = order(seconds);
        order.entry(owner(7), Uuid::from_u128(7), Action::AccountChecked)
    };
    let first = actions.ask(&asking(0), entry(0)).await.unwrap();
    assert!(first.is_new);
    let again = actions.ask(&asking(1), entry(1)).await.unwrap();
    assert_eq!((again.id, again.is_new), (first.id, false));
    assert_eq!(told(&store, &owner(7)).await.len(), 2);
    let row = jobs.find(first.id, &JobAccess::All).await.unwrap().unwrap();
    assert_eq!(row.caused_by, order(0).request);
    // An id that is none stops no job.
    store
        .future("UPDATE jobs SET caused_by = 'of two words'")
        .await;
    let row = jobs.find(first.id, &JobAccess::All).await.unwrap().unwrap();
    assert_eq!(row.caused_by, None);
}

/// What holds beside a pause and an attempt that this program cannot read.
pub(crate) async fn beside_the_future(store: &Store) {
    let (jobs, actions) = (store.db.jobs(), store.db.job_actions());
    actions
        .pause(&TAGS, &only("main"), &order(1))
        .await
        .unwrap();
    actions
        .pause(&EXPORT, &only("main"), &order(1))
        .await
        .unwrap();
    store
        .future("UPDATE job_pauses SET tenant = 'Tenant of the Future' WHERE kind = 'tags'")
        .await;
    let paused = actions.paused(&Tenants::All).await.unwrap();
    let broken: Vec<_> = paused.iter().map(Result::is_err).collect();
    assert_eq!(broken, [false, true]);

    let asked = of(7, TAGS, 0);
    jobs.enqueue(&asked).await.unwrap();
    for now in [2, 4] {
        let claim = begun(store, asked.id, now).await;
        jobs.release(claim, Release::PutBack, at(now + 1))
            .await
            .unwrap();
    }
    store
        .future("UPDATE job_attempts SET outcome = NULL WHERE fence = 1")
        .await;
    store
        .future("UPDATE job_attempts SET outcome = 'dreamt' WHERE fence = 2")
        .await;
    let attempts = store
        .db
        .listing()
        .job_attempts(asked.id, &Tenants::All)
        .await;
    let attempts = attempts.unwrap();
    assert_eq!(attempts.len(), 1);
    let end = attempts[0].end.as_ref().unwrap();
    assert_eq!(end.outcome.as_str(), "dreamt");
}
