//! What works on this node and what does not, for the operators' pages: the
//! doctor's checks, made again and again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sesame_checks::{CHECKS, Ports, Verdict};
use sesame_webapp::{Diagnosed, Diagnosis, Finding, Severity};
use tokio::sync::Notify;

/// When everything is looked at for the first time: the start has enough to do.
const FIRST_AFTER: Duration = Duration::from_secs(30);

/// How often everything is looked at, unless someone asks.
const EVERY: Duration = Duration::from_mins(15);

/// What was found on this node.
#[derive(Default)]
pub(super) struct NodeDiagnosis {
    latest: Mutex<Option<Arc<Diagnosed>>>,
    asked: Notify,
}

impl NodeDiagnosis {
    /// Looks again and again at what is given each time.
    pub(super) async fn keep(self: Arc<Self>, ports: impl Fn() -> Ports) {
        let mut wait = FIRST_AFTER;
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.asked.notified() => {}
            }
            let found = look(&ports()).await;
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            *latest = Some(Arc::new(found));
            wait = EVERY;
        }
    }
}

impl Diagnosis for NodeDiagnosis {
    fn latest(&self) -> Option<Arc<Diagnosed>> {
        let latest = self.latest.lock();
        latest.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look_again(&self) {
        self.asked.notify_one();
    }
}

async fn look(ports: &Ports) -> Diagnosed {
    let mut findings = Vec::new();
    for check in CHECKS {
        let found = check.look(ports).await.into_iter();
        findings.extend(found.map(|it| Finding {
            check: check.name,
            about: it.about,
            severity: match it.verdict {
                Verdict::Good => Severity::Good,
                Verdict::Warning => Severity::Warning,
                Verdict::Bad => Severity::Bad,
            },
            reason: it.reason,
            says: it.says,
            advice: it.advice,
        }));
    }
    Diagnosed {
        at: ports.clock.now(),
        findings,
    }
}
