//! Calls: unwrapping, guarding, dispatching. Which methods there are is told
//! from outside ([`methods`](super::methods)).

mod call;
mod error;
mod invoke;
mod method;
mod recursion;
mod wrapped;

pub(crate) use call::{Call, Caller};
pub(crate) use error::{RpcError, RpcResult, SILENCE};
pub(crate) use invoke::{Invoked, invoke};
pub(crate) use method::{Access, Handle, Method, Methods, method};
