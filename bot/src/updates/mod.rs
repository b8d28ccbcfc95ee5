//! How updates come in: from polling or a webhook, and whether they do.

mod deliveries;
mod failure;
mod health;
mod heartbeat;
mod polling;
mod raw;
mod registration;
mod source;
mod webhook;
mod webhook_monitor;

pub use health::UpdateHealth;
pub use source::UPDATE_KINDS;

pub(crate) use deliveries::LastUpdate;
pub(crate) use heartbeat::Heartbeat;
pub(crate) use polling::{Offset, Polling};
pub(crate) use raw::update_id;
pub(crate) use source::UpdateSource;
pub(crate) use webhook::PushedUpdates;
pub(crate) use webhook_monitor::WebhookMonitor;
