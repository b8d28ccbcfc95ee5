//! Services that remember what they were asked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use sesame_domain::account::{Account, Health};
use sesame_domain::audit::Actor;
use sesame_domain::ids::{AccountId, LoginId, Owner};
use sesame_domain::login::{Failure, Login};
use sesame_domain::ports::{
    AccountService, Answer, Begin, Begun, LoginService, LoginUpdates, Receipt, ServiceError,
};
use uuid::Uuid;

use crate::fixture::noon;

/// Accounts in memory.
#[derive(Default)]
pub(crate) struct Accounts {
    pub(crate) linked: Mutex<Vec<Account>>,
    pub(crate) unlinked: Mutex<Vec<(Owner, AccountId, Actor)>>,
    pub(crate) erased: Mutex<Vec<(Owner, Actor)>>,
    /// How Telegram says that they are, if it is asked and answers.
    pub(crate) found: Mutex<Option<Health>>,
    /// How often it was asked.
    pub(crate) looks: AtomicUsize,
    pub(crate) broken: Mutex<bool>,
    /// Whoever asks for the list of these people's accounts waits for ever.
    pub(crate) stuck: Mutex<Vec<Owner>>,
    pub(crate) panics: AtomicBool,
}

#[async_trait]
impl AccountService for Accounts {
    async fn linked(&self, owner: &Owner) -> Result<Option<Account>, ServiceError> {
        assert!(!self.panics.load(Ordering::SeqCst), "as ordered: hunter2");
        let stuck = self.stuck.lock().unwrap().contains(owner);
        if stuck {
            std::future::pending::<()>().await;
        }
        if *self.broken.lock().unwrap() {
            return Err(ServiceError::Busy);
        }
        let linked = self.linked.lock().unwrap();
        Ok(linked.iter().find(|it| it.owner == *owner).cloned())
    }

    async fn check(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        let looks = i64::try_from(self.looks.fetch_add(1, Ordering::SeqCst)).unwrap() + 1;
        let found = self.found.lock().unwrap().ok_or(ServiceError::Busy)?;
        let mut linked = self.linked.lock().unwrap();
        let theirs = linked
            .iter_mut()
            .find(|it| it.owner == *owner && it.id == id);
        let account = theirs.ok_or(ServiceError::NotFound)?;
        account.health = found;
        // The fixture counts from there.
        account.checked_at = noon() + TimeDelta::minutes(looks);
        Ok(account.clone())
    }

    async fn look(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        self.check(owner, id).await
    }

    async fn unlink(&self, owner: &Owner, id: AccountId, actor: Actor) -> Result<(), ServiceError> {
        let mut linked = self.linked.lock().unwrap();
        let before = linked.len();
        linked.retain(|it| it.owner != *owner || it.id != id);
        if linked.len() == before {
            return Err(ServiceError::NotFound);
        }
        self.unlinked
            .lock()
            .unwrap()
            .push((owner.clone(), id, actor));
        Ok(())
    }

    async fn unlink_in_app(&self, owner: &Owner, id: AccountId) -> Result<(), ServiceError> {
        self.unlink(owner, id, Actor::Owner).await
    }

    async fn erase(&self, owner: &Owner, actor: Actor) -> Result<Receipt, ServiceError> {
        if *self.broken.lock().unwrap() {
            return Err(ServiceError::Busy);
        }
        let mut linked = self.linked.lock().unwrap();
        let before = linked.len();
        linked.retain(|it| it.owner != *owner);
        let receipt = Receipt {
            id: Uuid::from_u128(7),
            at: noon(),
            accounts: (before - linked.len()) as u64,
            logins: 0,
            audit_until: Some(noon() + TimeDelta::days(400)),
            backups_until: None,
        };
        self.erased.lock().unwrap().push((owner.clone(), actor));
        Ok(receipt)
    }
}

/// At most one login.
#[derive(Default)]
pub(crate) struct Logins {
    pub(crate) running: Mutex<Option<Login>>,
    /// Why another one would fail.
    pub(crate) refusal: Mutex<Option<Failure>>,
}

#[async_trait]
impl LoginService for Logins {
    async fn begin(&self, _: &Owner, _: Begin) -> Result<Begun, ServiceError> {
        Err(ServiceError::Busy)
    }

    async fn refusal(&self, _: &Owner) -> Result<Option<Failure>, ServiceError> {
        Ok(*self.refusal.lock().unwrap())
    }

    async fn find(&self, _: &Owner, _: LoginId) -> Result<Login, ServiceError> {
        Err(ServiceError::NotFound)
    }

    async fn running(&self, owner: &Owner) -> Result<Option<Login>, ServiceError> {
        let running = self.running.lock().unwrap();
        Ok(running.clone().filter(|login| login.owner == *owner))
    }

    async fn watch(&self, _: &Owner, _: LoginId) -> Result<LoginUpdates, ServiceError> {
        Err(ServiceError::NotFound)
    }

    async fn submit(&self, _: &Owner, _: LoginId, _: Answer) -> Result<Login, ServiceError> {
        Err(ServiceError::WrongState)
    }

    async fn cancel(&self, _: &Owner, _: LoginId) -> Result<Login, ServiceError> {
        Err(ServiceError::NotFound)
    }
}
