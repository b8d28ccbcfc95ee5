//! With whom the sessions of a database are shared.

/// With whom the sessions of a database are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// With no one: this process coordinates itself in memory.
    Alone,
    /// With others that the same Redis coordinates.
    Coordinated,
}
