//! Calls the ports of jobs and schedules.

use sesame_domain::ids::{AccountId, JobId};
use sesame_domain::job::{Cause, JobAccess, JobKind, JobStatus, NewJob, Outcome, Payload, Release};
use sesame_domain::page::Page;
use sesame_domain::ports::{DueJobs, JobFilter, JobQueue as _, Jobs as _, Schedules as _};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use super::drive::{Driver, SOMEONE, now};
use super::fill::NOW;
use super::make::{at, node, owner, tenant};
use crate::Database;

const EXPORT: JobKind = JobKind::named("export");

impl Driver {
    pub(super) async fn jobs(&mut self, db: &Database) {
        let jobs = db.jobs();
        let export = NewJob {
            owner: Some(owner(SOMEONE)),
            account: Some(AccountId::from(Uuid::from_u128(7))),
            unique: Some("export".into()),
            ..job(EXPORT)
        };
        self.call("Jobs::enqueue", jobs.enqueue(&export)).await;
        // Answered with the one that is there.
        self.call("Jobs::enqueue", jobs.enqueue(&export)).await;
        self.call("Jobs::find", jobs.find(export.id, &JobAccess::All))
            .await;
        for access in [
            JobAccess::Owner(owner(SOMEONE)),
            JobAccess::Tenant(owner(SOMEONE).tenant),
            JobAccess::All,
        ] {
            let filter = JobFilter::all(access);
            self.call("Jobs::list", jobs.list(&filter, Page::first(50)))
                .await;
        }
        let filter = JobFilter {
            account: export.account,
            kinds: vec![EXPORT],
            statuses: vec![JobStatus::Queued],
            ..JobFilter::all(JobAccess::Owner(owner(SOMEONE)))
        };
        let page = Page {
            after: Some(export.id),
            limit: 50,
        };
        self.call("Jobs::list", jobs.list(&filter, page)).await;
        self.done(db, &export).await;
        let other = job(EXPORT);
        self.call("Jobs::enqueue", jobs.enqueue(&other)).await;
        let hurried = jobs.hurry(other.id, &JobAccess::All, now());
        self.call("Jobs::hurry", hurried).await;
        let cancelled = jobs.cancel(other.id, &JobAccess::All, "a test", now());
        self.call("Jobs::cancel", cancelled).await;
        self.call("Jobs::forget", jobs.forget(at(50), now(), 100))
            .await;
    }

    /// Does a job.
    async fn done(&mut self, db: &Database, export: &NewJob) {
        let (jobs, node) = (db.jobs(), node());
        let due = [DueJobs {
            kind: EXPORT,
            skip: 0,
            limit: 10,
        }];
        let found = self
            .call("JobQueue::due", jobs.due(&tenant(), &due, now()))
            .await;
        let found = found.into_iter().filter_map(|row| row.job.ok());
        let found: Vec<_> = found.filter(|job| job.id == export.id).collect();
        let mut claims = Vec::new();
        for release in [
            Release::PutBack,
            Release::Retry {
                at: now(),
                cause: Cause::failed("a test"),
            },
            Release::End(Outcome::Done {
                report: "done".to_owned(),
            }),
        ] {
            let seen = jobs.find(found[0].id, &JobAccess::All);
            let seen = self.call("Jobs::find", seen).await.unwrap();
            let claim = jobs.claim(&seen, &node, now());
            let claim = self.call("JobQueue::claim", claim).await.unwrap();
            claims.push(claim);
            self.call("JobQueue::running", jobs.running()).await;
            let progress = Progress::from(0, Unit::Messages, now());
            let payload = Payload(String::new());
            let kept = jobs.checkpoint(claim, &payload, Some(&progress));
            self.call("JobQueue::checkpoint", kept).await;
            let told = jobs.tell_progress(claim, &progress);
            self.call("JobQueue::tell_progress", told).await;
            let released = jobs.release(claim, release, now());
            self.call("JobQueue::release", released).await;
        }
        self.call("JobQueue::abandon", jobs.abandon(&claims, now()))
            .await;
        self.call("JobQueue::waiting", jobs.waiting()).await;
    }

    pub(super) async fn schedules(&mut self, db: &Database) {
        let (schedules, node) = (db.schedules(), node());
        let backup = job(JobKind::BACKUP);
        let asked = schedules.ask(&backup, &node, at(NOW - 10));
        self.call("Schedules::ask", asked).await;
        self.call("Schedules::records", schedules.records()).await;
        let kind = JobKind::named("rehearsal");
        for _ in 0..2 {
            let begun = schedules.begin(&kind, &node, now(), at(NOW + 1));
            let fence = self.call("Schedules::begin", begun).await.unwrap();
            let failed = schedules.failed(&kind, fence, now(), "a test");
            self.call("Schedules::failed", failed).await;
            let done = schedules.done(&kind, fence, now(), "a test");
            self.call("Schedules::done", done).await;
        }
    }
}

fn job(kind: JobKind) -> NewJob {
    NewJob::new(JobId::generate(&SystemEntropy, now()), kind, now())
}
