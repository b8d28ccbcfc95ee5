//! Does something to many rows, one after the other: each that was frozen and
//! that the filter still lets through.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sesame_domain::audit::{Action, Actor};
use sesame_domain::bulk::BulkAction;
use sesame_domain::ids::{AccountId, JobId, Owner, SelectionId, TenantId};
use sesame_domain::job::{Cancelling, Cause, JobAttempt, JobKind, Payload};
use sesame_domain::listing::Tenants;
use sesame_domain::order::{Order, OrderReason};
use sesame_domain::ports::listing::AccountListing;
use sesame_domain::ports::{
    AccountChecks, AccountRevocation, AuditLog, JobActions, Retrying, Selections, ServiceError,
    StoreError, Target,
};
use sesame_domain::progress::Unit;
use sesame_domain::reason::Reason;
use uuid::Uuid;

use crate::handler::Handler;
use crate::outcome::{Report, Stopped};
use crate::run::{JobRun, decode, encode};

/// How many rows are read at once: whether one still matches is no older.
const BATCH: u32 = 20;

/// What it takes to act on rows.
#[derive(Clone)]
pub struct BulkPorts {
    /// Which rows.
    pub selections: Arc<dyn Selections>,
    /// Whose an account is.
    pub accounts: Arc<dyn AccountListing>,
    /// Asks Telegram whether sessions are alive.
    pub checks: Arc<dyn AccountChecks>,
    /// Unlinks accounts.
    pub revocation: Arc<dyn AccountRevocation>,
    /// Cancels jobs, and has them go on.
    pub jobs: Arc<dyn JobActions>,
    /// Where it is told how it ended.
    pub audit: Arc<dyn AuditLog>,
}

impl std::fmt::Debug for BulkPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BulkPorts").finish_non_exhaustive()
    }
}

/// What does the jobs of each action.
pub fn bulk(ports: &BulkPorts) -> Vec<Arc<dyn Handler>> {
    let handler = |action| {
        let ports = ports.clone();
        Arc::new(Bulk { action, ports }) as Arc<dyn Handler>
    };
    BulkAction::ALL.map(handler).into()
}

/// What a job is about, before it begins.
///
/// # Errors
/// When it cannot be written down.
pub(crate) fn bulk_payload(
    selection: SelectionId,
    total: u64,
    order: &Order,
) -> Result<Payload, Stopped> {
    encode(&Standing {
        selection,
        actor_kind: order.by.kind().to_owned(),
        actor_name: order.by.name().map(str::to_owned),
        reason: order.reason.clone(),
        origin: order.origin.clone(),
        total,
        after: None,
        done: 0,
        left_alone: 0,
        failed: 0,
    })
}

/// Where it stands.
#[derive(Clone, Serialize, Deserialize)]
struct Standing {
    selection: SelectionId,
    actor_kind: String,
    actor_name: Option<String>,
    reason: OrderReason,
    origin: String,
    /// How many rows were frozen.
    total: u64,
    /// The last row that was gone through.
    after: Option<Uuid>,
    /// To how many it was done.
    done: u64,
    /// How many were left alone: they do not match any more, or are over.
    left_alone: u64,
    /// To how many it could not be done.
    failed: u64,
}

impl Standing {
    fn order(&self, run: &JobRun) -> Result<Order, Stopped> {
        let by = Actor::from_parts(&self.actor_kind, self.actor_name.clone());
        Ok(Order {
            by: by.ok_or_else(|| Stopped::Failed(Cause::failed("no one ordered it")))?,
            reason: self.reason.clone(),
            origin: self.origin.clone(),
            at: run.now(),
            request: JobAttempt::request_id(run.claim.id, run.claim.fence)
                .parse()
                .ok(),
        })
    }

    fn count(&mut self, step: Step, target: Uuid) {
        match step {
            Step::Done => self.done += 1,
            Step::LeftAlone => self.left_alone += 1,
            Step::Failed => self.failed += 1,
        }
        self.after = Some(target);
    }

    fn gone_through(&self) -> u64 {
        self.done + self.left_alone + self.failed
    }

    /// `400 done, 12 left alone`.
    fn told(&self) -> String {
        let Self {
            done,
            left_alone,
            failed,
            ..
        } = self;
        match failed {
            0 => format!("{done} done, {left_alone} left alone"),
            failed => format!("{done} done, {left_alone} left alone, {failed} failed"),
        }
    }
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Done,
    LeftAlone,
    Failed,
}

struct Bulk {
    action: BulkAction,
    ports: BulkPorts,
}

#[async_trait]
impl Handler for Bulk {
    fn kind(&self) -> JobKind {
        self.action.job_kind()
    }

    fn reads(&self, payload: &Payload) -> bool {
        decode::<Standing>(payload).is_some()
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let mut standing: Standing = run.payload()?;
        match self.go_through(run, &mut standing).await {
            Ok(()) => {
                self.tell(run, &standing, "").await?;
                Ok(Report {
                    text: standing.told(),
                    missing: standing.failed,
                })
            }
            Err(Stopped::Lost) => Err(Stopped::Lost),
            // Whatever its step stopped for: it does not go on.
            Err(_) if run.go_on().is_err() => {
                self.tell(run, &standing, "stopped, ").await?;
                Err(Stopped::Cancelled)
            }
            Err(stopped) => Err(stopped),
        }
    }
}

