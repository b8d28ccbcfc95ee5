//! Looking at one account because someone who looks after Sesame ordered it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::audit::Actor;
use sesame_domain::check_pace::CheckPace;
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId};
use sesame_domain::job::{JobAccess, JobState, Outcome};
use sesame_domain::order::Order;
use sesame_domain::ports::{
    AccountCheckRequests as _, AccountChecks, AccountsChecked, Jobs as _, MaintenanceError, OnDone,
};
use sesame_domain::random::SystemEntropy;
use sesame_work::{CheckRequests, jobs};

use crate::bulk::Keys;
use crate::stores::{Stores, tenant};

/// Finds every account frozen, and notes which.
#[derive(Default)]
struct Frozen(Mutex<Vec<(Owner, AccountId)>>);

#[async_trait]
impl AccountChecks for Frozen {
    async fn check_due(
        &self,
        _: CheckPace,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        Err(MaintenanceError::new("not asked for here"))
    }

    async fn check_now(
        &self,
        _: Option<AccountId>,
        _: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        Err(MaintenanceError::new("not asked for here"))
    }

    async fn check_of(
        &self,
        owner: &Owner,
        id: AccountId,
    ) -> Result<AccountsChecked, MaintenanceError> {
        self.0.lock().unwrap().push((owner.clone(), id));
        Ok(AccountsChecked {
            frozen: 1,
            ..AccountsChecked::default()
        })
    }

    async fn check_one(&self, _: &Account) -> AccountsChecked {
        AccountsChecked::default()
    }
}

fn account(stores: &Stores) -> Account {
    let now = stores.now();
    Account {
        id: AccountId::generate(&SystemEntropy, now),
        owner: Owner {
            tenant: tenant(),
            person: PersonId(7),
        },
        profile: Profile {
            name: "Ann".to_owned(),
            username: None,
        },
        session: SessionId::generate(&SystemEntropy, now),
        device: Device {
            model: "Sesame".to_owned(),
            system_version: "1".to_owned(),
            app_version: "1".to_owned(),
            app_name: "Sesame".to_owned(),
        },
        health: Health::Alive,
        linked_at: now,
        checked_at: now,
        used_at: now,
    }
}

#[tokio::test]
async fn its_job_says_from_which_request_it_follows_and_what_came_of_it() {
    let stores = Stores::new().await;
    stores.database.set_audit_keys(Arc::new(Keys));
    let checks = Arc::new(Frozen::default());
    let node = stores.runner(vec![jobs::check_now(checks.clone())]);
    let requests = CheckRequests {
        jobs: Arc::new(stores.database.job_actions()),
        entropy: Arc::new(SystemEntropy),
    };
    let account = account(&stores);
    let order = Order {
        by: Actor::Operator {
            name: "Mara (operator)".into(),
        },
        reason: "they asked by mail".parse().unwrap(),
        origin: "a test".into(),
        at: stores.now(),
        request: "9f86d081884c7d65".parse().ok(),
    };
    let asked = requests.ask(&account, &order).await.unwrap();
    // While it is not over, asking again is asking for that one.
    let again = requests.ask(&account, &order).await.unwrap();
    assert_eq!((again.id, again.is_new), (asked.id, false));
    node.look().await;
    let looked_at = checks.0.lock().unwrap().clone();
    assert_eq!(looked_at, [(account.owner.clone(), account.id)]);
    let jobs = stores.database.jobs();
    let job = jobs.find(asked.id, &JobAccess::All).await.unwrap().unwrap();
    assert_eq!(job.caused_by, order.request);
    assert_eq!(job.owner, Some(account.owner));
    let JobState::Ended { outcome, .. } = job.state else {
        panic!("{job:?}")
    };
    let report = "Telegram froze it".to_owned();
    assert_eq!(outcome, Outcome::Done { report });
}
