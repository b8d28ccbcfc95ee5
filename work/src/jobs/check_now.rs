//! Looks at one account, or at all, because someone asked for it.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::AccountId;
use sesame_domain::job::{Cause, JobKind, NewJob, Payload};
use sesame_domain::ports::{AccountChecks, AccountsChecked, MaintenanceError};

use crate::handler::Handler;
use crate::lanes::Lane;
use crate::maintenance::telling;
use crate::outcome::{Report, Stopped};
use crate::run::{JobRun, decode, encode};

const KIND: JobKind = JobKind::CHECK_NOW;

/// What is to be looked at.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    /// `None`: every account.
    account: Option<AccountId>,
}

/// Looks at accounts when someone asks for it.
pub(crate) struct CheckNow(Arc<dyn AccountChecks>);

/// Does the jobs of this kind.
pub fn check_now(checks: Arc<dyn AccountChecks>) -> Arc<dyn Handler> {
    Arc::new(CheckNow(checks))
}

/// A job that looks at one account, or at all. While one is under way that is
/// about the same, asking again is asking for that one.
///
/// # Errors
/// When it cannot be written down.
pub fn asking_to_check(job: NewJob, account: Option<AccountId>) -> Result<NewJob, Stopped> {
    let Payload(payload) = encode(&Wanted { account })?;
    Ok(NewJob {
        kind: KIND,
        unique: Some(account.map_or_else(|| "all".to_owned(), |id| id.to_string())),
        payload: Payload(payload),
        ..job
    })
}

#[async_trait]
impl Handler for CheckNow {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn lane(&self) -> Lane {
        Lane::Interactive
    }

    fn max_attempts(&self) -> u32 {
        3
    }

    fn reads(&self, payload: &Payload) -> bool {
        decode::<Wanted>(payload).is_some()
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let Wanted { account } = run.payload()?;
        let on_done = telling(run);
        let checking = async {
            match (&run.job.owner, account) {
                (Some(owner), Some(id)) => self.0.check_of(owner, id).await,
                (_, which) => self.0.check_now(which, &on_done).await,
            }
        };
        match run.unless_cancelled(checking).await? {
            Ok(checked) => Ok(Report {
                text: account.map_or_else(|| checked.to_string(), |_| of_one(checked).to_owned()),
                missing: checked.unclear,
            }),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// What came of looking at one account.
fn of_one(checked: AccountsChecked) -> &'static str {
    match checked {
        AccountsChecked { dead: 1.., .. } => "its session is dead",
        AccountsChecked { frozen: 1.., .. } => "Telegram froze it",
        AccountsChecked { elsewhere: 1.., .. } => {
            "another node uses it, and did not say in time how it does"
        }
        AccountsChecked { alive: 1.., .. } => "it works",
        _ => "Telegram did not say, or could not be asked",
    }
}

fn failed(error: &MaintenanceError) -> Stopped {
    Stopped::Failed(Cause::failed(error.to_string()))
}
