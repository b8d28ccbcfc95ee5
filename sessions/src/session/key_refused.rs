//! A data centre did not know a session's key.

/// The library agreed on another key with a data centre that the session has
/// a key for: the data centre said that it does not know that one (-404).
///
/// Anyone on the way can say so, it is not encrypted. And what is signed in is
/// signed in with the old key: another one in its place would lose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("data centre {dc} does not know the session's key; it is kept")]
pub(crate) struct KeyRefused {
    /// The data centre.
    pub(crate) dc: i32,
}
