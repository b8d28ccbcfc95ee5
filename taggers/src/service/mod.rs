//! A tagger that asks a service which speaks `OpenAI`'s chat completions.
//!
//! Invariants:
//! - nothing of a post goes out without its person's consent: texts are put into
//!   questions as `outgoing` makes them, which asks for it;
//! - each phase of a request has a limit, and all of a question's requests have one
//!   together ([`Limits`]);
//! - addresses of the own network are not connected to unless the host is allowed by
//!   name, whatever a name resolves to; redirects are not followed; there is no proxy;
//! - an answer that is not what was asked for is a failure, never tags.
//!
//! Deliberately absent: storing anything, telling the audit, asking again later. Whoever
//! hands in posts does that.

mod address;
mod answer;
mod asking;
mod breaker;
mod budget;
mod connect;
mod counts;
mod fault;
mod limits;
mod line;
mod names;
mod outgoing;
mod parameters;
mod pool;
mod question;
mod refusal;
mod retry_after;
mod settings;
mod tagger;
mod target;
mod watched;

pub use fault::{Fault, Phase, fault_of};
pub use limits::{Limits, Retries};
pub use names::{Names, SystemNames};
pub use settings::{DEFAULT_PROMPT, MOST_IN_A_BATCH, ServiceSettings};
pub use tagger::{ServiceParts, ServiceTagger};
pub use target::{SettingsError, check_address};
