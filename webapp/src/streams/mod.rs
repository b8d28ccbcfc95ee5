//! Streams and waits that are open: how many, and what they listen to.

mod open;
mod watchers;

pub(crate) use open::{OpenStream, OpenStreams};
pub(crate) use watchers::{Watchers, Watching};
