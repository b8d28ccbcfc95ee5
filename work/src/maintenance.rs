//! What keeps Sesame in order: jobs that a schedule asks for.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use metrics::counter;
use sesame_domain::audit::Actor;
use sesame_domain::check_pace::CheckPace;
use sesame_domain::ids::TenantId;
use sesame_domain::job::{Cause, JobKind};
use sesame_domain::ports::{
    AccountChecks, AuditMaintenance, BackupMaintenance, Channels, ExportRenewals, ExportStore,
    Exports, Jobs, KeyMaintenance, MaintenanceError, Nodes, OneTime, Selections, SessionRetention,
    SloCounts, StoreError,
};
use sesame_domain::progress::Unit;
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::schedule::Every;

use crate::handler::Handler;
use crate::lanes::Lane;
use crate::outcome::{Report, Stopped};
use crate::run::JobRun;

/// What is done more often fills no log.
const OFTEN: TimeDelta = TimeDelta::minutes(10);

/// What maintenance works on, and what the settings say about it.
#[derive(Clone)]
pub struct MaintenancePorts {
    /// The keys.
    pub keys: Arc<dyn KeyMaintenance>,
    /// After how long a new key is made; `None`: only by command.
    pub key_max_age: Option<TimeDelta>,
    /// The audit.
    pub audit: Arc<dyn AuditMaintenance>,
    /// How long entries of the audit are kept; `None`: for ever.
    pub audit_kept: Option<TimeDelta>,
    /// Backups; `None`: there is no place for them.
    pub backups: Option<BackupPorts>,
    /// Sessions that are not kept any longer, of this tenant.
    pub retention: Arc<dyn SessionRetention>,
    /// Looking at linked accounts.
    pub account_checks: Arc<dyn AccountChecks>,
    /// How often each of them is looked at.
    pub check_pace: CheckPace,
    /// The tenant that this node works for.
    pub tenant: TenantId,
    /// What works once.
    pub one_time: Arc<dyn OneTime>,
    /// The jobs themselves.
    pub jobs: Arc<dyn Jobs>,
    /// What was looked at, to act on many rows.
    pub selections: Arc<dyn Selections>,
    /// The nodes, as they said of themselves.
    pub nodes: Arc<dyn Nodes>,
    /// What was counted of the promises.
    pub slo_counts: Arc<dyn SloCounts>,
    /// Exports; `None`: there is no place for them.
    pub exports: Option<ExportUpkeep>,
    /// Channels that are read.
    pub channels: ChannelUpkeep,
}

/// Channels that are read.
#[derive(Clone)]
pub struct ChannelUpkeep {
    /// Which, and for whom.
    pub channels: Arc<dyn Channels>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for ChannelUpkeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelUpkeep").finish_non_exhaustive()
    }
}

/// Exports that are kept on the server.
#[derive(Clone)]
pub struct ExportUpkeep {
    /// Their rows.
    pub exports: Arc<dyn Exports>,
    /// Which of them are brought up to date by themselves.
    pub renewals: Arc<dyn ExportRenewals>,
    /// Where their files are.
    pub store: Arc<dyn ExportStore>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How long one is kept after it was made.
    pub kept: TimeDelta,
    /// Where this is, for the audit.
    pub origin: String,
}

impl std::fmt::Debug for ExportUpkeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportUpkeep").finish_non_exhaustive()
    }
}

/// Backups, and how often they are made.
#[derive(Clone)]
pub struct BackupPorts {
    /// Makes them.
    pub maintenance: Arc<dyn BackupMaintenance>,
    /// How often one is made.
    pub every: TimeDelta,
    /// How often the newest is tried out.
    pub rehearse_every: TimeDelta,
}

impl std::fmt::Debug for MaintenancePorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MaintenancePorts").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for BackupPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackupPorts").finish_non_exhaustive()
    }
}

/// Something that is done again and again. It may be broken off at any `await`:
/// the next try goes on from what is stored.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// The kind of its jobs.
    fn kind(&self) -> JobKind;

    /// How often it is done.
    fn every(&self) -> Every;

    /// Does it; says in a line what came of it.
    async fn run(&self, run: &JobRun) -> Result<String, MaintenanceFailure>;
}

/// Why it could not be done.
#[derive(Debug)]
pub struct MaintenanceFailure(String);

impl From<MaintenanceError> for MaintenanceFailure {
    fn from(error: MaintenanceError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for MaintenanceFailure {
    fn from(error: StoreError) -> Self {
        MaintenanceError::of(&error).into()
    }
}

impl MaintenanceFailure {
    /// Why, in a line.
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self(Reason::of(error).to_string())
    }
}

/// Who does it, for the audit.
pub(crate) fn actor(kind: &JobKind) -> Actor {
    Actor::system(kind.as_str())
}

/// Tells a job's progress what is done.
pub(crate) fn telling(run: &JobRun) -> impl Fn(u64, Option<u64>) + Send + Sync {
    |done, total| run.progress().tell(done, total, &Unit::Items)
}

/// Has jobs do it.
pub fn by_job(maintenance: &[Arc<dyn Maintenance>]) -> Vec<Arc<dyn Handler>> {
    let by_job = |it: &Arc<dyn Maintenance>| Arc::new(ByJob(Arc::clone(it))) as Arc<dyn Handler>;
    maintenance.iter().map(by_job).collect()
}

/// Does it as a job. One that fails is over: when it is tried again, the
/// schedule says.
struct ByJob(Arc<dyn Maintenance>);

#[async_trait]
impl Handler for ByJob {
    fn kind(&self) -> JobKind {
        self.0.kind()
    }

    fn lane(&self) -> Lane {
        Lane::Maintenance
    }

    /// How often a process may end while it is at it.
    fn max_attempts(&self) -> u32 {
        3
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let kind = self.kind();
        let count = |outcome| {
            let duty = kind.as_str().to_owned();
            counter!("sesame_duties_total", "duty" => duty, "outcome" => outcome).increment(1);
        };
        match run.unless_cancelled(self.0.run(run)).await? {
            Ok(report) => {
                count("done");
                // What is done every few minutes is told by its schedule alone.
                if self.0.every().period < OFTEN {
                    tracing::debug!(job.kind = kind.as_str(), report, "maintenance is done");
                } else {
                    tracing::info!(job.kind = kind.as_str(), report, "maintenance is done");
                }
                Ok(Report::from(report))
            }
            Err(MaintenanceFailure(reason)) => {
                count("failed");
                Err(Stopped::Failed(Cause::failed(reason)))
            }
        }
    }
}
