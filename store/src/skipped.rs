//! Rows that were passed over because this program does not understand them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use sesame_domain::ports::{RowName, StoreError};
use sesame_domain::reason::Reason;

/// How many rows are told; where there are more, those speak for the rest.
const REMEMBERED: usize = 10_000;

/// The rows that were passed over; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skipped(Arc<Mutex<HashSet<RowName>>>);

impl Skipped {
    /// What was understood. Of a row that was not, it is told once.
    pub(crate) fn unless<T>(&self, row: &RowName, read: Result<T, StoreError>) -> Option<T> {
        let error = match read {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        if self.is_new(row) {
            metrics::counter!("sesame_rows_skipped_total", "table" => row.table).increment(1);
            tracing::warn!(
                table = row.table,
                row = row.key,
                error = %Reason::of(&error),
                "a row is left alone: this program does not understand it"
            );
        }
        None
    }

    fn is_new(&self, row: &RowName) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < REMEMBERED && told.insert(row.clone())
    }
}
