//! Counts what is promised, from the very counters that Prometheus reads: what
//! the operators' pages and the rules of `deploy/` call the same is the same.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::SloCount;
use sesame_domain::slo::{CLEAN_UP_WITHIN_SECONDS, Counted, Slo};
use sesame_domain::time::Timestamp;

/// Whose, of which promise.
type Whose = (TenantId, Slo);

/// What was counted of the promises and is not kept in the database yet.
#[derive(Default)]
pub(crate) struct SloTally(Mutex<BTreeMap<Whose, Counted>>);

impl SloTally {
    fn counts(&self) -> MutexGuard<'_, BTreeMap<Whose, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, whose: &Whose, counted: Counted) {
        if counted != Counted::default() {
            *self.counts().entry(whose.clone()).or_default() += counted;
        }
    }

    /// What was counted since this was asked last, as of now.
    pub(crate) fn take(&self, now: Timestamp) -> Vec<SloCount> {
        let counts = std::mem::take(&mut *self.counts()).into_iter();
        let count = |((tenant, slo), counted)| SloCount {
            tenant,
            slo,
            at: now,
            counted,
        };
        counts.map(count).collect()
    }

    /// What was taken and could not be kept is taken again.
    pub(crate) fn put_back(&self, counts: Vec<SloCount>) {
        for count in counts {
            self.add(&(count.tenant, count.slo), count.counted);
        }
    }
}

impl fmt::Debug for SloTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SloTally").finish_non_exhaustive()
    }
}

/// Has all counted by another recorder, and what is promised by a tally as well.
pub(super) struct Tallied<R> {
    pub(super) recorder: R,
    pub(super) tally: Arc<SloTally>,
    /// Whose what names no tenant is.
    pub(super) tenant: TenantId,
}

impl<R> Tallied<R> {
    fn whose(&self, key: &Key, slo: Slo) -> Whose {
        let named = label(key, "tenant").and_then(|name| name.parse().ok());
        (named.unwrap_or_else(|| self.tenant.clone()), slo)
    }
}

fn label<'a>(key: &'a Key, name: &str) -> Option<&'a str> {
    let mut labels = key.labels();
    labels
        .find(|it| it.key() == name)
        .map(metrics::Label::value)
}

/// What one more of a counter says of which promise, as the rules have it.
fn meaning(key: &Key) -> Option<(Slo, Counted)> {
    const WELL: Counted = Counted {
        events: 1,
        errors: 0,
    };
    const WRONG: Counted = Counted {
        events: 1,
        errors: 1,
    };
    Some(
        match (key.name(), label(key, "fault"), label(key, "outcome")) {
            ("sesame_scanned_logins_ended_total", Some("person"), _) => return None,
            ("sesame_scanned_logins_ended_total", Some("telegram" | "sesame"), _) => {
                (Slo::Login, WRONG)
            }
            ("sesame_scanned_logins_ended_total", ..) => (Slo::Login, WELL),
            ("sesame_telegram_calls_total", _, Some("flood")) => (Slo::Flood, WRONG),
            ("sesame_telegram_calls_total", ..) => (Slo::Flood, WELL),
            ("sesame_logins_published_total", ..) => (Slo::Expiry, WELL),
            // It was counted as an event when its first code was shown.
            ("sesame_logins_expired_total", ..) => (
                Slo::Expiry,
                Counted {
                    events: 0,
                    errors: 1,
                },
            ),
            _ => return None,
        },
    )
}

