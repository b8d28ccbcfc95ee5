//! A runner that works for several tenants.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sesame_domain::ids::{JobId, Owner, PersonId, TenantId};
use sesame_domain::job::{JobAccess, JobKind, JobState, NewJob};
use sesame_domain::ports::Jobs as _;
use sesame_domain::random::SystemEntropy;
use sesame_work::{Handler, JobRun, Report, Stopped};

use crate::stores::{Stores, TestRunner};

const KIND: JobKind = JobKind::named("sing");

/// Notes for whom it was asked, by whom.
struct Sing {
    by: &'static str,
    kind: JobKind,
    done: Arc<Mutex<Vec<String>>>,
    /// Whether it goes on until it is broken off.
    is_long: bool,
}

#[async_trait]
impl Handler for Sing {
    fn kind(&self) -> JobKind {
        self.kind.clone()
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let of = run.job().owner.as_ref().map(|it| it.tenant.to_string());
        let of = of.unwrap_or_else(|| run.job().kind.to_string());
        self.done
            .lock()
            .unwrap()
            .push(format!("{of} by {}", self.by));
        if self.is_long {
            std::future::pending::<()>().await;
        }
        Ok(Report::from(String::new()))
    }
}

struct Scene {
    stores: Stores,
    done: Arc<Mutex<Vec<String>>>,
}

impl Scene {
    async fn new() -> Self {
        Self {
            stores: Stores::new().await,
            done: Arc::default(),
        }
    }

    fn handlers(&self, by: &'static str, is_long: bool) -> Vec<Arc<dyn Handler>> {
        let kinds = [KIND, KIND.of_tenant(&by.parse().unwrap())];
        let sing = kinds.map(|kind| -> Arc<dyn Handler> {
            Arc::new(Sing {
                by,
                kind,
                done: Arc::clone(&self.done),
                is_long,
            })
        });
        sing.into()
    }

    fn runner(&self) -> TestRunner {
        self.stores.runner(self.handlers("main", false))
    }

    async fn ask(&self, kind: JobKind, of: Option<&str>) -> JobId {
        let now = self.stores.now();
        let id = JobId::generate(&SystemEntropy, now);
        let owner = of.map(|tenant| Owner {
            tenant: tenant.parse().unwrap(),
            person: PersonId(7),
        });
        let job = NewJob {
            owner,
            ..NewJob::new(id, kind, now)
        };
        self.stores.database.jobs().enqueue(&job).await.unwrap();
        id
    }

    fn done(&self) -> Vec<String> {
        let mut done = self.done.lock().unwrap().clone();
        done.sort();
        done
    }
}

fn harbour() -> TenantId {
    "harbour".parse().unwrap()
}

#[tokio::test]
async fn each_tenants_jobs_are_done_by_its_own_and_the_instances_by_the_first() {
    let scene = Scene::new().await;
    let node = scene.runner();
    node.runner
        .take_on(harbour(), scene.handlers("harbour", false));
    scene.ask(KIND, Some("main")).await;
    scene.ask(KIND, Some("harbour")).await;
    scene.ask(KIND, Some("pier")).await;
    scene.ask(KIND, None).await;
    scene.ask(KIND.of_tenant(&harbour()), None).await;
    node.look().await;
    node.look().await;
    let expected = [
        "harbour by harbour",
        "main by main",
        "sing by main",
        "sing@harbour by harbour",
    ];
    assert_eq!(scene.done(), expected);
}

#[tokio::test]
async fn a_tenant_that_is_let_go_has_its_jobs_put_back_and_others_go_on() {
    let scene = Scene::new().await;
    let node = scene.runner();
    node.runner
        .take_on(harbour(), scene.handlers("harbour", true));
    let theirs = scene.ask(KIND, Some("harbour")).await;
    node.begin().await;
    while scene.done().is_empty() {
        tokio::task::yield_now().await;
    }
    node.runner.let_go(&harbour());
    node.look().await;
    scene.ask(KIND, Some("main")).await;
    node.look().await;
    assert_eq!(scene.done(), ["harbour by harbour", "main by main"]);
    let jobs = scene.stores.database.jobs();
    let job = jobs.find(theirs, &JobAccess::All).await.unwrap().unwrap();
    assert!(
        matches!(job.state, JobState::Queued { .. }),
        "{:?}",
        job.state
    );
    // Taken on again, here or elsewhere, it goes on.
    node.runner
        .take_on(harbour(), scene.handlers("harbour", false));
    node.look().await;
    assert_eq!(scene.done().len(), 3);
}
