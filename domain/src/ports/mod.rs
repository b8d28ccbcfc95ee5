//! The ports: what the rest of Sesame offers or needs, as traits.
//!
//! Storage: [`Logins`], [`Accounts`], [`People`], [`Outbox`], [`OneTime`],
//! [`AuditLog`]. Coordination: [`Leases`], [`Signals`]. Custody: [`Vault`],
//! [`TokenKeys`]. What the faces call: [`LoginDesk`], [`AccountDesk`].

mod accounts;
mod audit_log;
mod custody;
mod desks;
mod leases;
mod logins;
mod one_time;
mod outbox;
mod people;
mod signals;
mod store_error;

pub use accounts::{Accounts, LeavingSession, StoredSession};
pub use audit_log::AuditLog;
pub use custody::{TokenKeys, Vault, VaultError};
pub use desks::{AccountDesk, Begin, Begun, DeskError, LoginDesk, LoginUpdates};
pub use leases::{Lease, LeaseKey, Leases};
pub use logins::{ClaimedLogin, HalfSession, LinkRequest, Logins, Saved, Wish};
pub use one_time::{OneTime, OneTimeKind, Redeemed, Spent};
pub use outbox::Outbox;
pub use people::{People, PersonRecord};
pub use signals::{Signals, Topic, WakeUps};
pub use store_error::StoreError;
