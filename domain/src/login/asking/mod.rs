//! By which ways Telegram is asked to let a session in.
//!
//! A way has a file of its own with its states, what it hears and what it
//! wants. Here stands what all ways answer alike; another way is another file
//! and another line in each of these matches.

mod qr;

use crate::time::Timestamp;

use super::effect::Effect;
use super::status::Status;

pub use qr::{MigrationToken, Qr, QrAsking, QrEffect, QrEvent};

/// How Telegram is asked, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// By a QR code.
    Qr(QrAsking),
}

impl Asking {
    /// The public name.
    pub fn status(&self) -> Status {
        match self {
            Self::Qr(asking) => asking.status(),
        }
    }

    /// Whether it is the person's turn to accept: that must happen early enough
    /// for what follows.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Self::Qr(asking) => asking.is_unanswered(),
        }
    }

    /// The asking by QR code, if this is it.
    pub fn qr(&self) -> Option<&QrAsking> {
        match self {
            Self::Qr(asking) => Some(asking),
        }
    }

    /// When something is due without anything being heard.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        match self {
            Self::Qr(asking) => asking.due_at(),
        }
    }

    /// What is due by now.
    pub(super) fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        match self {
            Self::Qr(asking) => asking.tick(now).into_iter().map(Effect::Qr).collect(),
        }
    }

    /// From where it goes on after a failure or with a new driver, if not from
    /// here, and what is to be done.
    pub(super) fn resume(&self, now: Timestamp) -> (Option<Self>, Vec<Effect>) {
        match self {
            Self::Qr(asking) => {
                let (from, effect) = asking.resume(now);
                (from.map(Self::Qr), vec![effect.into()])
            }
        }
    }

    /// From when on nothing that was shown can be accepted any more.
    pub(super) fn is_dead_at(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Qr(asking) => asking.is_dead_at(now),
        }
    }
}
