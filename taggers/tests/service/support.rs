//! A tagger with short limits, and what it stands on.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sesame_domain::backoff::{Backoff, Jitter};
use sesame_domain::ports::{
    PostToTag, Rate, RateKey, RateLimits, ServiceConsent, StoreError, TagChoice, Tagger as _,
    TaggerError, Verdict,
};
use sesame_domain::sliding_log::SlidingLog;
use sesame_domain::tag::{SuggestedTag, TagLabel, TagOrigin};
use sesame_domain::time::Clock;
use sesame_taggers::service::{
    Limits, Names, Retries, ServiceParts, ServiceSettings, ServiceTagger, SystemNames,
};
use sesame_test_doubles::{FixedEntropy, ShiftedClock, TaggingService};

pub(crate) const MODEL: &str = "small-model";

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Limits that tests can wait for; each is another one.
pub(crate) fn limits() -> Limits {
    Limits {
        connect: millis(900),
        read: millis(1_000),
        write: millis(1_100),
        pool: millis(200),
        whole: Duration::from_secs(20),
    }
}

pub(crate) fn never() -> Retries {
    let (connection, answer) = (0, 0);
    Retries {
        connection,
        answer,
        ..soon()
    }
}

/// As often as usual, without the waits.
pub(crate) fn soon() -> Retries {
    Retries {
        backoff: Backoff::new(millis(10), millis(40)),
        jitter: Jitter::percent(0, 0),
        ..Retries::default()
    }
}

/// Settings that lead to the stand-in.
pub(crate) fn settings(service: &TaggingService) -> ServiceSettings {
    let mut settings = ServiceSettings::new(service.url().parse().unwrap(), MODEL);
    settings.allowed_hosts = vec!["127.0.0.1".to_owned()];
    settings.limits = limits();
    settings.retries = soon();
    settings
}

/// What the tagger stands on.
pub(crate) fn parts() -> ServiceParts {
    parts_by(Arc::new(ShiftedClock::default()))
}

pub(crate) fn parts_by(clock: Arc<ShiftedClock>) -> ServiceParts {
    let rates = CountedRates {
        clock: clock.clone(),
        logs: Mutex::default(),
    };
    ServiceParts {
        tenant: "main".parse().unwrap(),
        rates: Arc::new(rates),
        names: Arc::new(SystemNames),
        clock,
        entropy: Arc::new(FixedEntropy(0)),
    }
}

pub(crate) fn tagger(settings: ServiceSettings) -> ServiceTagger {
    ServiceTagger::new(settings, parts()).unwrap()
}

/// A post whose person agreed.
pub(crate) fn post(text: &str) -> PostToTag {
    PostToTag {
        text: text.to_owned(),
        hashtags: Vec::new(),
        links: Vec::new(),
        known: Vec::new(),
        choice: TagChoice::Free,
        language: None,
        usage: None,
        consent: Some(ServiceConsent { wording: 1 }),
    }
}

pub(crate) fn label(text: &str) -> TagLabel {
    TagLabel::new(text).unwrap()
}

/// What is said of one post.
pub(crate) async fn one(tagger: &ServiceTagger, text: &str) -> Result<String, TaggerError> {
    let mut answers = tagger.tag(&[post(text)]).await;
    assert_eq!(answers.len(), 1);
    answers.remove(0).map(|tags| words(&tags))
}

pub(crate) fn words(tags: &[SuggestedTag]) -> String {
    assert!(tags.iter().all(|tag| tag.origin == TagOrigin::Service));
    let labels: Vec<_> = tags.iter().map(|tag| tag.label.as_str()).collect();
    labels.join(",")
}

/// Rates of one process, without bounds.
struct CountedRates {
    clock: Arc<ShiftedClock>,
    logs: Mutex<HashMap<String, SlidingLog>>,
}

#[async_trait]
impl RateLimits for CountedRates {
    async fn take(&self, asks: &[(RateKey, Rate)]) -> Result<Verdict, StoreError> {
        let [(key, rate)] = asks else {
            panic!("one rule is asked");
        };
        let now = self.clock.now();
        let mut logs = self.logs.lock().unwrap();
        let log = logs.entry(key.as_text()).or_default();
        let wait = log.wait(*rate, now);
        if wait == 0 {
            log.count(now);
        }
        Ok(Verdict::of([(*rate, log.counted(*rate, wait, now))]))
    }
}

/// Says where a name leads, and counts how often it was asked.
#[derive(Debug)]
pub(crate) struct FixedNames {
    leads_to: Vec<SocketAddr>,
    asked: AtomicUsize,
}

impl FixedNames {
    pub(crate) fn new(leads_to: impl IntoIterator<Item = SocketAddr>) -> Arc<Self> {
        Arc::new(Self {
            leads_to: leads_to.into_iter().collect(),
            asked: AtomicUsize::new(0),
        })
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Names for FixedNames {
    async fn look_up(&self, _: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.leads_to.clone())
    }
}
