//! A panic in every task that goes on for as long as the node does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Client;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_sandbox::bots::Author;
use sesame_sandbox::world::NewPerson;
use sesame_sandbox::{Sandbox, SandboxOptions};
use sesame_test_support::redis::Redis;
use tempfile::TempDir;

use super::{Sesame, address_of, listen, reachable};
use crate::config::{Layers, Settings};
use crate::telemetry::Counting;

/// The tasks of a node that has everything. Each of them is made to panic: a
/// new one has to be named here, and survive that.
const TASKS: [&str; 20] = [
    "application",
    "bot",
    "diagnosis",
    "doubtful sessions",
    "erasures",
    "figures",
    "heartbeat",
    "job runner",
    "job scheduler",
    "login adoption",
    "login pruning",
    "metrics",
    "notices",
    "presence",
    "readiness",
    "redis signals",
    "session log-out",
    "slo counts",
    "tenants",
    "webhook monitor",
];

/// The web server is one more: it is asked whether the others go on.
const WEB: &str = "web";

const PATIENCE: Duration = Duration::from_secs(30);

struct Scene {
    sandbox: Sandbox,
    sesame: Sesame,
    client: Client,
    _redis: Redis,
    _folder: TempDir,
}

impl Scene {
    /// A node with everything, whose bot polls or has a webhook.
    async fn new(webhook: bool) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let redis = Redis::start().await.unwrap();
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let listener = listen("127.0.0.1:0".parse().unwrap(), "LISTEN")
            .await
            .unwrap();
        let listens = address_of(&listener).unwrap();
        let ready = sandbox.ready();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let mut given = BTreeMap::from([
            ("API_ID", ready.api_id.to_string()),
            ("API_HASH", ready.api_hash),
            ("APP_NAME", sandbox.world().options().app_title.clone()),
            ("TELEGRAM_SANDBOX", ready.control),
            ("BOT_API_URL", ready.bot_api),
            ("BOT_TOKEN", ready.bot_token),
            ("PUBLIC_URL", format!("http://{}", reachable(listens))),
            ("DATA_DIR", at("data")),
            ("BACKUP_TO", at("backups")),
            ("REDIS_URL", redis.url()),
            ("KEY_MAX_AGE_DAYS", "90".to_owned()),
            ("AUDIT_KEEP_DAYS", "400".to_owned()),
        ]);
        if webhook {
            given.insert("WEBHOOK_SECRET", "only-telegram-knows".to_owned());
        }
        let given = given.into_iter();
        let layers = Layers {
            command: given
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            ..Layers::default()
        };
        let settings = Settings::load(&layers).unwrap();
        let counting = Counting {
            handle: PrometheusBuilder::new().build_recorder().handle(),
            slos: Arc::default(),
        };
        let sesame = Box::pin(Sesame::start(&layers, &settings, listener, counting))
            .await
            .unwrap();
        Self {
            sandbox,
            sesame,
            client: Client::builder().no_proxy().build().unwrap(),
            _redis: redis,
            _folder: folder,
        }
    }

    /// What `/readyz` says.
    async fn readiness(&self) -> Value {
        let address = format!("{}/readyz", self.sesame.local_url());
        let answer = self.client.get(address).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Waits until `/readyz` says this.
    async fn is(&self, status: &str) -> Value {
        until(status, async || {
            let readiness = self.readiness().await;
            (readiness["status"] == status).then_some(readiness)
        })
        .await
    }

    /// A person asks the bot, and is answered.
    async fn bot_answers(&self) {
        let new = NewPerson {
            id: None,
            first_name: "Nina".to_owned(),
            last_name: None,
            username: None,
            phone: None,
            language: None,
            home_dc: None,
        };
        let person = self.sandbox.world().people().create(new).unwrap();
        self.sandbox.bot().say(&person, "/help").unwrap();
        until("an answer", async || {
            let chat = self.sandbox.bot().chat_of(person.id)?;
            let mut messages = chat.messages.into_values();
            messages.find(|it| it.author == Author::Bot)
        })
        .await;
    }

    /// Has a task panic where it stands, and again once it was started again.
    async fn survives(&self, task: &str) {
        let supervisor = self.sesame.supervisor();
        supervisor.order_panics(task, 2);
        until(task, async || {
            (supervisor.ordered_panics(task) == 0).then_some(())
        })
        .await;
    }
}

async fn until<T>(what: &str, mut holds: impl AsyncFnMut() -> Option<T>) -> T {
    let waits = async {
        loop {
            if let Some(found) = holds().await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    let held = tokio::time::timeout(PATIENCE, waits).await;
    held.unwrap_or_else(|_| panic!("never: {what}"))
}

#[rstest]
#[case(false)]
#[case(true)]
#[tokio::test(flavor = "multi_thread")]
async fn every_task_survives_a_panic(#[case] webhook: bool) {
    let scene = Box::pin(Scene::new(webhook)).await;
    scene.is("ready").await;
    let run: BTreeSet<_> = scene.sesame.supervisor().names().into_iter().collect();
    let known = TASKS
        .into_iter()
        .filter(|it| webhook || *it != "webhook monitor");
    let known = known.chain([WEB]).map(str::to_owned).collect();
    assert_eq!(run, known, "a new task is named in TASKS");
    for task in &run {
        scene.survives(task).await;
    }
    scene.bot_answers().await;
    let ready = scene.is("ready").await;
    let all_well = json!({ "status": "ready", "ready": true, "unready": [], "degraded": [] });
    assert_eq!(ready, all_well);
    scene.sesame.stop().await;
    scene.sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_panics_again_and_again_makes_the_node_unready() {
    let scene = Box::pin(Scene::new(false)).await;
    scene.is("ready").await;
    scene.sesame.supervisor().order_panics("notices", 5);
    let unready = scene.is("unready").await;
    assert_eq!(unready["unready"], json!(["task notices"]));
    // It still stops in order.
    scene.sesame.stop().await;
    scene.sandbox.shutdown().await;
}
