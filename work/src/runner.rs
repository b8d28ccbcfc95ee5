//! The runner: does jobs that are due, as many at once as there is room for.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use sesame_domain::heartbeat::{Heartbeat, Term};
use sesame_domain::ids::{NodeId, TenantId};
use sesame_domain::job::{Job, JobAttempt, JobClaim, JobKind, Release};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{DueJobs, StoreError, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::request::RequestId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::attempt::{attempt, over_already, unreadable, write_end, write_last_progress};
use crate::figures::{self, Told};
use crate::handler::Handler;
use crate::lanes::Lane;
use crate::local::{LocalJob, LocalJobs};
use crate::ports::RunnerPorts;
use crate::progress::ProgressReporter;
use crate::run::JobRun;
use crate::tenant_work::{AllWork, TenantWork};

/// How often the runner looks without being woken: how long a cancelled job may
/// wait, or one of a node that is known to be gone.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After so many looks the figures are brought up to date.
const LOOKS_A_FIGURE: u32 = 30;
/// Who did not look for so long is stuck.
const SILENT: Duration = Duration::from_mins(1);
/// How many rows of a kind are read at once.
const PAGE: u32 = 32;

/// Does jobs on one node.
pub struct Runner {
    pub(crate) ports: RunnerPorts,
    work: AllWork,
    /// The stretch of time in which what is under way was begun.
    term: Mutex<Option<Term>>,
    pub(crate) local: Arc<LocalJobs>,
    told: Told,
    tasks: TaskTracker,
    looked_at: Mutex<Instant>,
}

/// The runner does not look for jobs any more: it is stuck.
#[derive(Debug, thiserror::Error)]
#[error("no one looked for jobs for {} s", .0.as_secs())]
pub struct RunnerSilent(Duration);

impl Runner {
    /// A runner that does nothing yet.
    pub fn new(ports: RunnerPorts, handlers: Vec<Arc<dyn Handler>>) -> Self {
        Self {
            term: Mutex::default(),
            work: AllWork::of(ports.tenant.clone(), handlers),
            ports,
            local: Arc::new(LocalJobs::new()),
            told: Told::default(),
            tasks: TaskTracker::new(),
            looked_at: Mutex::new(Instant::now()),
        }
    }

    /// Works for this tenant, too, from now on.
    pub fn take_on(&self, tenant: TenantId, handlers: Vec<Arc<dyn Handler>>) {
        self.work.add(tenant, handlers);
    }

    /// Works for this tenant no more. What is under way for it is broken off; the
    /// next look puts it back, for other nodes or until it is taken on again.
    pub fn let_go(&self, tenant: &TenantId) {
        self.work.remove(tenant);
        for job in self.local.all() {
            if job.tenant == *tenant {
                job.abort.cancel();
            }
        }
    }

    /// Whether it still looks for jobs, whatever it finds.
    ///
    /// # Errors
    /// When it has not for a minute.
    pub fn check(&self) -> Result<(), RunnerSilent> {
        let looked_at = *self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        within_reason(looked_at.elapsed())
    }

    /// The node that it works for.
    pub fn node(&self) -> &NodeId {
        self.ports.heartbeat.node()
    }

    /// Does jobs until the stop; what is under way then is put back, to go on
    /// here after the next start or on another node.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.keep_minding() => {}
            () = self.keep_looking() => {}
        }
        self.stop().await;
    }

    async fn keep_minding(&self) {
        loop {
            self.mind_heartbeat();
            tokio::time::sleep(Heartbeat::EVERY).await;
        }
    }

    async fn keep_looking(&self) {
        let mut done = self.local.watch();
        let mut looks = LOOKS_A_FIGURE;
        loop {
            let wake_ups = self.ports.signals.subscribe(Topic::Jobs).await;
            // Without signals it looks as often as it does anyway.
            let mut wake_ups = wake_ups.unwrap_or_else(|_| futures::stream::pending().boxed());
            loop {
                match self.look().await {
                    Ok(()) => figures::looked(),
                    Err(error) => {
                        tracing::warn!(error = %Reason::of(&error), "jobs cannot be looked for");
                    }
                }
                *self
                    .looked_at
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Instant::now();
                looks += 1;
                if looks >= LOOKS_A_FIGURE {
                    looks = 0;
                    self.figures().await;
                    // Listens anew now and then: a subscription may have failed.
                    break;
                }
                tokio::select! {
                    woken = wake_ups.next() => if woken.is_none() {
                        wake_ups = futures::stream::pending().boxed();
                    },
                    changed = done.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
        }
    }

    /// Whether others take this node for alive. Once they may have thought that
    /// it is not, it stops what it does.
    fn mind_heartbeat(&self) -> bool {
        let term = self.ports.heartbeat.term();
        let before = {
            let mut known = self.term.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *known, term)
        };
        if before != term {
            self.break_off();
        }
        term.is_some()
    }

    /// Looks once: at what became of the jobs under way, and for jobs to begin.
    ///
    /// # Errors
    /// When the jobs cannot be read.
    pub async fn look(&self) -> Result<(), StoreError> {
        if !self.mind_heartbeat() {
            return Ok(());
        }
        self.write_ends().await;
        self.settle(self.ports.queue.running().await?).await?;
        self.write_progress().await;
        self.begin_due().await
    }

    /// Waits until no job runs here.
    pub async fn idle(&self) {
        let mut running = self.local.watch();
        // It fails only without a runner.
        let _ = running.wait_for(|running| *running == 0).await;
    }

    /// Breaks off what is under way and puts it back, also what was claimed and
    /// not begun yet.
    pub async fn stop(&self) {
        self.break_off();
        self.tasks.close();
        self.tasks.wait().await;
        self.write_ends().await;
        match self.ports.queue.running().await {
            Ok(running) => {
                for job in running.into_iter().filter(|it| it.node == *self.node()) {
                    self.release(job.claim, Release::PutBack).await;
                }
            }
            // Others find out that this node is gone.
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "jobs are not put back");
            }
        }
    }

    fn break_off(&self) {
        for job in self.local.all() {
            job.abort.cancel();
        }
    }

    /// Begins what is due, as far as there is room, for each tenant.
    async fn begin_due(&self) -> Result<(), StoreError> {
        for work in self.work.all() {
            self.begin_due_of(&work).await?;
        }
        Ok(())
    }

    /// Rows that cannot be begun are passed by, however many there are.
    async fn begin_due_of(&self, work: &TenantWork) -> Result<(), StoreError> {
        let mut of: Vec<_> = work.kinds().map(first_page).collect();
        while !of.is_empty() {
            of.retain(|it| self.room_for(work, &it.kind) > 0);
            let (queue, now) = (&self.ports.queue, self.ports.clock.now());
            let rows = queue.due(&work.tenant, &of, now).await?;
            let mut seen: HashMap<JobKind, (u32, u32)> = HashMap::new();
            for row in rows {
                let (seen, begun) = seen.entry(row.kind.clone()).or_default();
                *seen += 1;
                let is_gone = match &row.job {
                    Ok(job) => self.begin(work, job).await?,
                    Err(broken) => {
                        self.told.left_alone(&row.kind, broken);
                        false
                    }
                };
                *begun += u32::from(is_gone);
            }
            of.retain_mut(|it| {
                let (seen, begun) = seen.get(&it.kind).copied().unwrap_or_default();
                it.skip += it.limit.saturating_sub(begun);
                seen >= it.limit
            });
        }
        Ok(())
    }

    fn room_for(&self, work: &TenantWork, kind: &JobKind) -> usize {
        let lane = work.handler(kind).map(|it| it.lane());
        lane.map_or(0, |lane| self.local.room(lane))
    }

    /// Begins a job if it can be; `true`: it is not due any more.
    async fn begin(&self, work: &TenantWork, job: &Job) -> Result<bool, StoreError> {
        let Some(handler) = work.handler(&job.kind).filter(|_| work.is_theirs(job)) else {
            return Ok(false);
        };
        if self.local.room(handler.lane()) == 0 {
            return Ok(false);
        }
        if let Some(what) = unreadable(job, handler.as_ref()) {
            let id = job.id.to_string();
            self.told.left_alone(&job.kind, &BrokenRow { id, what });
            return Ok(false);
        }
        let now = self.ports.clock.now();
        let Some(claim) = self.ports.queue.claim(job, self.node(), now).await? else {
            return Ok(false);
        };
        match over_already(job, handler.max_attempts()) {
            Some(outcome) => {
                let end = Release::End(outcome);
                figures::released(&job.kind, &end);
                self.local
                    .insert(self.local_job(work, claim, handler.lane()));
                self.release(claim, end).await;
            }
            None => self.start(work, job.clone(), claim, Arc::clone(handler)),
        }
        Ok(true)
    }

    fn local_job(&self, work: &TenantWork, claim: JobClaim, lane: Lane) -> LocalJob {
        LocalJob {
            claim,
            tenant: work.tenant.clone(),
            lane,
            cancel: CancellationToken::new(),
            abort: CancellationToken::new(),
            progress: Arc::new(ProgressReporter::new(Arc::clone(&self.ports.clock))),
            unwritten: None,
        }
    }

    fn start(&self, work: &TenantWork, job: Job, claim: JobClaim, handler: Arc<dyn Handler>) {
        let local = self.local_job(work, claim, handler.lane());
        self.local.insert(local.clone());
        let run = JobRun {
            attempts: AtomicU32::new(job.attempts + 1),
            parks: AtomicU32::new(job.parks),
            job,
            claim,
            queue: Arc::clone(&self.ports.queue),
            clock: Arc::clone(&self.ports.clock),
            cancel: local.cancel,
            progress: local.progress,
        };
        let (jobs, ports) = (Arc::clone(&self.local), self.ports.clone());
        let span = tracing::info_span!(
            "job",
            job.id = %claim.id,
            job.kind = run.job.kind.as_str(),
            request.id = JobAttempt::request_id(claim.id, claim.fence),
            job.caused_by = run.job.caused_by.as_ref().map(RequestId::as_str),
        );
        let attempt = async move {
            let work = attempt(&run, handler.as_ref());
            let release = local.abort.run_until_cancelled(work).await;
            // Broken off: whoever did that sees to the row.
            let Some(Some(release)) = release else {
                jobs.remove(claim);
                return;
            };
            figures::released(&run.job.kind, &release);
            write_last_progress(&run).await;
            write_end(&ports, &jobs, claim, release).await;
        };
        self.tasks.spawn(attempt.instrument(span));
    }

    /// Lets go of a job; what cannot be written now is written at the next look.
    pub(crate) async fn release(&self, claim: JobClaim, release: Release) {
        write_end(&self.ports, &self.local, claim, release).await;
    }

    async fn figures(&self) {
        match self.ports.queue.waiting().await {
            Ok(waiting) => {
                // What another tenant waits for, its nodes know.
                let known = |kind: &JobKind| self.work.knows(kind);
                self.told.waiting(&waiting, known, self.ports.clock.now());
            }
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "figures about jobs are stale");
            }
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("node", self.node())
            .finish_non_exhaustive()
    }
}

fn first_page(kind: &JobKind) -> DueJobs {
    DueJobs {
        kind: kind.clone(),
        skip: 0,
        limit: PAGE,
    }
}

fn within_reason(silent: Duration) -> Result<(), RunnerSilent> {
    if silent > SILENT {
        return Err(RunnerSilent(silent));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_not_looked_for_long_is_silent() {
        assert!(within_reason(LOOK_EVERY * 3).is_ok());
        assert!(within_reason(SILENT).is_ok());
        let silent = within_reason(SILENT + LOOK_EVERY).unwrap_err();
        assert_eq!(silent.to_string(), "no one looked for jobs for 61 s");
    }
}
