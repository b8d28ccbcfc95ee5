//! The loops that do jobs: the scheduler asks for what is due, the runner does
//! what is asked for.

use std::sync::Arc;

use sesame_custody::audit::AuditUpkeep;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::TenantRemoval;
use sesame_work::jobs::BulkPorts;
use sesame_work::{
    BackupPorts, Handler, Maintenance, MaintenancePorts, Runner, RunnerPorts, Scheduler,
    SchedulerPorts, by_job, jobs,
};

use super::backups::{self, NodeBackups};
use super::channels;
use super::exports::NodeExports;
use super::runtime::Runtime;
use crate::config::Settings;
use crate::failure::Failure;

/// The loops that do jobs on a node. Whoever spawns them names them and sees to
/// it that they run.
pub(crate) struct JobLoops {
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) runner: Arc<Runner>,
}

impl JobLoops {
    /// Loops that do nothing yet.
    pub(crate) fn new(runtime: &Runtime, settings: &Settings) -> Result<Self, Failure> {
        let core = &runtime.core;
        let exports = NodeExports::of(runtime, settings)?;
        let maintenance =
            jobs::maintenance(&maintenance_ports(runtime, settings, exports.as_ref())?);
        let mut handlers = by_job(&maintenance);
        handlers.extend(asked_for(runtime, exports.as_ref()));
        let runner = Runner::new(
            RunnerPorts {
                tenant: settings.bot.tenant.clone(),
                queue: Arc::new(core.database.jobs()),
                heartbeat: Arc::clone(&runtime.heartbeat),
                signals: runtime.coordination.signals(),
                clock: Arc::clone(&core.clock),
            },
            handlers,
        );
        Ok(Self {
            scheduler: Arc::new(scheduler(runtime, &maintenance)),
            runner: Arc::new(runner),
        })
    }
}

/// What a tenant that does not stand in the environment has done for itself, by the
/// runner of the node and a scheduler of its own.
pub(super) struct TenantJobs {
    pub(super) scheduler: Arc<Scheduler>,
    pub(super) handlers: Vec<Arc<dyn Handler>>,
}

impl TenantJobs {
    /// All that is done again and again by its settings.
    pub(super) fn of(runtime: &Runtime, settings: &Settings) -> Result<Self, Failure> {
        let tenant = Some(settings.bot.tenant.clone());
        let exports = NodeExports::of(runtime, settings)?;
        let mut maintenance =
            jobs::maintenance(&maintenance_ports(runtime, settings, exports.as_ref())?);
        maintenance.retain(|it| it.kind().tenant() == tenant);
        Ok(Self::these(runtime, &maintenance, exports.as_ref()))
    }

    /// Only its removal.
    pub(super) fn leaving(
        runtime: &Runtime,
        tenant: &TenantId,
        removal: Arc<dyn TenantRemoval>,
    ) -> Self {
        Self::these(runtime, &[jobs::remove_tenant(tenant, removal)], None)
    }

    fn these(
        runtime: &Runtime,
        maintenance: &[Arc<dyn Maintenance>],
        exports: Option<&NodeExports>,
    ) -> Self {
        let mut handlers = by_job(maintenance);
        handlers.extend(asked_for(runtime, exports));
        Self {
            scheduler: Arc::new(scheduler(runtime, maintenance)),
            handlers,
        }
    }
}

/// What is done because someone asks for it.
fn asked_for(runtime: &Runtime, exports: Option<&NodeExports>) -> Vec<Arc<dyn Handler>> {
    let mut handlers = jobs::bulk(&bulk_ports(runtime));
    handlers.push(jobs::check_now(Arc::new(runtime.sessions.validation())));
    // Also where no copies are kept any more: one may have been begun before.
    handlers.push(jobs::end_takeout(NodeExports::end_takeout(runtime)));
    handlers.push(jobs::read_channels(channels::reading(runtime)));
    handlers.extend(exports.map(|it| jobs::export(it.job(runtime))));
    handlers
}

fn scheduler(runtime: &Runtime, maintenance: &[Arc<dyn Maintenance>]) -> Scheduler {
    let core = &runtime.core;
    Scheduler::new(
        SchedulerPorts {
            schedules: Arc::new(core.database.schedules()),
            signals: runtime.coordination.signals(),
            clock: Arc::clone(&core.clock),
            entropy: Arc::clone(&core.entropy),
        },
        core.node.clone(),
        maintenance.iter().map(|it| (it.kind(), it.every())),
    )
}

fn bulk_ports(runtime: &Runtime) -> BulkPorts {
    let database = &runtime.core.database;
    BulkPorts {
        selections: Arc::new(database.selections()),
        accounts: Arc::new(database.listing()),
        checks: Arc::new(runtime.sessions.validation()),
        revocation: runtime.sessions.revocation(),
        jobs: Arc::new(database.job_actions()),
        audit: Arc::new(database.audit_log()),
    }
}

fn maintenance_ports(
    runtime: &Runtime,
    settings: &Settings,
    exports: Option<&NodeExports>,
) -> Result<MaintenancePorts, Failure> {
    let core = &runtime.core;
    let database = &core.database;
    Ok(MaintenancePorts {
        keys: Arc::new(core.administration()),
        key_max_age: settings.custody.max_age(),
        audit: Arc::new(AuditUpkeep {
            trail: Arc::new(database.audit_trail()),
            verifications: Arc::new(database.audit_verifications()),
            keys: Arc::clone(&core.token_keys),
            clock: Arc::clone(&core.clock),
            origin: core.origin.clone(),
            tenant: settings.bot.tenant.clone(),
        }),
        audit_kept: settings.retention.audit(),
        backups: backup_ports(runtime, settings)?,
        retention: Arc::new(runtime.retention()),
        tenant: settings.bot.tenant.clone(),
        one_time: Arc::new(database.one_time()),
        account_checks: Arc::new(runtime.sessions.validation()),
        check_pace: settings.login.check_pace(),
        jobs: Arc::new(core.database.jobs()),
        selections: Arc::new(database.selections()),
        nodes: Arc::new(database.nodes()),
        slo_counts: Arc::new(database.slo_counts()),
        exports: exports.map(|it| it.upkeep(runtime)),
        channels: channels::upkeep(runtime),
    })
}

fn backup_ports(runtime: &Runtime, settings: &Settings) -> Result<Option<BackupPorts>, Failure> {
    let backups = backups::backups(&runtime.core, &settings.backup, backups::At::Putting)?;
    Ok(backups.map(|backups| BackupPorts {
        maintenance: Arc::new(NodeBackups {
            core: runtime.core.clone(),
            backups,
            retention: backups::retention(&settings.backup),
        }),
        every: settings.backup.every(),
        rehearse_every: settings.backup.rehearse_every(),
    }))
}
