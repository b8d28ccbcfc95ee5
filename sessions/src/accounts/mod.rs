//! Accounts: the service by which people see, check and unlink theirs, and the
//! erasure of everything about a person.

mod erasing;
mod service;

pub(crate) use erasing::finish_erasures;
pub(crate) use service::Service;
