//! Looking through many rows, for whoever looks after Sesame: a port a subject.
//!
//! Each list is asked for with a [`Query`](crate::listing::Query), which names
//! the tenants whose rows may be seen; a filter's default lets everything
//! through. Nothing here opens what is sealed.

mod accounts;
mod audit;
mod jobs;
mod logins;
mod nodes;
mod overview;
mod people;
mod waits;

pub use accounts::{
    AccountFilter, AccountListing, AccountQuery, AccountRow, AccountSearch, AccountSearchError,
    HealthFilter, ListedAccounts,
};
pub use audit::{ActorFilter, AuditFilter, AuditKey, AuditListing, AuditQuery, ListedEntries};
pub use jobs::{JobFilter, JobListing, JobQuery, ListedJobs};
pub use logins::{ListedLogins, LoginFilter, LoginListing, LoginQuery, LoginRow};
pub use nodes::{NodeListing, NodeRow};
pub use overview::{
    EndingFigure, FunnelBucket, HealthFigure, LiveFigure, OverviewFigures, TenantFigures,
};
pub use people::{ListedPeople, PersonFilter, PersonKey, PersonListing, PersonQuery, PersonRow};
pub use waits::{ListedWaits, Wait, WaitFilter, WaitKey, WaitKind, WaitListing, WaitQuery};
