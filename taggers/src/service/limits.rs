//! How long things may take, and how often they are tried again.

use std::time::Duration;

use sesame_domain::backoff::{Backoff, Jitter};

/// How long each phase may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Looking the name up, connecting, and TLS.
    pub connect: Duration,
    /// Between any two pieces of an answer, and before the first.
    pub read: Duration,
    /// Between any two pieces of a request that the other side takes.
    pub write: Duration,
    /// Waiting for one of the connections.
    pub pool: Duration,
    /// All of it, with what is tried again, for one question.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            write: Duration::from_secs(10),
            pool: Duration::from_secs(1),
            whole: Duration::from_secs(30),
        }
    }
}

/// How often a question is asked again, within [`Limits::whole`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// When there was no connection, or it broke.
    pub connection: u32,
    /// When a time was up, or the service answered that it cannot now.
    pub answer: u32,
    /// How long is waited before.
    pub backoff: Backoff,
    /// By how much that is made longer.
    pub jitter: Jitter,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            connection: 3,
            answer: 3,
            backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(8)),
            jitter: Jitter::percent(0, 50),
        }
    }
}
