//! What must hold when all faults are over.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use futures::StreamExt as _;
use futures::stream;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sesame_domain::ports::{Accounts as _, Logins as _};
use sesame_domain::time::{Clock as _, SystemClock, Timestamp};
use sesame_test_support::http::Answer;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::phone::Message;
use tokio::time::sleep;

use crate::cluster::{Cluster, tenant};
use crate::person::Outcome;
use crate::plan::{NODES, PersonPlan};

/// How long clean-up may take once nothing is in its way.
const CLEAN_UP_LIMIT: Duration = Duration::from_secs(120);
/// How long a node may take to be ready again.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long it may take until Telegram knows what Sesame knows, and people what
/// the bot has to say.
const SETTLE_LIMIT: Duration = Duration::from_secs(60);
/// How many people are looked at at once.
const AT_ONCE: usize = 8;
/// How often one who is asked to wait waits.
const WAITS: u32 = 10;
/// What the bot says when an account is linked.
const LINKED: &str = "Your account is linked";
/// What that message says once the account was unlinked in the app, if the node that sent
/// it still knows it.
const UNLINKED: &str = "You unlinked your account in the app";
/// How many files more than right after its start a node may have open, besides
/// a connection for each live session.
const FILES_MORE: usize = 60;
/// How much more memory it may have.
const MEMORY_MORE_KIB: u64 = 160 * 1024;
/// A piece of a key that is found in no other text.
const PIECE_BYTES: usize = 24;

/// What was found to be wrong, and with whom.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) wrong: Vec<String>,
    /// The numbers of those whose story is worth telling.
    pub(crate) persons: HashSet<u64>,
    /// Moments about which all is worth telling.
    pub(crate) moments: Vec<Instant>,
    /// What was measured.
    pub(crate) figures: Vec<String>,
}

