//! What can go wrong in storage and coordination.

/// What can go wrong in storage and coordination, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// Someone else claimed the row since: stop working on it.
    #[error("the claim was lost to another node")]
    Fenced,
    /// The row is in a state that cannot be: a bug or a damaged database.
    #[error("inconsistent row: {0}")]
    Inconsistent(&'static str),
    /// The database or Redis does not answer, or refuses: try again later.
    #[error("storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no room left: nothing was written. Someone must make room.
    #[error("storage is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk cannot be read or written, or what is on it is damaged:
    /// nothing was written. Someone must look after it.
    #[error("storage cannot be read or written")]
    Failing(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps a driver's error.
    pub fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unavailable(Box::new(source))
    }

    /// Whether waiting does not help: someone must look after the storage.
    pub fn needs_someone(&self) -> bool {
        match self {
            Self::Full(_) | Self::Failing(_) => true,
            Self::NotFound | Self::Fenced | Self::Inconsistent(_) | Self::Unavailable(_) => false,
        }
    }
}
