//! User sessions over MTProto: the login driver and the pool of live sessions.
//!
//! Invariants:
//! - this is the only crate that knows the MTProto library;
//! - a session's plaintext stays in here: sealed, it goes to the store; it is
//!   in no log, error or metric;
//! - every call to Telegram passes one gate (`gate`);
//! - a login or a session is worked on under a lease and written under a fence;
//!   whoever loses either stops without writing;
//! - a login is stored before what follows from it is done;
//! - everything spawned belongs to a [`Sessions`], and ends with it.
//!
//! Its parts build on each other in one direction: `session`, `hold`,
//! `connection`, `gate`, `node` (what all above it share), `lease`; then `pool`, `login`,
//! `accounts` and `import`; `tasks` (what goes on by itself), and `sessions`,
//! which starts and stops them.
//!
//! Deliberately absent: SQL, Redis, HTTP, ciphers, what sessions are used for.

mod accounts;
mod application;
mod connection;
mod data_centres;
mod gate;
mod import;
mod lease;
mod limit;
mod log_out;
mod login;
mod me;
mod metrics;
mod node;
mod others;
mod outages;
mod pool;
mod reachability;
mod repeat;
mod retention;
mod session;
mod sessions;
mod settings;
mod subject;
mod tasks;
mod telegram;
mod update;
mod validation;

pub use application::{Application, Trial, try_application};
pub use data_centres::{DataCentres, DataCentresError, DcTable, DcTableError, Telegram};
pub use gate::Outage;
pub use import::source as import_source;
pub use import::{
    FernetKeyError, FernetKeys, ImportError, ImportItem, ImportOutcome, Importer, NotASession,
};
pub use node::Ports;
pub use outages::Outages;
pub use reachability::try_data_centres;
pub use retention::{Ended, Retention};
pub use sessions::Sessions;
pub use settings::{SessionsSettings, Throttling};
pub use telegram::Reader;
pub use validation::Validation;
