//! Reading many rows a page at a time.

/// Which page: so many rows, after that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// After which row; `None`: the first page.
    pub after: Option<C>,
    /// How many rows at most.
    pub limit: u32,
}

impl<C> Page<C> {
    /// The first so many.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T, C> {
    /// The rows that can be read.
    pub rows: Vec<T>,
    /// Rows of this page that cannot: they stop no one from reading the rest.
    pub broken: Vec<BrokenRow>,
    /// After which row the next page begins; `None`: this is the last one.
    pub next: Option<C>,
}

/// A row that cannot be read: damaged, or written by a newer program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BrokenRow {
    /// Its id, as far as it can be told.
    pub id: String,
    /// What about it cannot be read.
    pub what: String,
}
