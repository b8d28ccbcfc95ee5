//! What the page of tenants needs from the other rooms.

use async_trait::async_trait;
use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use sesame_domain::order::Order;
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::tenant::{TenantBot, TenantSettings};
use sesame_domain::time::Timestamp;

/// What operators do to tenants. Who may is not asked here.
#[async_trait]
pub trait TenantAdministration: Send + Sync {
    /// All of them, the one of the environment first.
    async fn all(&self) -> Result<Vec<ShownTenant>, StoreError>;

    /// What a tenant may have otherwise than the environment says.
    fn offered(&self) -> Vec<OfferedSetting>;

    /// Adds one; it starts on all nodes.
    async fn add(&self, new: NewTenant, order: &Order) -> Result<(), TenantRefusal>;

    /// Sets all that one has otherwise than the environment says, as someone saw it
    /// at this version.
    async fn set(
        &self,
        id: &TenantId,
        version: i64,
        settings: TenantSettings,
        order: &Order,
    ) -> Result<(), TenantRefusal>;

    /// Sets the token of its bot.
    async fn set_token(
        &self,
        id: &TenantId,
        version: i64,
        token: SecretString,
        order: &Order,
    ) -> Result<(), TenantRefusal>;

    /// Has its bot fall silent, or speak again. It may be so already.
    async fn set_paused(
        &self,
        id: &TenantId,
        paused: bool,
        order: &Order,
    ) -> Result<(), TenantRefusal>;

    /// Begins to erase all that it has.
    async fn remove(&self, id: &TenantId, order: &Order) -> Result<(), TenantRefusal>;
}

/// A tenant that is to be added.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its name.
    pub id: TenantId,
    /// The token of its bot.
    pub token: SecretString,
    /// What it has otherwise than the environment says.
    pub settings: TenantSettings,
}

/// A tenant, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTenant {
    /// Its name.
    pub id: TenantId,
    /// Whether it was added here; otherwise it stands in the environment.
    pub is_row: bool,
    /// How it does on this node.
    pub standing: TenantStanding,
    /// Its bot; `None`: the environment's.
    pub bot: Option<TenantBot>,
    /// Where its Mini App is.
    pub url: String,
    /// What it has otherwise than the environment says.
    pub settings: TenantSettings,
    /// Grows with each change.
    pub version: i64,
    /// When it was added.
    pub added_at: Option<Timestamp>,
}

/// How a tenant does on this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantStanding {
    /// Its bot answers.
    Works,
    /// It was added or resumed a moment ago.
    Starting,
    /// It, or some of it, does not work; why.
    Failed(String),
    /// Someone paused it.
    Paused,
    /// All that it has is being erased.
    Leaving,
}

/// A setting that a tenant may have for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedSetting {
    /// Its name.
    pub name: &'static str,
    /// What it should look like.
    pub expects: &'static str,
    /// What it does.
    pub explanation: String,
    /// What holds without: what the environment says, or the default.
    pub usual: Option<String>,
}

/// Why something was not done to a tenant.
#[derive(Debug, thiserror::Error)]
pub enum TenantRefusal {
    /// There is none of this name.
    #[error("there is no such tenant")]
    NotFound,
    /// It stands in the environment, and is changed there.
    #[error("it stands in the environment")]
    FromEnvironment,
    /// There is one of this name already.
    #[error("there is one of this name already")]
    NameTaken,
    /// The bot is this tenant's already.
    #[error("the bot is {0}'s already")]
    Bot(TenantId),
    /// Something is wrong with the token, in words.
    #[error("{0}")]
    Token(String),
    /// The Bot API could not be asked; why not.
    #[error("the Bot API could not be asked: {0}")]
    BotApi(String),
    /// What is wrong with these settings, by their names.
    #[error("settings do not fit")]
    Settings(Vec<(String, String)>),
    /// It was changed since it was looked at.
    #[error("it was changed since")]
    Stale,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The token could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}
