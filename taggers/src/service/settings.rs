//! What there is to set.

use std::fmt;

use secrecy::SecretString;
use url::Url;

use super::limits::{Limits, Retries};

/// How many posts may go out at once, at most.
pub const MOST_IN_A_BATCH: usize = 50;
/// What the model is told of tags, if nothing else is set.
pub const DEFAULT_PROMPT: &str = include_str!("prompt.txt");

/// Which service is asked, and how.
#[derive(Clone)]
pub struct ServiceSettings {
    /// The address below which `chat/completions` is, such as `https://api.example.org/v1`.
    pub url: Url,
    /// The model, as the service calls it.
    pub model: String,
    /// The key, if it wants one.
    pub key: Option<SecretString>,
    /// What the model is told of tags. That posts are data, and what form the answer has,
    /// is said in any case.
    pub prompt: String,
    /// How many posts are asked about at once, 1 to [`MOST_IN_A_BATCH`].
    pub batch: usize,
    /// Hosts that may be in the own network, and asked unencrypted.
    pub allowed_hosts: Vec<String>,
    /// How many posts of a tenant may be asked about in 24 hours; `None`: as many as
    /// there are.
    pub budget: Option<u32>,
    /// How many connections there are at most.
    pub connections: usize,
    /// How long things may take.
    pub limits: Limits,
    /// How often they are tried again.
    pub retries: Retries,
}

impl ServiceSettings {
    /// A service with nothing but its address and its model; one post at a time.
    pub fn new(url: Url, model: impl Into<String>) -> Self {
        Self {
            url,
            model: model.into(),
            key: None,
            prompt: DEFAULT_PROMPT.to_owned(),
            batch: 1,
            allowed_hosts: Vec::new(),
            budget: None,
            connections: 4,
            limits: Limits::default(),
            retries: Retries::default(),
        }
    }
}

/// Without the key, and without what the address may have of a password.
impl fmt::Debug for ServiceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceSettings")
            .field("host", &self.url.host_str())
            .field("model", &self.model)
            .field("batch", &self.batch)
            .field("allowed_hosts", &self.allowed_hosts)
            .field("budget", &self.budget)
            .field("connections", &self.connections)
            .field("limits", &self.limits)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
