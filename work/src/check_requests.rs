//! Asking for the job that looks at one account.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::Action;
use sesame_domain::ids::JobId;
use sesame_domain::job::{Enqueued, JobKind, NewJob};
use sesame_domain::order::Order;
use sesame_domain::ports::{AccountCheckRequests, JobActions, StoreError};
use sesame_domain::random::Entropy;

use crate::jobs::asking_to_check;

/// Has accounts looked at by order.
#[derive(Clone)]
pub struct CheckRequests {
    /// Asks for the jobs.
    pub jobs: Arc<dyn JobActions>,
    /// Makes ids.
    pub entropy: Arc<dyn Entropy>,
}

#[async_trait]
impl AccountCheckRequests for CheckRequests {
    async fn ask(&self, account: &Account, order: &Order) -> Result<Enqueued, StoreError> {
        let id = JobId::generate(self.entropy.as_ref(), order.at);
        let job = NewJob {
            // The nodes of its tenant do it.
            owner: Some(account.owner.clone()),
            caused_by: order.request.clone(),
            // Its kind and what it is about come with the payload.
            ..NewJob::new(id, JobKind::named(""), order.at)
        };
        let job = asking_to_check(job, Some(account.id));
        let job = job.map_err(|_| StoreError::inconsistent("an account that cannot be named"))?;
        let (owner, subject) = (account.owner.clone(), account.id.as_uuid());
        let entry = order.entry(owner, subject, Action::AccountChecked);
        self.jobs.ask(&job, entry).await
    }
}

impl fmt::Debug for CheckRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckRequests").finish_non_exhaustive()
    }
}
