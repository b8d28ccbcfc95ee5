//! Erasing all that a tenant has which is being removed: each of its people as if
//! they had asked for it, and then the tenant itself.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::listing::{Count, Query, Tenants};
use sesame_domain::page::Page;
use sesame_domain::ports::listing::{
    AccountFilter, AccountListing as _, LoginFilter, LoginListing as _, PersonFilter,
    PersonListing as _,
};
use sesame_domain::ports::{
    AccountService, MaintenanceError, OnDone, Signals, StoreError, TenantRegister as _,
    TenantRemoval, Topic,
};
use sesame_domain::tenant::audit_subject;
use sesame_domain::time::Clock;
use sesame_store::Database;

use crate::node::runtime::Runtime;

/// How many people are erased between two looks.
const AT_ONCE: u32 = 100;

/// Erases all that a tenant has.
pub(super) struct Removal {
    tenant: TenantId,
    database: Database,
    accounts: Arc<dyn AccountService>,
    signals: Arc<dyn Signals>,
    clock: Arc<dyn Clock>,
    origin: String,
}

impl Removal {
    pub(super) fn of(tenant: &TenantId, runtime: &Runtime) -> Self {
        Self {
            tenant: tenant.clone(),
            database: runtime.core.database.clone(),
            accounts: runtime.sessions.account_service(),
            signals: runtime.coordination.signals(),
            clock: Arc::clone(&runtime.core.clock),
            origin: runtime.core.origin.clone(),
        }
    }

    /// Some of those of whom anything is left.
    async fn people(&self) -> Result<Vec<Owner>, StoreError> {
        let list = self.database.listing();
        let people = list.people(&self.first(PersonFilter::default())).await?;
        let people = people.rows.into_iter().flatten();
        let mut owners: Vec<_> = people.map(|it| it.record.owner).collect();
        if owners.is_empty() {
            let accounts = list.accounts(&self.first(AccountFilter::default())).await?;
            let accounts = accounts.rows.into_iter().flatten();
            owners = accounts.map(|it| it.account.owner).collect();
        }
        if owners.is_empty() {
            let logins = list.logins(&self.first(LoginFilter::default())).await?;
            let logins = logins.rows.into_iter().flatten();
            owners = logins.map(|it| it.login.owner).collect();
        }
        owners.sort_by_key(|owner| owner.person);
        owners.dedup();
        Ok(owners)
    }

    fn first<F, K>(&self, filter: F) -> Query<F, K> {
        Query {
            tenants: Tenants::only(self.tenant.clone()),
            filter,
            page: Page::first(AT_ONCE),
            count: Count::No,
        }
    }

    /// Its last trace but the audit; `false`: sessions of it are still logged out.
    async fn forget(&self, actor: Actor) -> Result<bool, StoreError> {
        let entry = AuditEntry::new(
            self.clock.now(),
            Owner::tenant_itself(self.tenant.clone()),
            audit_subject(&self.tenant),
            actor,
            Action::TenantRemoved,
            "nothing of it is left",
        )
        .from(self.origin.clone());
        let register = self.database.tenants();
        let is_gone = register.forget(&self.tenant, entry).await?;
        if is_gone {
            // The other nodes hear of it a little later without it.
            let _ = self.signals.publish(Topic::Tenants).await;
        }
        Ok(is_gone)
    }
}

#[async_trait]
impl TenantRemoval for Removal {
    async fn go_on(&self, actor: Actor, on_done: OnDone<'_>) -> Result<String, MaintenanceError> {
        let failed = |error: StoreError| MaintenanceError::of(&error);
        let (mut erased, mut before) = (0, Vec::new());
        loop {
            let people = self.people().await.map_err(failed)?;
            // Those of whom something is left that takes time: the next time goes on.
            if people == before {
                break;
            }
            for owner in &people {
                let done = self.accounts.erase(owner, actor.clone()).await;
                done.map_err(|error| MaintenanceError::of(&error))?;
                erased += 1;
                on_done(erased, None);
            }
            before = people;
        }
        let is_gone = self.forget(actor).await.map_err(failed)?;
        Ok(if is_gone {
            format!("{erased} people erased; nothing of the tenant is left")
        } else {
            format!("{erased} people erased; sessions are still logged out at Telegram")
        })
    }
}
