//! Accounts: the service by which people see, check and unlink theirs, and the
//! erasure of everything about a person.

mod erasing;
mod revocation;
mod service;
mod unlinking;

pub(crate) use erasing::finish_erasures;
pub(crate) use revocation::Revocation;
pub(crate) use service::Service;
