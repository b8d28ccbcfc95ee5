//! The connection to the database.

mod connection;
mod failure;
mod postgres;
mod settings;
mod sqlite;

pub use connection::Database;
pub(crate) use connection::commit;
pub(crate) use failure::{failed, is_duplicate};
pub use settings::{ConnectError, DatabaseSettings};
