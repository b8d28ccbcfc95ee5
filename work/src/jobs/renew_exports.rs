//! Brings copies up to date that are to be, day by day or week by week: asks for the
//! jobs of those that are due, and looks how those ended that were asked for before.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::export::{Export, ExportRun, Renewal, RenewalOutcome};
use sesame_domain::ids::{JobId, NoticeId};
use sesame_domain::job::{Job, JobAccess, JobKind, JobState, NewJob, Outcome};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::plural::counted;
use sesame_domain::ports::Jobs;
use sesame_domain::schedule::Every;

use super::{export_key, export_payload};
use crate::maintenance::{ExportUpkeep, Maintenance, MaintenanceFailure, MaintenancePorts};
use crate::run::JobRun;

/// No more are worked on at once, as long as they do not wait for something: what people
/// ask for by themselves is to find room on a node beside them.
const AT_ONCE: usize = 3;
/// How many are looked at that were asked for before.
const MOST: u32 = 1_000;
/// Of a job that is not there any more no one knows how it ended.
const UNKNOWN: &str = "unknown";

struct RenewExports {
    upkeep: ExportUpkeep,
    jobs: Arc<dyn Jobs>,
}

/// With a place for them.
pub(super) fn job(ports: &MaintenancePorts) -> Option<Arc<dyn Maintenance>> {
    Some(renewing(ports.exports.clone()?, Arc::clone(&ports.jobs)))
}

/// Sees to the exports that are to be kept up to date.
pub fn renewing(upkeep: ExportUpkeep, jobs: Arc<dyn Jobs>) -> Arc<dyn Maintenance> {
    Arc::new(RenewExports { upkeep, jobs })
}

#[async_trait]
impl Maintenance for RenewExports {
    fn kind(&self) -> JobKind {
        JobKind::named("renew_exports")
    }

    fn every(&self) -> Every {
        Every::about(TimeDelta::minutes(1))
    }

    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure> {
        let (ended, working) = self.look_how_they_went(run).await?;
        let begun = self.begin(run, AT_ONCE.saturating_sub(working)).await?;
        let ended = counted(ended, "export");
        Ok(format!("{ended} renewed or given up, {begun} begun"))
    }
}

impl RenewExports {
    /// How many ended, and how many are worked on or wait for their turn.
    async fn look_how_they_went(&self, run: &JobRun) -> Result<(u64, usize), MaintenanceFailure> {
        let (mut ended, mut working) = (0, 0);
        for export in self.upkeep.renewals.under_way(MOST).await? {
            let Some((renewal, id)) = under_way(&export) else {
                continue;
            };
            let job = self.jobs.find(id, &JobAccess::All).await?;
            match outcome(job.as_ref()) {
                Some(outcome) => {
                    ended += u64::from(self.end(run, &export, id, renewal, outcome).await?);
                }
                None if job.is_some_and(|job| is_put_off(&job)) => {}
                None => working += 1,
            }
        }
        Ok((ended, working))
    }

    async fn end(
        &self,
        run: &JobRun,
        export: &Export,
        id: JobId,
        renewal: &Renewal,
        outcome: RenewalOutcome,
    ) -> Result<bool, MaintenanceFailure> {
        let now = run.now();
        let end = renewal.after(outcome, now);
        let code = end.last.failure.clone().filter(|_| end.stops);
        let notice = code.map(|code| Notice {
            id: NoticeId::generate(&*self.upkeep.entropy, now),
            owner: export.owner.clone(),
            kind: NoticeKind::RenewalStopped { code },
            created_at: now,
            attempts: 0,
        });
        let until = now + self.upkeep.kept;
        let renewals = &self.upkeep.renewals;
        Ok(renewals.end(export.id, id, &end, until, notice).await?)
    }

    /// Asks for those that are due, up to so many; how many.
    async fn begin(&self, run: &JobRun, most: usize) -> Result<u64, MaintenanceFailure> {
        let most = u32::try_from(most).unwrap_or_default();
        if most == 0 {
            return Ok(0);
        }
        let (now, mut begun) = (run.now(), 0);
        for export in self.upkeep.renewals.due(now, most).await? {
            let renewal = export.renewal.as_ref();
            let due = renewal.and_then(|it| Some((it.every, it.next_at?)));
            let (Some((every, due)), Some(account)) = (due, export.account) else {
                continue;
            };
            let id = JobId::generate(&*self.upkeep.entropy, now);
            let job = NewJob {
                owner: Some(export.owner.clone()),
                account: Some(account),
                payload: export_payload(export.dialog, ExportRun::default()),
                unique: Some(export_key(account, export.dialog)),
                ..NewJob::new(id, JobKind::EXPORT, now)
            };
            let asked = self
                .upkeep
                .renewals
                .begin(&export, &job, every.next(due, now));
            begun += u64::from(asked.await?.is_some());
        }
        Ok(begun)
    }
}

fn under_way(export: &Export) -> Option<(&Renewal, JobId)> {
    let renewal = export.renewal.as_ref()?;
    Some((renewal, renewal.job?))
}

/// How a job ended; `None`: it is not over.
fn outcome(job: Option<&Job>) -> Option<RenewalOutcome> {
    let Some(job) = job else {
        return Some(RenewalOutcome::Failed(UNKNOWN.to_owned()));
    };
    let JobState::Ended { outcome, .. } = &job.state else {
        return None;
    };
    Some(match outcome {
        Outcome::Done { .. } | Outcome::Incomplete { .. } => RenewalOutcome::Done,
        Outcome::Cancelled { .. } => RenewalOutcome::Cancelled,
        Outcome::Failed(cause) => RenewalOutcome::Failed(cause.code.as_str().to_owned()),
    })
}

/// Whether it waits for something, and takes no one's place meanwhile.
fn is_put_off(job: &Job) -> bool {
    matches!(job.state, JobState::Waiting { .. })
}
