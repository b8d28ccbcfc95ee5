//! The table `tenants`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ports::StoreError;
use sesame_domain::tenant::{Tenant, TenantBot, TenantSettings, TenantState, TokenName};

use super::parts::{stored, tenant_id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub state: String,
    pub bot_id: i64,
    pub bot_username: String,
    pub token_name: String,
    pub settings: String,
    pub version: i64,
    pub added_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Tenant {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = StoreError::inconsistent;
        let id = tenant_id(row.id)?;
        Ok(Self {
            state: TenantState::from_name(&row.state).ok_or(what("the state of a tenant"))?,
            bot: TenantBot {
                id: row.bot_id,
                username: row.bot_username,
            },
            token: TokenName::stored(&id, row.token_name).ok_or(what("the name of a token"))?,
            settings: serde_json::from_str(&row.settings)
                .map_err(|_| what("the settings of a tenant"))?,
            version: row.version,
            added_at: row.added_at,
            changed_at: row.changed_at,
            id,
        })
    }
}

/// Settings as their column has them.
pub(crate) fn written(settings: &TenantSettings) -> String {
    // A map of text to text always has a form as text.
    serde_json::to_string(settings).unwrap_or_default()
}

impl ActiveModel {
    /// Every column of a tenant.
    pub(crate) fn of(tenant: &Tenant) -> Self {
        Self {
            id: Set(tenant.id.to_string()),
            state: Set(tenant.state.as_str().to_owned()),
            bot_id: Set(tenant.bot.id),
            bot_username: Set(tenant.bot.username.clone()),
            token_name: Set(tenant.token.as_str().to_owned()),
            settings: Set(written(&tenant.settings)),
            version: Set(tenant.version),
            added_at: Set(stored(tenant.added_at)),
            changed_at: Set(stored(tenant.changed_at)),
        }
    }
}
