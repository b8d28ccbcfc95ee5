//! Tenants, in memory: the one of the environment, and one that was added.

use std::sync::Mutex;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use sesame_domain::ids::TenantId;
use sesame_domain::order::Order;
use sesame_domain::ports::StoreError;
use sesame_domain::tenant::{TenantBot, TenantSettings};
use sesame_webapp::{
    NewTenant, OfferedSetting, ShownTenant, TenantAdministration, TenantRefusal, TenantStanding,
};

/// The token that the Bot API knows.
pub const GOOD_TOKEN: &str = "77:good";

/// Tenants, and what was done to them.
#[derive(Default)]
pub struct TestTenants {
    /// In the order in which it was done, with the reason.
    pub done: Mutex<Vec<String>>,
    /// What is refused next.
    pub refuses: Mutex<Option<TenantRefusal>>,
}

impl TestTenants {
    /// What was done.
    pub fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }

    fn note(&self, what: &str, order: &Order) -> Result<(), TenantRefusal> {
        if let Some(refusal) = self.refuses.lock().unwrap().take() {
            return Err(refusal);
        }
        let said = format!("{what}: {}", order.reason);
        self.done.lock().unwrap().push(said);
        Ok(())
    }
}

fn shown(id: &str, is_row: bool) -> ShownTenant {
    ShownTenant {
        id: id.parse().unwrap(),
        is_row,
        standing: TenantStanding::Works,
        bot: is_row.then(|| TenantBot {
            id: 77,
            username: format!("{id}_bot"),
        }),
        url: format!("https://sesame.example/t/{id}/app"),
        settings: TenantSettings::default(),
        version: 3,
        added_at: None,
    }
}

#[async_trait]
impl TenantAdministration for TestTenants {
    async fn all(&self) -> Result<Vec<ShownTenant>, StoreError> {
        Ok(vec![shown("main", false), shown("harbour", true)])
    }

    fn offered(&self) -> Vec<OfferedSetting> {
        vec![OfferedSetting {
            name: "LOGINS_PER_DAY",
            expects: "a number",
            explanation: "How many logins a person may begin.".to_owned(),
            usual: Some("20".to_owned()),
        }]
    }

    async fn add(&self, new: NewTenant, order: &Order) -> Result<(), TenantRefusal> {
        if new.token.expose_secret() != GOOD_TOKEN {
            let words = "Telegram does not know this token.".to_owned();
            return Err(TenantRefusal::Token(words));
        }
        self.note(&format!("add {} {:?}", new.id, new.settings), order)
    }

    async fn set(
        &self,
        id: &TenantId,
        version: i64,
        settings: TenantSettings,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        self.note(&format!("set {id} {version} {settings:?}"), order)
    }

    async fn set_token(
        &self,
        id: &TenantId,
        version: i64,
        _token: SecretString,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        self.note(&format!("token {id} {version}"), order)
    }

    async fn set_paused(
        &self,
        id: &TenantId,
        paused: bool,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        self.note(&format!("paused {id} {paused}"), order)
    }

    async fn remove(&self, id: &TenantId, order: &Order) -> Result<(), TenantRefusal> {
        self.note(&format!("remove {id}"), order)
    }
}
