//! The nouns of Sesame: types, the login state machine, and the ports that the
//! other crates implement or use.
//!
//! Invariants:
//! - nothing here does IO, spawns, sleeps or knows a framework;
//! - time and randomness come in through [`time::Clock`] and [`random::Entropy`];
//! - secrets are either sealed ([`sealed::Sealed`]) or in types whose `Debug`
//!   is redacted.
//!
//! Deliberately absent: HTTP, SQL, Redis, `MTProto`, templates, configuration.

pub mod account;
pub mod audit;
pub mod backoff;
pub mod breaker;
pub mod bulk;
pub mod channel;
pub mod check_pace;
pub mod device;
pub mod dialog_list;
pub mod disclosure;
pub mod display_name;
pub mod encoding;
pub mod export;
pub mod heartbeat;
pub mod held_lease;
pub mod ids;
pub mod job;
pub mod keys;
pub mod listing;
pub mod login;
pub mod login_budget;
pub mod login_contents;
pub mod notice;
pub mod operator;
pub mod order;
pub mod page;
pub mod panic;
pub mod plural;
pub mod ports;
pub mod post;
pub mod progress;
pub mod random;
pub mod reading;
pub mod reason;
pub mod request;
pub mod retention;
pub mod schedule;
pub mod sealed;
pub mod session;
pub mod sliding_log;
pub mod slo;
pub mod slots;
pub mod tag;
pub mod tenant;
pub mod time;
pub mod wrapping;
