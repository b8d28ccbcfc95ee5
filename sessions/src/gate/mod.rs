//! The gate: every call to Telegram passes here.
//!
//! A call ([`Call`]) says on whose account, in which data centre and how it may
//! be made ([`CallPolicy`]); callers never sleep or retry by themselves. It goes
//! through one chain of parts (`chain`), each in a file of its own.

mod application_floods;
mod attempts;
mod breaker;
mod call;
mod chain;
mod error;
mod floods;
mod library;
mod names;
mod policy;
mod refusals;
mod request;
mod retries;
#[cfg(test)]
mod simulation;
mod standing;
mod takeout;
mod throttle;
mod time_limit;

pub(crate) use application_floods::ApplicationFloods;
pub use breaker::Outage;
pub(crate) use chain::Gate;
pub(crate) use error::{FloodKind, Later, Move, TelegramError, Unreached};
pub(crate) use policy::CallPolicy;
pub(crate) use request::Request;
pub(crate) use takeout::InTakeout;
