//! Reads the channels of an account: what is new, what was missed, and their history.
//! The job waits until the next of them is due, and never gives up.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::job::{JobKind, WaitReason};

use crate::channels::{Looked, Looking, ReadChannelsPorts};
use crate::handler::Handler;
use crate::outcome::{Report, Stopped};
use crate::run::JobRun;

/// For what it waits when there is nothing to be read.
const NEXT_LOOK: &str = "next_look";

struct ReadChannelsJob(ReadChannelsPorts);

/// Does the jobs of this kind.
pub fn read_channels(ports: ReadChannelsPorts) -> Arc<dyn Handler> {
    Arc::new(ReadChannelsJob(ports))
}

#[async_trait]
impl Handler for ReadChannelsJob {
    fn kind(&self) -> JobKind {
        JobKind::READ_CHANNELS
    }

    /// It is tried again and again: how long a channel was not read, it says itself.
    fn max_attempts(&self) -> u32 {
        u32::MAX
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let (Some(owner), Some(account)) = (&run.job().owner, run.job().account) else {
            return Ok(Report::from("no one's".to_owned()));
        };
        let Some(account) = self.0.accounts.find(owner, account).await? else {
            return Ok(Report::from(
                "the account is not linked any more".to_owned(),
            ));
        };
        let looking = Looking {
            ports: &self.0,
            run,
            account: &account,
        };
        match Box::pin(looking.look()).await? {
            Looked::Nothing => Ok(Report::from("no channels".to_owned())),
            Looked::UntilNext(until) => Err(Stopped::Park {
                until,
                reason: WaitReason::Other(NEXT_LOOK.to_owned()),
            }),
        }
    }
}
