//! What the web server needs from the other rooms.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::ports::{
    AccountService, AuditLog, ChannelRequests, ExportArchives, ExportRequests, Exports, Jobs,
    LoginService, OneTime, People, PersonsChat, Posts, RateLimits, ReadDialogs, Signals, TokenKeys,
    Vault, WebhookReceiver,
};
use sesame_domain::random::Entropy;
use sesame_domain::time::Clock;

use crate::operators::OperatorPorts;

/// How the parts do, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The parts without which requests cannot be answered, and that do not work.
    pub unready: Vec<String>,
    /// The parts that do not work while the rest does.
    pub degraded: Vec<String>,
}

/// What is asked when someone wants to know how the program does.
#[async_trait]
pub trait Probe: Send + Sync {
    /// How the parts do.
    async fn readiness(&self) -> Readiness;

    /// The metrics in Prometheus's text format; `None`: they are not shown here.
    fn metrics(&self) -> Option<String>;
}

/// What the bot is called, as far as that is known by now.
pub type BotName = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Copies of chats that are kept on the server.
#[derive(Clone)]
pub struct ExportPorts {
    /// What is known of them.
    pub rows: Arc<dyn Exports>,
    /// Asks for them, and removes them.
    pub requests: Arc<dyn ExportRequests>,
    /// Opens them to be fetched.
    pub archives: Arc<dyn ExportArchives>,
}

impl fmt::Debug for ExportPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportPorts").finish_non_exhaustive()
    }
}

/// Channels that are read for people.
#[derive(Clone)]
pub struct ChannelPorts {
    /// Has them read.
    pub requests: Arc<dyn ChannelRequests>,
    /// What was read.
    pub posts: Arc<dyn Posts>,
}

impl fmt::Debug for ChannelPorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelPorts").finish_non_exhaustive()
    }
}

/// What the web server needs from the other rooms.
#[derive(Clone)]
pub struct Ports {
    /// Begins logins and says how they go.
    pub logins: Arc<dyn LoginService>,
    /// Shows and unlinks accounts.
    pub accounts: Arc<dyn AccountService>,
    /// Reads the dialogs of accounts.
    pub dialogs: Arc<dyn ReadDialogs>,
    /// Knows what is done for people that takes longer than an answer.
    pub jobs: Arc<dyn Jobs>,
    /// Copies of chats that are kept here; `None`: there is no place for them.
    pub exports: Option<ExportPorts>,
    /// Channels that are read.
    pub channels: ChannelPorts,
    /// Remembers who opened the Mini App.
    pub people: Arc<dyn People>,
    /// Knows which `initData` and which links were used.
    pub one_time: Arc<dyn OneTime>,
    /// Opens the QR token and the password hint.
    pub vault: Arc<dyn Vault>,
    /// Tells when what a person sees of their account changed.
    pub signals: Arc<dyn Signals>,
    /// Signs the short tokens.
    pub token_keys: Arc<dyn TokenKeys>,
    /// Shows an owner what was done with their session.
    pub audit: Arc<dyn AuditLog>,
    /// What the operators' pages need.
    pub operators: OperatorPorts,
    /// Takes in what Telegram pushes to the bot; `None`: nothing is pushed.
    pub webhook: Option<Arc<dyn WebhookReceiver>>,
    /// Writes into people's chats with the bot, because they asked for it.
    pub chat: Arc<dyn PersonsChat>,
    /// What the bot is called.
    pub bot_name: BotName,
    /// Counts what people take, for all nodes together.
    pub rates: Arc<dyn RateLimits>,
    /// Counts for this node alone: what addresses take, and what people do
    /// while the other cannot.
    pub node_rates: Arc<dyn RateLimits>,
    /// Says how the program does.
    pub probe: Arc<dyn Probe>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}
