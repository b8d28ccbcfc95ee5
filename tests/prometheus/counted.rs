//! What a program counts, as `/metrics` says it.

use std::collections::{BTreeMap, BTreeSet};

/// What Prometheus adds, its rules record, and histograms have.
const ADDED: [&str; 7] = [
    "instance",
    "job",
    "le",
    "slo",
    "tier",
    "alertname",
    "severity",
];

/// Each metric with the names of the labels of each of its series, and the sum.
pub(crate) struct Counted(BTreeMap<String, Metric>);

#[derive(Default)]
struct Metric {
    labels: BTreeSet<BTreeSet<String>>,
    sum: f64,
}

impl Counted {
    /// Reads the text format.
    pub(crate) fn read(text: &str) -> Self {
        let mut metrics: BTreeMap<String, Metric> = BTreeMap::new();
        let samples = text
            .lines()
            .filter(|it| !it.starts_with('#') && !it.is_empty());
        for sample in samples {
            let (series, value) = sample.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let metric = metrics.entry(name.to_owned()).or_default();
            metric.labels.insert(names_of(labels.trim_end_matches('}')));
            metric.sum += value.parse::<f64>().unwrap();
        }
        Self(metrics)
    }

    /// Whether there is a metric with all of these labels.
    pub(crate) fn has(&self, name: &str, labels: &BTreeSet<String>) -> Result<(), String> {
        let metric = self.0.get(name).ok_or(format!("{name} is not counted"))?;
        for label in labels {
            let there = metric.labels.iter().any(|it| it.contains(label));
            if !there && !ADDED.contains(&label.as_str()) {
                return Err(format!("{name} has no label {label}"));
            }
        }
        Ok(())
    }

    /// The names of all labels there are.
    pub(crate) fn labels(&self) -> BTreeSet<&str> {
        let sets = self.0.values().flat_map(|it| &it.labels).flatten();
        sets.map(String::as_str).chain(ADDED).collect()
    }

    /// Whether all series of each metric have the same labels, `tenant` among
    /// them.
    pub(crate) fn alike(&self) -> Result<(), String> {
        for (name, metric) in &self.0 {
            let [labels] = &metric.labels.iter().collect::<Vec<_>>()[..] else {
                return Err(format!(
                    "{name} has series of different labels: {:?}",
                    metric.labels
                ));
            };
            if !labels.contains("tenant") {
                return Err(format!("{name} carries no tenant"));
            }
        }
        Ok(())
    }

    /// The sum over all series of a metric.
    pub(crate) fn sum(&self, name: &str) -> Option<f64> {
        self.0.get(name).map(|it| it.sum)
    }
}

/// The names before each `="value"`; values have no quotation marks here.
fn names_of(labels: &str) -> BTreeSet<String> {
    let names = labels.split('"').step_by(2);
    let names = names.filter_map(|it| it.trim_start_matches(',').strip_suffix('='));
    names.map(str::to_owned).collect()
}

#[test]
fn series_are_read() {
    let text = "# TYPE a counter\na{b=\"x, y\",c=\"z\"} 2\na{b=\"w\",c=\"z\"} 3\n\nd 1\n";
    let counted = Counted::read(text);
    let both = ["b", "c"].map(str::to_owned).into();
    counted.has("a", &both).unwrap();
    assert!(counted.has("d", &both).is_err());
    assert_eq!(counted.sum("a"), Some(5.0));
}