impl<R: Recorder> Recorder for Tallied<R> {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_counter(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_gauge(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_histogram(key, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        let inner = self.recorder.register_counter(key, metadata);
        let Some((slo, each)) = meaning(key) else {
            return inner;
        };
        Counter::from_arc(Arc::new(TalliedCounter {
            inner,
            each,
            whose: self.whose(key, slo),
            tally: Arc::clone(&self.tally),
        }))
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.recorder.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let inner = self.recorder.register_histogram(key, metadata);
        if key.name() != "sesame_session_cleanup_duration_seconds" {
            return inner;
        }
        Histogram::from_arc(Arc::new(TalliedHistogram {
            inner,
            whose: self.whose(key, Slo::CleanUp),
            tally: Arc::clone(&self.tally),
        }))
    }
}

struct TalliedCounter {
    inner: Counter,
    each: Counted,
    whose: Whose,
    tally: Arc<SloTally>,
}

impl CounterFn for TalliedCounter {
    fn increment(&self, value: u64) {
        self.inner.increment(value);
        let times = |each: u64| each.saturating_mul(value);
        let counted = Counted {
            events: times(self.each.events),
            errors: times(self.each.errors),
        };
        self.tally.add(&self.whose, counted);
    }

    fn absolute(&self, value: u64) {
        self.inner.absolute(value);
    }
}

struct TalliedHistogram {
    inner: Histogram,
    whose: Whose,
    tally: Arc<SloTally>,
}

impl HistogramFn for TalliedHistogram {
    fn record(&self, value: f64) {
        self.inner.record(value);
        let counted = Counted {
            events: 1,
            errors: u64::from(value > CLEAN_UP_WITHIN_SECONDS),
        };
        self.tally.add(&self.whose, counted);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use metrics::{counter, gauge, histogram};
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    /// What is tallied of what is counted: whose, of which promise, how many
    /// events and errors; and what Prometheus sees of it.
    fn tallied(count: impl FnOnce()) -> (Vec<(String, Slo, u64, u64)>, String) {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let tally = Arc::new(SloTally::default());
        let tallied = Tallied {
            recorder,
            tally: Arc::clone(&tally),
            tenant: "main".parse().unwrap(),
        };
        metrics::with_local_recorder(&tallied, count);
        let counts = tally.take(DateTime::UNIX_EPOCH).into_iter().map(|it| {
            let Counted { events, errors } = it.counted;
            (it.tenant.to_string(), it.slo, events, errors)
        });
        (counts.collect(), handle.render())
    }

    #[test]
    fn what_a_person_chose_counts_neither_way() {
        let (counts, rendered) = tallied(|| {
            for (fault, times) in [("none", 5), ("person", 7), ("telegram", 2), ("sesame", 1)] {
                counter!("sesame_scanned_logins_ended_total", "tenant" => "other", "fault" => fault)
                    .increment(times);
            }
        });
        assert_eq!(counts, [("other".to_owned(), Slo::Login, 8, 3)]);
        assert!(rendered.contains(r#"fault="person"} 7"#), "{rendered}");
    }

    #[test]
    fn each_promise_is_counted_as_the_rules_have_it() {
        let (counts, rendered) = tallied(|| {
            for (outcome, times) in [("ok", 8), ("flood", 2), ("timeout", 1)] {
                let calls = counter!("sesame_telegram_calls_total", "method" => "help.getConfig", "outcome" => outcome);
                calls.increment(times);
            }
            counter!("sesame_logins_published_total", "tenant" => "main").increment(4);
            counter!("sesame_logins_expired_total", "tenant" => "main").increment(1);
            for seconds in [0.2, 3.0, 3.1] {
                histogram!("sesame_session_cleanup_duration_seconds", "after" => "expired")
                    .record(seconds);
            }
            counter!("sesame_logins_started_total", "tenant" => "main").increment(9);
            gauge!("sesame_sessions_live").set(3.0);
        });
        let of = |slo, events, errors| ("main".to_owned(), slo, events, errors);
        assert_eq!(
            counts,
            [
                of(Slo::CleanUp, 3, 1),
                of(Slo::Flood, 11, 2),
                of(Slo::Expiry, 4, 1),
            ]
        );
        assert!(
            rendered.contains("sesame_logins_started_total"),
            "{rendered}"
        );
        assert!(rendered.contains("sesame_sessions_live"), "{rendered}");
    }

    #[test]
    fn what_could_not_be_kept_is_taken_again() {
        let tally = SloTally::default();
        let whose = ("main".parse().unwrap(), Slo::Flood);
        tally.add(
            &whose,
            Counted {
                events: 2,
                errors: 1,
            },
        );
        let taken = tally.take(DateTime::UNIX_EPOCH);
        assert_eq!(tally.take(DateTime::UNIX_EPOCH), []);
        tally.put_back(taken);
        tally.add(
            &whose,
            Counted {
                events: 1,
                errors: 0,
            },
        );
        let [again] = tally.take(DateTime::UNIX_EPOCH).try_into().unwrap();
        assert_eq!(
            again.counted,
            Counted {
                events: 3,
                errors: 1
            }
        );
    }

    #[test]
    fn series_that_are_only_shown_count_nothing() {
        let (counts, _) = tallied(|| {
            counter!("sesame_logins_published_total", "tenant" => "main").increment(0);
            let _ = histogram!("sesame_session_cleanup_duration_seconds", "tenant" => "main");
        });
        assert_eq!(counts, []);
    }
}
