//! Rules, alerts and the dashboard: each is taken by Prometheus, asks for what a
//! running program counts, and is explained to operators.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod counted;
mod query;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use sesame_domain::slo::{CLEAN_UP_WITHIN_SECONDS, FEWEST, Slo};
use sesame_test_support::http::client;
use sesame_test_support::prometheus::{Prometheus, promtool};
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::until;

use counted::Counted;
use query::Query;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
/// How long it may take until all figures are there: some are brought up to date
/// twice a minute.
const PATIENCE: Duration = Duration::from_mins(3);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> PathBuf {
    root().join("deploy/prometheus/rules")
}

/// The files of a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

/// What follows a word at the beginning of lines.
fn after(word: &str, text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '-']));
    let found = lines.filter_map(|line| line.strip_prefix(word));
    found.map(|it| it.trim().to_owned()).collect()
}

fn read_all(folder: &Path) -> String {
    let texts = files(folder)
        .into_iter()
        .map(|it| fs::read_to_string(it).unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

fn alerts() -> BTreeSet<String> {
    after("alert:", &read_all(&rules())).into_iter().collect()
}

/// The queries of the dashboard, with Grafana's variables filled in.
fn dashboard() -> Vec<String> {
    let file = root().join("deploy/grafana/dashboards/sesame.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let queries = targets.map(|target| target["expr"].as_str().unwrap());
    queries
        .map(|it| {
            it.replace("$__rate_interval", "1m")
                .replace("$tenant", ".*")
        })
        .collect()
}

#[test]
fn prometheus_takes_the_configuration_and_the_rules_pass_their_cases() {
    let prometheus = root().join("deploy/prometheus");
    promtool(&["check", "config"], &[prometheus.join("prometheus.yml")]).unwrap();
    promtool(&["test", "rules"], &files(&prometheus.join("tests"))).unwrap();
}

#[test]
fn what_is_promised_is_the_same_in_the_rules_and_on_the_operators_pages() {
    let rules = fs::read_to_string(rules().join("slo.yml")).unwrap();
    let budget = |slo: &Slo| {
        let end = format!(")\n        labels: {{slo: {slo}}}\n");
        let (before, _) = rules.split_once(&end).unwrap();
        let (_, budget) = before.rsplit_once("expr: vector(").unwrap();
        budget.parse::<f64>().unwrap()
    };
    for slo in Slo::ALL {
        let thousandths = (budget(slo) * 1_000.0).round();
        assert_eq!(
            thousandths.to_string(),
            slo.thousandths().to_string(),
            "{slo}"
        );
    }
    assert_eq!(
        rules.matches("record: sesame:slo:budget").count(),
        Slo::ALL.len()
    );
    let within = format!("_bucket{{le=\"{CLEAN_UP_WITHIN_SECONDS}\"}}");
    assert!(rules.contains(&within), "{within}");
    let fewest = format!("events:increase5m >= {FEWEST})");
    assert!(rules.contains(&fewest), "{fewest}");
}

#[test]
fn each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent() {
    let cases = read_all(&root().join("deploy/prometheus/tests"));
    let (mut fires, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for case in cases.split("alertname:").skip(1) {
        let name = case.split_whitespace().next().unwrap().to_owned();
        let expects = case.split("exp_alerts:").nth(1).unwrap();
        let which = if expects.starts_with(" []") {
            &mut silent
        } else {
            &mut fires
        };
        which.insert(name);
    }
    assert_eq!(fires, alerts());
    assert_eq!(silent, alerts());
}

#[test]
fn each_alert_is_explained_and_nothing_else_is() {
    let guide = fs::read_to_string(root().join("docs/OPERATIONS.md")).unwrap();
    let sections: BTreeSet<_> = after("### Sesame", &guide)
        .into_iter()
        .map(|it| format!("Sesame{it}"))
        .collect();
    assert_eq!(sections, alerts());
    let text = read_all(&rules());
    let runbooks: BTreeSet<_> = after("runbook:", &text).into_iter().collect();
    let anchor = |alert: &String| format!("docs/OPERATIONS.md#{}", alert.to_lowercase());
    assert_eq!(runbooks, alerts().iter().map(anchor).collect());
    assert_eq!(after("severity:", &text).len(), 0, "written in one line");
}

/// A node that has linked an account, and what watches it.
async fn watched() -> (TestServer, Prometheus) {
    let often =
        |sesame: sesame_test_support::sesame::Program| sesame.set("CHECK_EVERY_SECONDS", "30");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, often).await;
    let server = server.unwrap();
    server.linked(1).await.unwrap();
    let target = server.base().trim_start_matches("http://").to_owned();
    let prometheus = Prometheus::asking(&target, &rules()).await.unwrap();
    (server, prometheus)
}

async fn counted(server: &TestServer) -> Counted {
    let address = format!("{}/metrics", server.base());
    let answer = client().unwrap().get(address).send().await.unwrap();
    Counted::read(&answer.text().await.unwrap())
}

#[tokio::test]
async fn every_query_asks_for_what_a_running_program_counts() {
    let (server, prometheus) = watched().await;
    // The dashboard: each query has an answer, soon.
    let unanswered = async || {
        let mut left = Vec::new();
        for query in dashboard() {
            // While it is busy with its start, what it says is no answer yet.
            let answer = prometheus.query(&query).await;
            if answer.is_ok_and(|it| !it.is_empty()) {
                continue;
            }
            left.push(query);
        }
        left
    };
    until("an answer to each", PATIENCE, unanswered, Vec::is_empty).await;
    // Rules: each was evaluated; names and labels are those of the program, also
    // where a filter lets nothing through.
    let rules = prometheus.rules().await.unwrap();
    for rule in &rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    let recorded = rules.iter().filter(|it| it["type"] == "recording");
    let recorded: BTreeSet<_> = recorded.filter_map(|it| it["name"].as_str()).collect();
    let of_rules = rules.iter().filter_map(|it| it["query"].as_str());
    let all: Vec<_> = of_rules.map(str::to_owned).chain(dashboard()).collect();
    for text in &all {
        let names = Query::read(text).names;
        assert!(!names.is_empty() || text.starts_with("vector("), "{text}");
        for (name, _) in names.iter().filter(|(name, _)| name.starts_with("sesame:")) {
            assert!(recorded.contains(name.as_str()), "{name} in {text}");
        }
    }
    // Some of it is counted only once a job has run.
    let uncounted = async || {
        let counted = counted(&server).await;
        all.iter()
            .flat_map(|text| uncounted(text, &counted))
            .collect::<Vec<_>>()
    };
    until("what each asks for", PATIENCE, uncounted, Vec::is_empty).await;
}

/// What a query asks for and the program does not count.
fn uncounted(text: &str, counted: &Counted) -> Vec<String> {
    let query = Query::read(text);
    let own = query
        .names
        .iter()
        .filter(|(name, _)| name.starts_with("sesame_"));
    let names = own.filter_map(|(name, labels)| counted.has(name, labels).err());
    let known = counted.labels();
    let labels = query
        .grouped
        .iter()
        .filter(|label| !known.contains(label.as_str()));
    let labels = labels.map(|label| format!("no label {label}"));
    let missing = names.chain(labels);
    missing
        .map(|missing| format!("{missing} in {text}"))
        .collect()
}

#[tokio::test]
async fn all_of_a_metric_carries_the_same_labels_and_the_tenant() {
    let (server, _prometheus) = watched().await;
    let counted = counted(&server).await;
    counted.alike().unwrap();
    assert_eq!(counted.sum("sesame_logins_succeeded_total"), Some(1.0));
    assert_eq!(counted.sum("sesame_scanned_logins_ended_total"), Some(1.0));
}
