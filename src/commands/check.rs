//! `sesame accounts check`: has a node look at accounts now.

use std::time::Duration;

use sesame_domain::ids::{AccountId, JobId, Owner};
use sesame_domain::job::{Job, JobAccess, JobKind, JobState, NewJob, Outcome};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::listing::{AccountListing as _, OverviewFigures as _};
use sesame_domain::ports::{Jobs as _, StoreError, TenantRegister as _};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_store::{Database, JobRows};
use sesame_work::jobs::asking_to_check;
use tokio::time::{Instant, sleep};

use crate::config::{Layers, StorageSettings};
use crate::failure::Failure;
use crate::node::{storage, why_idle};
use crate::{telemetry, terminal};

/// How long a node may take to begin: one that runs looks every second.
const BEGINS_WITHIN: Duration = Duration::from_secs(15);
/// How often it is looked how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Who asks, for whoever looks at the job.
const OPERATOR: &str = "operator";

/// Has a node look at one account, or at all of them, and waits for it: sessions
/// are open there.
pub(crate) async fn check(layers: &Layers, account: Option<AccountId>) -> Result<(), Failure> {
    let settings = StorageSettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let database = storage::connect_existing(&settings.storage).await?;
    let done = ask(&database, account).await;
    storage::close(&database).await;
    done
}

/// Each tenant's nodes look at its accounts.
async fn ask(database: &Database, account: Option<AccountId>) -> Result<(), Failure> {
    let owners = owners(database, account).await?;
    let is_one = owners.len() == 1;
    let mut asked = Vec::new();
    let mut left_out = Vec::new();
    for owner in owners {
        if let Some(why) = idle_because(database, owner.as_ref()).await? {
            left_out.push(why);
            continue;
        }
        let id = enqueue(database, account, owner.clone()).await?;
        asked.push((owner, id));
    }
    if asked.is_empty() {
        return Err(Failure::Usage(left_out.join("; ")));
    }
    for why in left_out {
        terminal::say(&format!("Left out: {why}."))?;
    }
    let mut done = Ok(());
    for (owner, id) in asked {
        let whose = owner.as_ref().filter(|_| !is_one);
        let whose = whose.map_or_else(String::new, |it| format!(" of {}", it.tenant));
        // What one tenant's nodes do not do hides nothing of the others.
        match report(database, id, owner.as_ref()).await {
            Ok(report) => terminal::say(&format!("Checked{whose}: {report}."))?,
            Err(failure) => done = done.and(Err(failure)),
        }
    }
    done
}

/// Whose jobs it takes: the account's owner's, or one of each tenant that has any.
/// Without accounts it is anyone's.
async fn owners(
    database: &Database,
    account: Option<AccountId>,
) -> Result<Vec<Option<Owner>>, Failure> {
    let (list, all) = (database.listing(), Tenants::All);
    if let Some(id) = account {
        let found = list.account(id, &all).await.map_err(storage::unreadable)?;
        return Ok(vec![found.map(|row| row.account.owner)]);
    }
    let figures = list.by_tenant(&all, SystemClock.now()).await;
    let figures = figures.map_err(storage::unreadable)?.into_iter();
    let tenants = figures.filter(|it| it.accounts > 0).map(|it| it.tenant);
    let owners: Vec<_> = tenants.map(|it| Some(Owner::tenant_itself(it))).collect();
    Ok(if owners.is_empty() {
        vec![None]
    } else {
        owners
    })
}

/// Why no node does anything for this one, if that is so by order.
async fn idle_because(
    database: &Database,
    owner: Option<&Owner>,
) -> Result<Option<String>, Failure> {
    let Some(Owner { tenant, .. }) = owner else {
        return Ok(None);
    };
    let tenants = database
        .tenants()
        .all()
        .await
        .map_err(storage::unreadable)?;
    // One that cannot be read is not known to be idle.
    let found = tenants.into_iter().flatten().find(|it| it.id == *tenant);
    Ok(found.as_ref().and_then(why_idle))
}

async fn enqueue(
    database: &Database,
    account: Option<AccountId>,
    owner: Option<Owner>,
) -> Result<JobId, Failure> {
    let now = SystemClock.now();
    let id = JobId::generate(&SystemEntropy, now);
    let job = NewJob {
        owner,
        // Its kind and what it is about come with the payload.
        ..NewJob::new(id, JobKind::named(""), now)
    };
    let job = asking_to_check(job, account)
        .map_err(|error| Failure::Usage(format!("it cannot be asked for: {error:?}")))?;
    let asked = database.jobs().enqueue(&job).await;
    Ok(asked.map_err(storage::unreadable)?.id)
}

/// What came of the job.
async fn report(database: &Database, id: JobId, owner: Option<&Owner>) -> Result<String, Failure> {
    let jobs = database.jobs();
    match outcome(&jobs, id).await.map_err(storage::unreadable)? {
        Some(Outcome::Done { report } | Outcome::Incomplete { report, .. }) => Ok(report),
        Some(Outcome::Failed(cause)) => Err(Failure::Usage(cause.detail)),
        Some(Outcome::Cancelled { by }) => Err(Failure::Usage(format!("cancelled by {by}"))),
        None => {
            let now = SystemClock.now();
            let cancelled = jobs.cancel(id, &JobAccess::All, OPERATOR, now).await;
            cancelled.map_err(storage::unreadable)?;
            // It may have been paused since.
            if let Some(why) = idle_because(database, owner).await? {
                return Err(Failure::Usage(why));
            }
            Err(Failure::Storage {
                message:
                    "no node of Sesame began to look at the accounts: is `sesame serve` running?"
                        .to_owned(),
                source: anyhow::anyhow!("no one took the job within {BEGINS_WITHIN:?}"),
            })
        }
    }
}

/// What came of the job; `None`: no node began it in time.
async fn outcome(jobs: &JobRows, id: JobId) -> Result<Option<Outcome>, StoreError> {
    let give_up = Instant::now() + BEGINS_WITHIN;
    loop {
        let job = jobs.find(id, &JobAccess::All).await?;
        match job.map(|Job { state, .. }| state) {
            Some(JobState::Ended { outcome, .. }) => return Ok(Some(outcome)),
            Some(JobState::Queued { .. }) | None if Instant::now() >= give_up => return Ok(None),
            Some(_) | None => sleep(LOOK_EVERY).await,
        }
    }
}
