//! The connection to the database.

mod address;
mod connection;
mod failure;
mod lock;
mod postgres;
mod rest;
mod schema;
mod settings;
mod sqlite;
mod transaction;
mod whereabouts;
mod writer;

pub use address::DatabaseAddress;
pub use connection::Database;
pub(crate) use connection::commit;
pub(crate) use failure::{failed, in_row, in_table, is_duplicate};
pub(crate) use lock::{lock, lock_shared};
pub(crate) use postgres::Server;
pub use schema::SchemaError;
pub use settings::{ConnectError, DatabaseSettings};
pub(crate) use transaction::Transaction;
pub(crate) use whereabouts::Whereabouts;
