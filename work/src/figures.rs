//! What is told once, and what is counted. Names and labels are the contract
//! with dashboards and alerts (docs/OPERATIONS.md).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use metrics::{counter, gauge};
use sesame_domain::job::{JobKind, Release};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::Waiting;
use sesame_domain::time::Timestamp;

/// More than so many rows are not remembered: they are told again.
const REMEMBERED: usize = 10_000;

/// What was told already.
#[derive(Default)]
pub(crate) struct Told(Mutex<HashSet<String>>);

impl Told {
    /// Whether this is the first time.
    fn first(&self, what: String) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= REMEMBERED {
            told.clear();
        }
        told.insert(what)
    }

    /// A row that this program cannot read.
    pub(crate) fn left_alone(&self, kind: &JobKind, row: &BrokenRow) {
        if self.first(row.id.clone()) {
            counter!("sesame_jobs_left_alone_total", "kind" => kind.as_str().to_owned())
                .increment(1);
            tracing::warn!(
                job.kind = kind.as_str(),
                job.id = row.id,
                what = row.what,
                "a job is left alone: this program cannot read it"
            );
        }
    }

    /// What waits of each kind, also of such as no one here does.
    pub(crate) fn waiting(
        &self,
        waiting: &[Waiting],
        known: impl Fn(&JobKind) -> bool,
        now: Timestamp,
    ) {
        let mut unknown = 0;
        for Waiting {
            kind,
            count,
            first_due,
        } in waiting
        {
            if !known(kind) {
                unknown += count;
                if self.first(format!("kind {kind}")) {
                    counter!("sesame_jobs_left_alone_total", "kind" => "unknown").increment(1);
                    tracing::warn!(
                        job.kind = kind.as_str(),
                        count,
                        "jobs are left alone: this program does not know their kind"
                    );
                }
                continue;
            }
            let late = (now - *first_due).num_seconds().max(0);
            let late = f64::from(i32::try_from(late).unwrap_or(i32::MAX));
            let label = || kind.as_str().to_owned();
            gauge!("sesame_jobs_waiting", "kind" => label()).set(f64::from(*count));
            gauge!("sesame_jobs_late_seconds", "kind" => label()).set(late);
        }
        gauge!("sesame_jobs_waiting", "kind" => "unknown").set(f64::from(unknown));
    }
}

/// How an attempt ended.
pub(crate) fn released(kind: &JobKind, release: &Release) {
    let outcome = match release {
        Release::PutBack => "put_back",
        Release::Park { .. } => "parked",
        Release::Retry { .. } => "retried",
        Release::End(outcome) => outcome.status().as_str(),
    };
    counter!("sesame_jobs_total", "kind" => kind.as_str().to_owned(), "outcome" => outcome)
        .increment(1);
}
