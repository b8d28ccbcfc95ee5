//! Where updates are delivered to.

use serde::{Deserialize, Serialize};

/// Where updates are delivered to, as the bot asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// Sent along in `X-Telegram-Bot-Api-Secret-Token`.
    pub secret_token: Option<String>,
    /// How many deliveries the bot takes at once; they are made one by one.
    pub max_connections: u32,
    /// The last delivery that failed.
    pub last_error: Option<DeliveryError>,
}

/// A delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryError {
    /// When, in Unix seconds.
    pub date: i64,
    /// What happened.
    pub message: String,
}