impl Bulk {
    /// Goes through what is left. Each step is kept before the next: who takes over
    /// repeats one at most.
    async fn go_through(&self, run: &JobRun, standing: &mut Standing) -> Result<(), Stopped> {
        let owner = run.job().owner.as_ref();
        let tenant = owner.map(|owner| &owner.tenant);
        let selections = &self.ports.selections;
        loop {
            run.go_on()?;
            let (id, after) = (standing.selection, standing.after);
            let targets = selections.targets(id, tenant, after, BATCH).await?;
            if targets.is_empty() {
                return Ok(());
            }
            for target in targets {
                let step = self.step(run, standing, target, tenant).await?;
                standing.count(step, target.id);
                let total = Some(standing.total);
                let done = standing.gone_through();
                run.progress().tell(done, total, &Unit::Items);
                run.checkpoint(standing).await?;
            }
        }
    }

    async fn step(
        &self,
        run: &JobRun,
        standing: &Standing,
        target: Target,
        tenant: Option<&TenantId>,
    ) -> Result<Step, Stopped> {
        if !target.still_matches {
            return Ok(Step::LeftAlone);
        }
        let order = standing.order(run)?;
        // What belongs to no one, only those may act on who may see all tenants.
        let tenants = tenant.map_or(Tenants::All, |it| Tenants::only(it.clone()));
        let account = AccountId::from(target.id);
        let job = JobId::from(target.id);
        let step = match self.action {
            // It changes nothing, and may wait for Telegram.
            BulkAction::Validate => {
                let validating = self.validate(account, &tenants);
                run.unless_cancelled(validating).await?
            }
            BulkAction::Revoke => self.revoke(account, &tenants, &order).await,
            BulkAction::CancelJobs => {
                let cancelling = self.ports.jobs.cancel(job, &tenants, &order).await;
                cancelling.map(after_cancelling).map_err(ServiceError::from)
            }
            BulkAction::RetryJobs => {
                let retrying = self.ports.jobs.retry(job, &tenants, &order).await;
                retrying.map(after_retrying).map_err(ServiceError::from)
            }
        };
        step.or_else(|error| unless_later(run, target.id, error))
    }

    async fn validate(&self, id: AccountId, tenants: &Tenants) -> Result<Step, ServiceError> {
        let Some(row) = self.ports.accounts.account(id, tenants).await? else {
            return Ok(Step::LeftAlone);
        };
        let checked = self.ports.checks.check_one(&row.account).await;
        Ok(match (checked.unclear, checked.total()) {
            (0, 0) => Step::LeftAlone,
            (0, _) => Step::Done,
            _ => Step::Failed,
        })
    }

    async fn revoke(
        &self,
        id: AccountId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<Step, ServiceError> {
        let Some(row) = self.ports.accounts.account(id, tenants).await? else {
            return Ok(Step::LeftAlone);
        };
        let owner = &row.account.owner;
        let revoked = self.ports.revocation.revoke(owner, id, order).await?;
        Ok(if revoked { Step::Done } else { Step::LeftAlone })
    }

    /// Puts into the audit how it ended, as far as it came.
    async fn tell(&self, run: &JobRun, standing: &Standing, how: &str) -> Result<(), Stopped> {
        let order = standing.order(run)?;
        let owner = run.job().owner.clone().unwrap_or_else(Owner::instance);
        let subject = standing.selection.as_uuid();
        let mut entry = order.entry(owner, subject, Action::BulkEnded);
        let told = standing.told();
        entry.reason = format!("{}: {how}{told}: {}", self.action.as_str(), order.reason).into();
        self.ports.audit.append(entry).await?;
        Ok(())
    }
}

fn after_cancelling(cancelling: Cancelling) -> Step {
    match cancelling {
        Cancelling::Cancelled | Cancelling::Asked => Step::Done,
        Cancelling::Over | Cancelling::NotFound => Step::LeftAlone,
    }
}

fn after_retrying(retrying: Retrying) -> Step {
    match retrying {
        Retrying::Queued => Step::Done,
        Retrying::Twin(_)
        | Retrying::UnderWay
        | Retrying::Done
        | Retrying::Unknown
        | Retrying::NotFound => Step::LeftAlone,
    }
}

/// A row that cannot be read keeps no other from its turn; what does not answer
/// now may do so later.
fn unless_later(run: &JobRun, id: Uuid, error: ServiceError) -> Result<Step, Stopped> {
    match error {
        ServiceError::Store(StoreError::Inconsistent(_) | StoreError::NotFound(_))
        | ServiceError::NotFound
        | ServiceError::WrongState
        | ServiceError::MethodOff => {
            tracing::warn!(
                job.id = %run.job().id,
                row = %id,
                error = %Reason::of(&error),
                "one of many could not be acted on"
            );
            Ok(Step::Failed)
        }
        ServiceError::Store(error) => Err(error.into()),
        other @ (ServiceError::Busy | ServiceError::Vault(_)) => Err(Stopped::Retry(
            Cause::failed(Reason::of(&other).to_string()),
        )),
    }
}
