//! The conformance suites: the storage ports over `SQLite` and PostgreSQL, the
//! coordination ports in memory and over Redis. All servers are real.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests spawn what races, and await it"
)]

mod account_figures;
mod accounts;
mod ahead;
mod application_floods;
mod audit;
mod audit_trail;
mod audit_verifications;
mod backend;
mod backups;
mod channels;
mod channels_forgotten;
mod clean_up;
mod confirmations;
mod coordinator;
mod database;
mod emptied;
mod erasures;
mod export_renewals;
mod exports;
mod figures;
mod future;
mod future_audit;
mod heartbeat;
mod import;
mod instance_secrets;
mod job_actions;
mod jobs;
mod jobs_cancelled;
mod jobs_left;
mod key_use;
mod keys;
mod leases;
mod link;
mod listing;
mod login_attempts;
mod login_states;
mod logins;
mod make;
mod naming;
mod one_time;
mod operators;
mod outbox;
mod people;
mod pooler;
mod postgres_away;
mod postgres_refusals;
mod posts;
mod posts_listed;
mod rate_limits;
mod redis_connection;
mod redis_refusals;
mod rewrapping;
mod schedules;
mod schema;
mod selections;
mod session_parts;
mod signals;
mod sizes;
mod slo_counts;
mod tenant_register;
mod tenants;
