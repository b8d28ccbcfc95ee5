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

/// What was told already, and of which kinds figures are shown.
#[derive(Default)]
pub(crate) struct Told {
    told: Mutex<HashSet<String>>,
    shown: Mutex<HashSet<JobKind>>,
}

impl Told {
    /// Whether this is the first time.
    fn first(&self, what: String) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Of kinds that waited before and do so no more, the figures are 0.
    fn nothing_waits_of_others(&self, waiting: &[Waiting]) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |kind: &JobKind| waiting.iter().all(|it| it.kind != *kind);
        for kind in shown.extract_if(is_over) {
            let label = || kind.as_str().to_owned();
            gauge!("sesame_jobs_waiting", "kind" => label()).set(0.0);
            gauge!("sesame_jobs_late_seconds", "kind" => label()).set(0.0);
        }
    }

    fn show(&self, kind: &JobKind, count: u32, late_seconds: f64) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(kind.clone());
        let label = || kind.as_str().to_owned();
        gauge!("sesame_jobs_waiting", "kind" => label()).set(f64::from(count));
        gauge!("sesame_jobs_late_seconds", "kind" => label()).set(late_seconds);
    }

    /// What waits of each kind, also of such as no one here does.
    pub(crate) fn waiting(
        &self,
        waiting: &[Waiting],
        known: impl Fn(&JobKind) -> bool,
        now: Timestamp,
    ) {
        let (mut unknown, mut longest) = (0, 0.0_f64);
        self.nothing_waits_of_others(waiting);
        for Waiting {
            kind,
            count,
            first_due,
        } in waiting
        {
            let late = (now - *first_due).num_seconds().max(0);
            let late = f64::from(i32::try_from(late).unwrap_or(i32::MAX));
            if !known(kind) {
                unknown += count;
                longest = longest.max(late);
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
            self.show(kind, *count, late);
        }
        gauge!("sesame_jobs_waiting", "kind" => "unknown").set(f64::from(unknown));
        gauge!("sesame_jobs_late_seconds", "kind" => "unknown").set(longest);
    }
}

/// The runner looked for jobs, and could: one that stands still does no jobs.
pub(crate) fn looked() {
    counter!("sesame_job_runner_looks_total").increment(1);
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn what_waits_no_more_is_late_no_more() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let waiting = |kind: &str| Waiting {
            kind: JobKind::from(kind.to_owned()),
            count: 2,
            first_due: now - TimeDelta::seconds(90),
        };
        let told = Told::default();
        let shown = |waits: &[Waiting]| {
            metrics::with_local_recorder(&recorder, || told.waiting(waits, |_| true, now));
            recorder.handle().render()
        };
        let both = shown(&[waiting("backup"), waiting("forget")]);
        assert!(
            both.contains(r#"sesame_jobs_late_seconds{kind="backup"} 90"#),
            "{both}"
        );
        let one = shown(&[waiting("forget")]);
        assert!(
            one.contains(r#"sesame_jobs_late_seconds{kind="backup"} 0"#),
            "{one}"
        );
        assert!(
            one.contains(r#"sesame_jobs_waiting{kind="backup"} 0"#),
            "{one}"
        );
        assert!(
            one.contains(r#"sesame_jobs_waiting{kind="forget"} 2"#),
            "{one}"
        );
    }
}
