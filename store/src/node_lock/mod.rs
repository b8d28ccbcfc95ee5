//! Who works with the sessions of a database: one node alone, or several that
//! Redis coordinates.
//!
//! Two connections to Telegram under one key end its session for good. Leases
//! keep two workers apart, but leases in memory only those of one process. So
//! whoever has no Redis locks the database for its life, and finds that
//! another one did. Those with Redis share the lock, and keep one without out.
//!
//! The lock is the operating system's (a file beside `SQLite`'s) or
//! PostgreSQL's (of a session), and goes with the process, however that ends.

mod error;
mod file;
mod lock;
mod session;
mod sharing;

pub use error::{Holder, NodeLockError};
pub use lock::NodeLock;
pub use sharing::Sharing;
