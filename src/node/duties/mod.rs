//! What Sesame does by itself, again and again: one node for all.

mod round;
mod watch;
mod works;

#[cfg(test)]
mod tests;

pub(crate) use round::Round;
pub(crate) use watch::watch;
pub(crate) use works::todo;
