//! The rows of the tables, and how they turn into the domain's types.
//!
//! Nullable columns become a state in one place for each table; a row that
//! cannot be is [`sesame_domain::ports::StoreError::Inconsistent`].

#![allow(
    unreachable_pub,
    reason = "the derive makes public items of private modules"
)]
#![allow(
    clippy::struct_field_names,
    reason = "a column is named after what it holds, whatever the table's struct is called"
)]

pub(crate) mod account;
pub(crate) mod account_figure;
pub(crate) mod application_flood;
pub(crate) mod audit;
pub(crate) mod audit_checkpoint;
pub(crate) mod audit_strand;
pub(crate) mod audit_verification;
pub(crate) mod channel;
pub(crate) mod channel_cursor;
pub(crate) mod channel_subscription;
pub(crate) mod confirmation;
pub(crate) mod erased_session;
pub(crate) mod erasure;
pub(crate) mod export;
pub(crate) mod export_leaving;
pub(crate) mod instance_secret;
pub(crate) mod job;
pub(crate) mod job_attempt;
pub(crate) mod job_pause;
pub(crate) mod key_policy;
pub(crate) mod key_version;
pub(crate) mod login;
pub(crate) mod login_attempt;
pub(crate) mod node;
pub(crate) mod one_time;
pub(crate) mod operator_session;
pub(crate) mod outbox;
mod parts;
pub(crate) mod person;
pub(crate) mod post;
pub(crate) mod post_change;
pub(crate) mod post_part;
pub(crate) mod schedule;
pub(crate) mod selection;
pub(crate) mod selection_part;
pub(crate) mod selection_row;
pub(crate) mod session;
pub(crate) mod session_cursor;
pub(crate) mod session_peers;
pub(crate) mod sign_in_link;
pub(crate) mod slo_hour;
pub(crate) mod tenant;

pub(crate) use parts::{owner, stored, tenant_id, unpack};
