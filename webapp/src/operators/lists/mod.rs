//! Lists: logins, jobs, limits, accounts, people, the audit, backups, keys.
//!
//! What is asked of a list stands in its address, so that a view can be shared
//! ([`list::Wanted`]); whose rows one sees, never: that follows from who is signed
//! in. A page begins after a row, by its key.

mod list;
mod many_choices;
mod run_now;
mod so_far;

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod audit_csv;
pub(super) mod backups;
pub(super) mod cell;
pub(super) mod detail;
pub(super) mod job;
pub(super) mod jobs;
pub(super) mod keys;
pub(super) mod login;
pub(super) mod logins;
pub(super) mod many;
pub(super) mod people;
pub(super) mod schedules;
pub(super) mod tenant;
mod tenant_form;
pub(super) mod tenants;
pub(super) mod waits;
