//! How many connections were turned away, and why.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why a connection was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The data centre was told to turn connections away.
    Ordered,
    /// A fault was given instead of an answer.
    Fault,
    /// Nothing is known of its key, or the key exchange failed.
    UnknownKey,
    /// It sent what no client may send.
    Malformed,
}

impl Refusal {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [
        Self::Ordered,
        Self::Fault,
        Self::UnknownKey,
        Self::Malformed,
    ];

    /// A name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Fault => "fault",
            Self::UnknownKey => "unknown_key",
            Self::Malformed => "malformed",
        }
    }
}

/// Counts connections that were turned away.
#[derive(Debug, Default)]
pub(super) struct Refusals([AtomicU64; 4]);

impl Refusals {
    pub(super) fn note(&self, why: Refusal) {
        self.0[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were for this reason.
    pub(super) fn count(&self, why: Refusal) -> u64 {
        self.0[why as usize].load(Ordering::Relaxed)
    }
}
