//! Reaching a PostgreSQL server: for the database, and for the import.

mod address;
mod refusal;
mod server;
mod session;

pub use refusal::{ServerRefusal, ServerRefused};
pub(crate) use server::PostgresServer;
pub(crate) use session::Limits;
