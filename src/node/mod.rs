//! Sesame as a running thing: all parts, joined.

mod data_centres;
mod face;
mod http;
mod keys;
mod probe;
mod running;
mod sandbox;
pub(crate) mod storage;

pub(crate) use http::{address_of, listen, reachable};
pub(crate) use running::Sesame;
