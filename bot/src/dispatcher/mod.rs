//! Brings updates to their handlers.
//!
//! Not teloxide's dispatcher: there, one chat whose queue is full holds up all
//! others, and a handler that panics takes the whole dispatcher down with the
//! next update of its chat.

mod dispatch;
mod incoming;
mod queues;

pub use dispatch::DispatcherFault;

pub(crate) use dispatch::Dispatcher;
pub(crate) use incoming::Incoming;
