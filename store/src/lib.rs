//! Databases and coordination: implements the storage and coordination ports.
//!
//! - [`Database`] has a handle for each storage port. It keeps logins, accounts, sessions in their three parts, people,
//!   notices, one-time secrets, operators' links and sessions, the audit, the versions of the wrapping key, the
//!   instance's own secrets, jobs and schedules, in `SQLite` (one node) or
//!   PostgreSQL (several nodes), with the
//!   same behaviour: one conformance suite runs over both.
//! - [`Coordination`] hands out leases and wake-ups, and counts what is limited,
//!   in memory (one node) or over Redis (several nodes), again with one suite
//!   over both.
//! - [`PythonSessions`] reads what is imported from the Python system's
//!   PostgreSQL, and nothing else there.
//!
//! Invariants:
//! - the database is the truth: what must not be lost is written there, in one
//!   transaction with what it belongs to, and durable when a call returns;
//! - every write under a claim names the claim's fence, and changes nothing
//!   once someone else claimed the row;
//! - at most one login of an owner is not over, at most one session of an
//!   owner is in use: the schema says so, not only the code;
//! - the audit is only ever added to: the database itself refuses more, and
//!   each entry is linked to the one before it under a key it does not have;
//! - secrets come in sealed and stay so; no log line, `Debug` or error shows a
//!   value of a row or a connection's password;
//! - a row that is not understood, because a newer program wrote it or it is
//!   damaged, stops no row beside it, and stays as it is (`reading`);
//! - what fails names the table and the row, and nothing else of it;
//! - every call ends within a time limit.
//!
//! Deliberately absent: what a login's states mean (`domain`), sealing and
//! opening (`custody`), retries (the callers know when), what is limited to how many.

// The builders of the conformance suites name this crate from outside.
#[cfg(test)]
extern crate self as sesame_store;

mod account_figures;
mod accounts;
mod application_floods;
mod audit_log;
mod audit_strands;
mod audit_trail;
mod audit_verifications;
mod backup_source;
mod channels;
mod coordination;
mod cursors;
mod database;
mod distinct;
mod due;
mod erasure_begin;
mod erasure_end;
mod erasure_rows;
mod erasures;
mod export_renewals;
mod exports;
mod frozen;
mod handles;
mod import;
mod instance_secrets;
mod job_actions;
mod jobs;
mod key_register;
mod key_use;
mod leaving;
mod link;
mod linked;
mod listing;
mod login_attempts;
mod login_save;
mod logins;
mod node_lock;
mod nodes;
mod one_time;
mod operators;
mod outbox;
mod peers;
mod people;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod plans;
mod postgres;
mod posts;
mod python_sessions;
mod readiness;
mod reading;
mod restore;
mod rewrapping;
mod rows;
mod schedules;
mod selections;
mod session_parts;
mod sizes;
mod skipped;
mod slo_counts;
mod tenants;
mod wrapped_place;

pub use coordination::{
    Coordination, CoordinationError, CoordinationSettings, RedisRefusal, RedisRefused, RedisStep,
};
pub use database::{ConnectError, Database, DatabaseAddress, DatabaseSettings, SchemaError};
pub use handles::{
    AccountFigureRows, AccountRows, AuditRows, AuditTrailRows, AuditVerificationRows, BackupRows,
    ConfirmationRows, CursorRows, ErasureRows, FloodRows, JobActionRows, JobRows, KeyRows,
    ListingRows, LoginAttemptRows, LoginRows, NodeRows, OneTimeRows, OperatorSessionRows,
    OutboxRows, PeerRows, PersonRows, RestoreRows, ScheduleRows, SecretRows, SelectionRows,
    SignInRows, SloRows, WrappedKeyRows,
};
pub use node_lock::{Holder, NodeLock, NodeLockError, Sharing};
pub use postgres::{ServerRefusal, ServerRefused};
pub use python_sessions::{PythonColumns, PythonSession, PythonSessions, PythonSessionsError};
