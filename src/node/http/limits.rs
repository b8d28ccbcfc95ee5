//! What connections may take.

use std::time::Duration;

use sesame_webapp::TrustedProxies;

/// What connections may take.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// How many may be open. More wait to be taken.
    pub(crate) all: usize,
    /// How many may be open from one address; those of proxies do not count.
    pub(crate) each: u32,
    /// Whose connections carry other people's requests.
    pub(crate) proxies: TrustedProxies,
    /// How long things may take.
    pub(crate) within: Within,
}

/// How long things may take on a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    /// From the first byte of a request, or from the start of the connection,
    /// until its headers are whole.
    pub(crate) head: Duration,
    /// From one request to the next. Longer than proxies keep a connection.
    pub(crate) idle: Duration,
    /// For the other side to read something of an answer that waits, or to say
    /// that it is still there.
    pub(crate) read: Duration,
}

impl Within {
    /// Longer than honest clients take on bad networks.
    pub(crate) const USUAL: Self = Self {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(120),
        read: Duration::from_secs(30),
    };
}
