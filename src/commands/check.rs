//! `sesame accounts check`: has a node look at accounts now.

use std::time::Duration;

use sesame_domain::ids::{AccountId, JobId};
use sesame_domain::job::{Job, JobAccess, JobKind, JobState, NewJob, Outcome};
use sesame_domain::ports::{Jobs as _, StoreError};
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_store::{Database, JobRows};
use sesame_work::jobs::asking_to_check;
use tokio::time::{Instant, sleep};

use crate::config::{Layers, StorageSettings};
use crate::failure::Failure;
use crate::node::storage;
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
    telemetry::start_log(&settings.logs)?;
    let database = storage::connect_existing(&settings.storage).await?;
    let done = ask(&database, account).await;
    storage::close(&database).await;
    done
}

async fn ask(database: &Database, account: Option<AccountId>) -> Result<(), Failure> {
    let jobs = database.jobs();
    let now = SystemClock.now();
    let id = JobId::generate(&SystemEntropy, now);
    // Its kind and what it is about come with the payload.
    let job = NewJob::new(id, JobKind::named(""), now);
    let job = asking_to_check(job, account)
        .map_err(|error| Failure::Usage(format!("it cannot be asked for: {error:?}")))?;
    let id = jobs.enqueue(&job).await.map_err(storage::unreadable)?.id;
    match outcome(&jobs, id).await.map_err(storage::unreadable)? {
        Some(Outcome::Done { report } | Outcome::Incomplete { report, .. }) => {
            terminal::say(&format!("Checked: {report}."))
        }
        Some(Outcome::Failed(cause)) => Err(Failure::Usage(cause.detail)),
        Some(Outcome::Cancelled { by }) => Err(Failure::Usage(format!("cancelled by {by}"))),
        None => {
            let now = SystemClock.now();
            let cancelled = jobs.cancel(id, &JobAccess::All, OPERATOR, now).await;
            cancelled.map_err(storage::unreadable)?;
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
