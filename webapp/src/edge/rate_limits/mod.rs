//! How often one may ask: by address before it is known who asks, then by
//! person and tenant.
//!
//! Which budget a route takes from is said in one place ([`budget`]); a new one
//! gets the usual. What an address takes is counted by each node for itself,
//! which costs no call to another server; what a person takes, by all together.

mod budget;
mod headers;
mod layer;
mod rates;

pub use rates::Rates;

pub(crate) use headers::whole_seconds;
pub(crate) use layer::Asked;
pub(super) use layer::limit;
