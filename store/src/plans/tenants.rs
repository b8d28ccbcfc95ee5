//! Calls the register of tenants.

use sesame_domain::audit::Action;
use sesame_domain::ids::Owner;
use sesame_domain::ports::TenantRegister as _;
use sesame_domain::tenant::{
    SealedToken, Tenant, TenantBot, TenantChange, TenantSettings, TenantState, TokenName,
};
use uuid::Uuid;

use super::drive::{Driver, now};
use super::lists::order;
use super::make::{sealed, tenant};
use crate::Database;

impl Driver {
    pub(super) async fn tenants(&mut self, db: &Database) {
        let register = db.tenants();
        let entry = |action| order().entry(Owner::tenant_itself(tenant()), Uuid::nil(), action);
        let row = Tenant {
            id: tenant(),
            state: TenantState::Active,
            bot: TenantBot {
                id: 7,
                username: "harbour_bot".into(),
            },
            token: TokenName::fresh(&tenant(), Uuid::nil()),
            settings: TenantSettings::default(),
            version: 1,
            added_at: now(),
            changed_at: now(),
        };
        let token = sealed("token");
        let added = register.add(&row, &token, entry(Action::TenantAdded));
        self.call("TenantRegister::add", added).await;
        self.call("TenantRegister::all", register.all()).await;
        let change = TenantChange {
            state: Some(TenantState::Leaving),
            bot: Some((
                row.bot.clone(),
                SealedToken {
                    name: TokenName::fresh(&tenant(), Uuid::max()),
                    sealed: token.clone(),
                },
            )),
            settings: Some(TenantSettings::default()),
        };
        let audit = entry(Action::TenantLeaves);
        let changed = register.change(&row.id, 1, change, audit);
        self.call("TenantRegister::change", changed).await;
        let forgotten = register.forget(&row.id, entry(Action::TenantRemoved));
        self.call("TenantRegister::forget", forgotten).await;
    }
}