impl Verdict {
    fn wrong(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    /// Looks at everyone, at some at once.
    async fn of_each(
        &mut self,
        people: &[(PersonPlan, Outcome)],
        look: impl AsyncFn(&Outcome) -> Option<String>,
    ) {
        let looks = people.iter().map(|(_, outcome)| {
            let look = &look;
            async move { (outcome.number, look(outcome).await) }
        });
        let found: Vec<_> = stream::iter(looks)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (number, wrong) in found {
            if let Some(wrong) = wrong {
                self.wrong_with(number, wrong);
            }
        }
    }

    fn wrong_with(&mut self, number: u64, what: impl Into<String>) {
        self.persons.insert(number);
        self.wrong.push(format!("person {number}: {}", what.into()));
    }
}

/// Looks at everything.
pub(crate) async fn judge(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) -> Result<()> {
    cluster.phones.heal().await?;
    nodes_are_ready(cluster, verdict).await;
    nothing_is_unfinished(cluster, verdict).await;
    devices_are_right(cluster, people, verdict).await;
    accounts_answer(cluster, people, verdict).await;
    devices_are_right(cluster, people, verdict).await;
    telegram_knows_no_more(cluster, people, verdict).await?;
    people_were_told(cluster, people, verdict).await;
    keys_were_used_once(cluster, verdict);
    leases_are_few(cluster, verdict).await?;
    audit_verifies(cluster, verdict).await;
    nodes_are_small(cluster, people, verdict).await?;
    logs_are_clean(cluster, people, verdict)
}

/// Looks until it is so; `false`: it did not become so.
async fn becomes(limit: Duration, mut look: impl AsyncFnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        if look().await {
            return true;
        }
        if Instant::now() > deadline {
            return false;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

async fn nodes_are_ready(cluster: &Cluster, verdict: &mut Verdict) {
    for node in &cluster.nodes {
        let mut last = String::new();
        let ready = becomes(READY_LIMIT, async || {
            match cluster.get(&format!("{}/readyz", node.base)).await {
                Ok(text) => {
                    let is_ready = text.contains("\"status\":\"ready\"");
                    last = text;
                    is_ready
                }
                Err(error) => {
                    last = format!("{error:#}");
                    false
                }
            }
        });
        if !ready.await {
            verdict.wrong(format!("node {} is not ready: {last}", node.number));
        }
    }
}

/// Neither logins, nor what is left of them, nor sessions that leave.
async fn nothing_is_unfinished(cluster: &Cluster, verdict: &mut Verdict) {
    let began = Instant::now();
    let mut left = String::new();
    let done = becomes(CLEAN_UP_LIMIT, async || {
        let far = SystemClock.now() + TimeDelta::days(30);
        let logins = cluster
            .database
            .logins()
            .unattended(&tenant(), far, 1_000)
            .await;
        let leaving = cluster
            .database
            .accounts()
            .leaving(&tenant(), far, 1_000)
            .await;
        let (Ok(logins), Ok(leaving)) = (logins, leaving) else {
            return false;
        };
        left = format!(
            "{} logins {logins:?}, {} leaving",
            logins.len(),
            leaving.len()
        );
        logins.is_empty() && leaving.is_empty()
    });
    if !done.await {
        verdict.wrong(format!("still there after {CLEAN_UP_LIMIT:?}: {left}"));
    }
    let took = began.elapsed().as_secs_f64();
    verdict
        .figures
        .push(format!("cleaned up {took:.1} s after the last fault"));
}

/// A linked account has one device, and who has none linked has none.
async fn devices_are_right(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) {
    let look = async |outcome: &Outcome| {
        let wanted = usize::from(outcome.linked);
        let mut found = 0;
        let right = becomes(SETTLE_LIMIT, async || {
            let devices = cluster.phones.authorizations(outcome.person).await;
            found = devices.map_or(usize::MAX, |devices| devices.len());
            found == wanted
        });
        let wrong = !right.await;
        wrong.then(|| format!("{found} devices at Telegram instead of {wanted}"))
    };
    verdict.of_each(people, look).await;
}

/// Who begins again is told at once that the account is linked.
async fn accounts_answer(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) {
    let look = async |outcome: &Outcome| {
        let answered = answers(cluster, outcome).await;
        answered.err().map(|error| format!("{error:#}"))
    };
    verdict.of_each(people, look).await;
}

/// The node that has the session open asks Telegram, or any if none has.
async fn answers(cluster: &Cluster, outcome: &Outcome) -> Result<()> {
    let asked_at = SystemClock.now();
    let turn = usize::try_from(outcome.number).unwrap_or(0);
    let mut last = Value::Null;
    for step in 0..2 * NODES {
        let node = &cluster.nodes[(turn + step) % NODES];
        let app = outcome.app.at(&node.base);
        let accounts = accounts_of(&app).await?;
        let wanted = usize::from(outcome.linked);
        ensure!(accounts.len() == wanted, "accounts: {accounts:?}");
        if !outcome.linked {
            return Ok(());
        }
        let again = ask(&app, Method::POST, "/api/v1/logins", Some(json!({}))).await?;
        let is_there = again.json["status"] == "authorized";
        ensure!(is_there, "the account does not answer: {}", again.text);
        let [account] = &accounts_of(&app).await?[..] else {
            bail!("it is gone");
        };
        ensure!(account["health"]["state"] == "alive", "{account}");
        let checked: Timestamp = account["checked_at"].as_str().context("when")?.parse()?;
        if checked >= asked_at {
            return Ok(());
        }
        last = account.clone();
    }
    bail!("no node has asked Telegram since {asked_at}: {last}")
}

async fn accounts_of(app: &MiniApp) -> Result<Vec<Value>> {
    let answer = ask(app, Method::GET, "/api/v1/accounts", None).await?;
    ensure!(answer.status.is_success(), "accounts: {}", answer.text);
    serde_json::from_value(answer.json).context("accounts")
}

/// Asks, and waits as long as it is told to when that is too often.
async fn ask(app: &MiniApp, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
    for _ in 0..WAITS {
        let answer = app.ask(method.clone(), path, body.clone()).await?;
        if answer.status != StatusCode::TOO_MANY_REQUESTS {
            return Ok(answer);
        }
        let wait = answer
            .retry_after
            .context("asked to wait, and not how long")?;
        sleep(Duration::from_secs(wait)).await;
    }
    bail!("{method} {path}: asked to wait {WAITS} times")
}

/// Telegram knows no login of these people that Sesame does not, be it one that
/// a phone accepted and no one fetched; and it has ended none for being used
/// from two connections at once.
async fn telegram_knows_no_more(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) -> Result<()> {
    let answer = cluster.phones.ask(Method::GET, "/authorizations", None);
    let answer = answer.await?;
    let all = answer.json.as_array().context("no list")?;
    for (_, outcome) in people {
        let theirs = all.iter().filter(|it| it["person"] == outcome.person);
        let theirs: Vec<_> = theirs.collect();
        if theirs.len() != usize::from(outcome.linked) {
            verdict.wrong_with(outcome.number, format!("Telegram knows {theirs:?}"));
        }
    }
    let answer = cluster.phones.ask(Method::GET, "/auth-keys", None).await?;
    let keys = answer.json.as_array().context("no keys")?;
    for key in keys.iter().filter(|key| key["dropped"] == true) {
        verdict.wrong(format!("Telegram ended what used a key twice: {key}"));
    }
    Ok(())
}

fn told_of_a_link(message: &Message) -> bool {
    let became = message.edit_date.is_some() && message.text.contains(UNLINKED);
    became || message.text.contains(LINKED)
}

/// Each time that an account was linked, the bot said so.
async fn people_were_told(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) {
    let look = async |outcome: &Outcome| {
        let mut told = 0;
        let enough = becomes(SETTLE_LIMIT, async || {
            let chat = cluster.phones.chat(outcome.person).await;
            let chat = chat.unwrap_or_default();
            told = chat.iter().filter(|it| told_of_a_link(it)).count();
            told >= outcome.links
        });
        let wrong = !enough.await;
        wrong.then(|| format!("was told {told} times of {} links", outcome.links))
    };
    verdict.of_each(people, look).await;
}

fn keys_were_used_once(cluster: &Cluster, verdict: &mut Verdict) {
    let keys = &cluster.telegram.auth_keys;
    let twice = keys.used_twice();
    let figure = format!(
        "{} keys used, {} packets on a former connection",
        keys.count(),
        twice.len()
    );
    verdict.figures.push(figure);
    let mut told = HashSet::new();
    let named = |node: Option<usize>| node.map_or("?".to_owned(), |node| node.to_string());
    for used in twice.iter().filter(|used| told.insert(used.key.clone())) {
        let when = |at| cluster.chronicle.when(at).as_secs_f64();
        verdict.wrong(format!(
            "key {}: node {} used it until {:.3} and again at {:.3}, {:.2} s after node {} began to",
            used.key,
            named(used.former),
            when(used.used_before),
            when(used.at),
            used.after().as_secs_f64(),
            named(used.latter),
        ));
        verdict.moments.push(used.at);
    }
}

/// Besides those of living nodes, and of sessions that are open, there are none.
async fn leases_are_few(cluster: &Cluster, verdict: &mut Verdict) -> Result<()> {
    let mut login_leases = Vec::new();
    let few = becomes(Duration::from_secs(20), async || {
        let keys = cluster.redis.lock().await.ask(&["KEYS", "*lease:*"]).await;
        let keys = keys.unwrap_or_default();
        let of_logins = keys.lines().filter(|key| key.contains("login:"));
        login_leases = of_logins.map(str::to_owned).collect();
        login_leases.is_empty()
    });
    if !few.await {
        verdict.wrong(format!("leases of logins that are over: {login_leases:?}"));
    }
    let all = cluster.redis.lock().await.ask(&["KEYS", "*"]).await?;
    let count = |what: &str| all.lines().filter(|key| key.contains(what)).count();
    let figure = format!(
        "{} keys in Redis: {} of nodes, {} of open sessions",
        all.lines().count(),
        count("lease:node:"),
        count("lease:session:")
    );
    verdict.figures.push(figure);
    if count("lease:node:") > cluster.nodes.len() {
        verdict.wrong(format!("nodes that are gone hold leases: {all}"));
    }
    Ok(())
}

async fn audit_verifies(cluster: &Cluster, verdict: &mut Verdict) {
    let program = cluster.nodes[0].program.instead(["doctor", "audit"]);
    match program.run().await {
        Ok(said) if said.status.success() => {
            let words: Vec<_> = said.out.split_whitespace().collect();
            verdict.figures.push(format!("audit: {}", words.join(" ")));
        }
        Ok(said) => verdict.wrong(format!("the audit: {}{}", said.out, said.err)),
        Err(error) => verdict.wrong(format!("the audit: {error:#}")),
    }
}

async fn nodes_are_small(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) -> Result<()> {
    let linked = people.iter().filter(|(_, it)| it.linked).count();
    for node in &cluster.nodes {
        let (fresh, now) = match node.footprints().await {
            Ok(footprints) => footprints,
            Err(error) => {
                verdict.wrong(format!("node {}: {error:#}", node.number));
                continue;
            }
        };
        let figure = format!(
            "node {}: {} files ({} when fresh), {} MiB ({})",
            node.number,
            now.files,
            fresh.files,
            now.resident_kib / 1024,
            fresh.resident_kib / 1024
        );
        if now.files > fresh.files + linked + FILES_MORE
            || now.resident_kib > fresh.resident_kib + MEMORY_MORE_KIB
        {
            verdict.wrong(format!("grew: {figure}"));
        }
        verdict.figures.push(figure);
    }
    let stats = cluster.phones.stats().await?;
    let open = stats["connections"].as_object().context("connections")?;
    let open: i64 = open.values().filter_map(serde_json::Value::as_i64).sum();
    verdict
        .figures
        .push(format!("{open} connections to Telegram, {linked} linked"));
    // Each open session has one to its home, and perhaps one where it began.
    if open > i64::try_from(2 * linked + 4)? {
        verdict.wrong(format!(
            "{open} connections to Telegram for {linked} accounts"
        ));
    }
    Ok(())
}

/// No password, key or launch data in what the nodes printed.
fn logs_are_clean(
    cluster: &Cluster,
    people: &[(PersonPlan, Outcome)],
    verdict: &mut Verdict,
) -> Result<()> {
    let mut secrets = Vec::new();
    for (plan, outcome) in people {
        secrets.extend(plan.password.clone().map(|it| ("a password", it)));
        secrets.push(("launch data", outcome.app.init_data().to_owned()));
    }
    for key in cluster.telegram.keys() {
        let bytes = STANDARD.decode(&key)?;
        let piece = &bytes[..PIECE_BYTES];
        let list: Vec<_> = piece[..8].iter().map(u8::to_string).collect();
        secrets.push(("a session's key", STANDARD.encode(piece)));
        secrets.push(("a session's key", hex::encode(piece)));
        secrets.push(("a session's key", list.join(", ")));
    }
    for node in &cluster.nodes {
        let log = std::fs::read_to_string(node.program.log())?;
        for (what, secret) in &secrets {
            if log.contains(secret.as_str()) {
                verdict.wrong(format!("{what} is in the log of node {}", node.number));
            }
        }
        if log.contains("tg://login?token=") {
            verdict.wrong(format!("a code is in the log of node {}", node.number));
        }
        if log.contains("panicked at") {
            verdict.wrong(format!("node {} panicked", node.number));
        }
    }
    Ok(())
}
