//! How many jobs a node does at once.

/// Where jobs stand in line. Those of one lane never wait for another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// A person waits for it.
    Interactive,
    /// What keeps Sesame itself in order: one job a kind.
    Maintenance,
    /// It may take its time.
    Background,
}

impl Lane {
    /// Every lane there is.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Maintenance, Self::Background];

    /// How many of its jobs a node does at once.
    pub fn width(self) -> usize {
        match self {
            Self::Interactive => 8,
            Self::Maintenance => 32,
            Self::Background => 4,
        }
    }
}
