//! Lists for whoever looks after Sesame: implements the ports of
//! [`sesame_domain::ports::listing`].
//!
//! The rows of each tenant are looked up by themselves, in the order of an index
//! that begins with the tenant, and merged: no list reads past the rows of those
//! whose rows may not be seen, and none depends on how many others there are.

mod accounts;
mod attempts;
mod audit;
mod counted;
mod id_search;
mod jobs;
mod logins;
mod looked_through;
mod merged;
mod nodes;
mod order;
mod overview;
mod people;
mod scope;
mod union;
mod waits;

pub(crate) use accounts::matching as matching_accounts;
pub(crate) use jobs::matching as matching_jobs;
pub(crate) use scope::Scope;
