//! How the API says that a copy of a chat is kept up to date.

use serde::Serialize;
use sesame_domain::export::Renewal;
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;

/// That a copy is kept up to date by itself, and how that went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenewalJson {
    /// `daily` or `weekly`.
    every: &'static str,
    /// When the next run is due; null: it stopped by itself, and goes on once it is
    /// asked for anew.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When the last run ended; null: there was none.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<Timestamp>,
    /// By which code the last run failed, as that of a job, or `cancelled`; null: it did
    /// not.
    last_code: Option<String>,
    /// How many runs in a row failed.
    failures: u32,
}

impl RenewalJson {
    pub(super) fn of(renewal: Renewal) -> Self {
        let last_at = renewal.last.as_ref().map(|last| last.at);
        Self {
            every: renewal.every.as_str(),
            next_at: renewal.next_at,
            last_at,
            last_code: renewal.last.and_then(|last| last.failure),
            failures: renewal.failures,
        }
    }
}
