//! Ends an export of Telegram's (a takeout) once the job that read in it is over: it
//! may have been cancelled while it waited, removed with its copy, or never heard of
//! again.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::JobId;
use sesame_domain::job::{Cause, JobAccess, JobKind, JobState, Outcome, Payload, WaitReason};
use sesame_domain::ports::{Accounts, Jobs, Takeouts};
use sesame_domain::reading::{Away, ReadError, TakeoutId};
use sesame_domain::reason::Reason;

use crate::handler::Handler;
use crate::outcome::{Report, Stopped};
use crate::run::{JobRun, decode};

const KIND: JobKind = JobKind::END_TAKEOUT;

/// What is to be ended.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    takeout: TakeoutId,
    /// The job that reads in it.
    reader: JobId,
}

/// What a job is about that ends this takeout once the job that reads in it is over.
pub(crate) fn payload(takeout: TakeoutId, reader: JobId) -> Payload {
    let wanted = serde_json::json!({ "takeout": takeout, "reader": reader });
    Payload(wanted.to_string())
}

/// Which takeout such a job ends.
pub(crate) fn ends(payload: &Payload) -> Option<TakeoutId> {
    Some(decode::<Wanted>(payload)?.takeout)
}

/// What takeouts are ended with.
#[derive(Clone)]
pub struct EndTakeoutPorts {
    /// The jobs that read.
    pub jobs: Arc<dyn Jobs>,
    /// The accounts that do.
    pub accounts: Arc<dyn Accounts>,
    /// What ends them.
    pub takeouts: Arc<dyn Takeouts>,
}

impl std::fmt::Debug for EndTakeoutPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndTakeoutPorts").finish_non_exhaustive()
    }
}

struct EndTakeout(EndTakeoutPorts);

/// Does the jobs of this kind.
pub fn end_takeout(ports: EndTakeoutPorts) -> Arc<dyn Handler> {
    Arc::new(EndTakeout(ports))
}

#[async_trait]
impl Handler for EndTakeout {
    fn kind(&self) -> JobKind {
        KIND
    }

    /// With the pauses between them, for hours: Telegram ends it by itself in the end.
    fn max_attempts(&self) -> u32 {
        10
    }

    fn reads(&self, payload: &Payload) -> bool {
        ends(payload).is_some()
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let wanted: Wanted = run.payload()?;
        let reader = self.0.jobs.find(wanted.reader, &JobAccess::All).await?;
        let is_done = match reader.map(|job| job.state) {
            Some(JobState::Ended { outcome, .. }) => {
                matches!(outcome, Outcome::Done { .. } | Outcome::Incomplete { .. })
            }
            // Forgotten with its owner, or long ago.
            None => false,
            Some(_) => return Err(run.parked(WaitReason::Other(JobKind::EXPORT.to_string()), None)),
        };
        let (Some(owner), Some(id)) = (&run.job().owner, run.job().account) else {
            return Ok(gone());
        };
        let Some(account) = self.0.accounts.find(owner, id).await? else {
            return Ok(gone());
        };
        let finish = self.0.takeouts.finish(&account, wanted.takeout, is_done);
        match run.unless_cancelled(finish).await? {
            Ok(()) => Ok(Report::from("ended".to_owned())),
            // It ended with the session.
            Err(ReadError::SessionDead(_)) => Ok(gone()),
            Err(ReadError::Flood { until }) => Err(Stopped::Park {
                until,
                reason: WaitReason::Flood,
            }),
            Err(error) => Err(match error.away() {
                Some(Away::Telegram { until }) => run.parked(WaitReason::Telegram, until),
                Some(Away::Session) => run.parked(WaitReason::SessionElsewhere, None),
                Some(Away::Sesame) => run.parked(WaitReason::Unavailable, None),
                None => Stopped::Retry(Cause::failed(Reason::of(&error).to_string())),
            }),
        }
    }
}

fn gone() -> Report {
    Report::from("its session is gone".to_owned())
}
