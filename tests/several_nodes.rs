//! Three nodes over one PostgreSQL and one Redis.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use sesame_test_support::nodes::Nodes;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::Guest;
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PASSWORD: &str = "correct horse";
const ALWAYS: u32 = 100_000;
/// How long a dead node keeps others from its logins, on a machine that does
/// nothing else.
const ADOPTED_WITHIN: Duration = Duration::from_secs(5);
/// What is waited for at most, on one that does.
const PATIENCE: Duration = Duration::from_secs(60);

/// Someone whose login a node drives.
struct Case {
    guest: Guest,
    login: String,
}

impl Case {
    /// Begins at a node, which drives it.
    async fn begin(nodes: &Nodes, at: usize, home_dc: i32, password: bool) -> Self {
        let guest = nodes.server.guest(home_dc).await.unwrap();
        if password {
            let phones = &nodes.server.phones;
            let set = phones.set_password(guest.person.id, PASSWORD, "");
            set.await.unwrap();
        }
        let login = nodes.all[at].app(&guest.app).begin().await.unwrap();
        Self { guest, login }
    }

    async fn reaches(&self, nodes: &Nodes, at: usize, states: &[&str]) -> Value {
        let app = nodes.all[at].app(&self.guest.app);
        app.reaches(&self.login, states).await.unwrap()
    }

    async fn scan(&self, nodes: &Nodes, at: usize) {
        let app = nodes.all[at].app(&self.guest.app);
        let (link, _) = app.code(&self.login).await.unwrap();
        let phones = &nodes.server.phones;
        phones.scan(self.guest.person.id, &link).await.unwrap();
    }

    async fn password(&self, nodes: &Nodes, at: usize) {
        let app = nodes.all[at].app(&self.guest.app);
        let answer = app.password(&self.login, PASSWORD).await.unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    }

    /// The account is linked once, and goes without a trace.
    async fn is_linked_once(&self, nodes: &Nodes, at: usize) {
        let person = self.guest.person.id;
        nodes.server.devices(person, 1).await.unwrap();
        let app = nodes.all[at].app(&self.guest.app);
        let accounts = app.accounts().await.unwrap();
        let [account] = &accounts[..] else {
            panic!("one account, not {accounts:?}")
        };
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().unwrap());
        let answer = app.ask(Method::DELETE, &path, None).await.unwrap();
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        nodes.server.no_device(person).await.unwrap();
    }

    /// Waits until another node says that it adopted the login.
    async fn is_adopted(&self, nodes: &Nodes, from: usize) {
        let words = ["was adopted", &self.login];
        nodes.another_says(from, &words, PATIENCE).await.unwrap();
    }
}

/// Telegram holds logins where they are.
async fn hold(nodes: &Nodes, methods: &[&str]) {
    for method in methods {
        let phones = &nodes.server.phones;
        let held = phones.fail(method, 500, "INTERNAL", ALWAYS);
        held.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_in_every_state_are_adopted_when_their_node_dies_and_finish() {
    let mut nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let asked = Case::begin(&nodes, 1, 2, true).await;
    asked.scan(&nodes, 1).await;
    asked.reaches(&nodes, 1, &["password_required"]).await;
    let checking = Case::begin(&nodes, 1, 1, true).await;
    checking.scan(&nodes, 1).await;
    checking.reaches(&nodes, 1, &["password_required"]).await;
    let scanned = Case::begin(&nodes, 1, 2, false).await;
    let verifying = Case::begin(&nodes, 1, 1, false).await;
    let pending = Case::begin(&nodes, 1, 1, false).await;
    let migrating = Case::begin(&nodes, 1, 2, false).await;
    for case in [&scanned, &verifying, &pending, &migrating] {
        case.reaches(&nodes, 1, &["pending"]).await;
    }
    hold(
        &nodes,
        &["users.getUsers", "users.getFullUser", "auth.checkPassword"],
    )
    .await;
    checking.password(&nodes, 1).await;
    verifying.scan(&nodes, 1).await;
    verifying.reaches(&nodes, 1, &["verifying"]).await;
    hold(&nodes, &["auth.importLoginToken"]).await;
    migrating.scan(&nodes, 1).await;
    migrating.reaches(&nodes, 1, &["migrating"]).await;
    hold(&nodes, &["auth.exportLoginToken"]).await;
    scanned.scan(&nodes, 1).await;
    scanned.reaches(&nodes, 1, &["scanned"]).await;
    // Telegram gives it nothing to show.
    let starting = Case::begin(&nodes, 1, 1, false).await;
    starting.reaches(&nodes, 1, &["starting"]).await;
    let app = nodes.all[1].app(&pending.guest.app);
    let (on_show, _) = app.code(&pending.login).await.unwrap();

    let died = Instant::now();
    nodes.all[1].stop("KILL").await.unwrap();
    let person = pending.guest.person.id;
    nodes.server.phones.scan(person, &on_show).await.unwrap();
    nodes.server.phones.heal().await.unwrap();
    let all = [
        ("starting", &starting),
        ("pending", &pending),
        ("scanned", &scanned),
        ("migrating", &migrating),
        ("password required", &asked),
        ("checking", &checking),
        ("verifying", &verifying),
    ];
    for (state, case) in all {
        case.is_adopted(&nodes, 1).await;
        let took = died.elapsed();
        // Measured, not asserted: what else the machine does is not known.
        eprintln!("adopted while {state}: {} ms", took.as_millis());
        if took > ADOPTED_WITHIN {
            eprintln!("that is longer than {} s", ADOPTED_WITHIN.as_secs());
        }
    }
    starting.reaches(&nodes, 2, &["pending"]).await;
    starting.scan(&nodes, 2).await;
    for case in [&starting, &pending, &scanned, &migrating, &verifying] {
        case.reaches(&nodes, 0, &["authorized"]).await;
    }
    // A password is in the memory of one node alone: it is asked for again.
    for case in [&asked, &checking] {
        case.reaches(&nodes, 2, &["password_required"]).await;
        let asked_again = poll(PATIENCE, async || {
            let login = nodes.all[2].app(&case.guest.app).login(&case.login).await;
            (login.ok()?["password"]["checking"] == false).then_some(())
        });
        asked_again.await.unwrap();
        case.password(&nodes, 2).await;
        case.reaches(&nodes, 0, &["authorized"]).await;
    }
    for (_, case) in all {
        case.is_linked_once(&nodes, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn restarting_one_node_after_the_other_interrupts_no_login() {
    let mut nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let mut cases = Vec::new();
    for at in 0..3 {
        cases.push(Case::begin(&nodes, at, 1, false).await);
        let asked = Case::begin(&nodes, at, 2, true).await;
        asked.scan(&nodes, at).await;
        asked.reaches(&nodes, at, &["password_required"]).await;
        cases.push(asked);
    }
    for at in 0..3 {
        nodes.all[at].restart().await.unwrap();
    }
    for (number, case) in cases.iter().enumerate() {
        let at = (number + 1) % 3;
        let states = ["pending", "password_required"];
        let login = case.reaches(&nodes, at, &states).await;
        if login["status"] == "pending" {
            case.scan(&nodes, at).await;
        } else {
            case.password(&nodes, at).await;
        }
    }
    for case in &cases {
        case.reaches(&nodes, 0, &["authorized"]).await;
        case.is_linked_once(&nodes, 1).await;
    }
}

/// How many connections to Telegram are open.
async fn connections(nodes: &Nodes) -> u64 {
    let stats = nodes.server.phones.stats().await.unwrap();
    let centres = stats["connections"].clone();
    let all = match &centres {
        Value::Object(by_dc) => by_dc.values().collect::<Vec<_>>(),
        Value::Array(list) => list.iter().collect(),
        other => vec![other],
    };
    all.into_iter().filter_map(Value::as_u64).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_frozen_leaves_its_login_to_whoever_has_it_by_then() {
    let mut nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let case = Case::begin(&nodes, 1, 1, false).await;
    let app = nodes.all[1].app(&case.guest.app);
    let (on_show, _) = app.code(&case.login).await.unwrap();
    nodes.all[1].signal("STOP").unwrap();
    let frozen = Instant::now();
    case.is_adopted(&nodes, 1).await;
    eprintln!(
        "adopted from a frozen node: {} ms",
        frozen.elapsed().as_millis()
    );
    // The frozen node's connection is told of this, too.
    let person = case.guest.person.id;
    nodes.server.phones.scan(person, &on_show).await.unwrap();
    case.reaches(&nodes, 0, &["authorized"]).await;
    let beside = connections(&nodes).await;
    nodes.all[1].signal("CONT").unwrap();
    let thawed = Instant::now();
    let closed = poll(PATIENCE, async || {
        (connections(&nodes).await < beside).then_some(())
    });
    closed.await.unwrap();
    eprintln!(
        "its connection is closed after {} ms",
        thawed.elapsed().as_millis()
    );
    // It works on, and the account is well.
    let again = nodes.all[1].app(&case.guest.app);
    assert_eq!(again.accounts().await.unwrap().len(), 1);
    case.is_linked_once(&nodes, 1).await;
    for node in &nodes.all {
        let log = node.log().unwrap();
        assert!(!log.contains("AUTH_KEY_DUPLICATED"), "{log}");
    }
}

/// The node that polls, by what it said last.
fn polling(nodes: &Nodes) -> Vec<usize> {
    let last = |log: String| {
        let mut lines = log.lines().rev();
        lines.find_map(|line| {
            let begins = line.contains("this node polls");
            (begins || line.contains("another node polls")).then_some(begins)
        })
    };
    let polls = |at: &usize| {
        nodes.all[*at]
            .log()
            .is_ok_and(|log| last(log) == Some(true))
    };
    (0..nodes.all.len()).filter(polls).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_polls_and_another_goes_on_when_it_dies() {
    let mut nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let guest = nodes.server.guest(1).await.unwrap();
    let person = guest.person.id;
    let [first] = polling(&nodes)[..] else {
        panic!("not one node polls: {:?}", polling(&nodes))
    };
    nodes.all[first].stop("KILL").await.unwrap();
    let died = Instant::now();
    nodes.server.phones.say(person, "/help").await.unwrap();
    nodes
        .server
        .phones
        .hears(person, "/accounts")
        .await
        .unwrap();
    eprintln!(
        "the bot answers again after {} ms",
        died.elapsed().as_millis()
    );
    // One that was frozen asks whose turn it is before it asks for updates.
    let second = *polling(&nodes).iter().find(|at| **at != first).unwrap();
    nodes.all[second].signal("STOP").unwrap();
    nodes.server.phones.say(person, "/privacy").await.unwrap();
    let third = 3 - first - second;
    let words = ["this node polls"];
    nodes.another_says(second, &words, PATIENCE).await.unwrap();
    let took_over = poll(PATIENCE, async || {
        nodes.all[third]
            .log()
            .is_ok_and(|log| log.contains(words[0]))
            .then_some(())
    });
    took_over.await.unwrap();
    nodes.all[second].signal("CONT").unwrap();
    let left = poll(PATIENCE, async || {
        let log = nodes.all[second].log().ok()?;
        log.contains("another node polls").then_some(())
    });
    left.await.unwrap();
    nodes.server.phones.say(person, "/status").await.unwrap();
    for node in &nodes.all {
        let log = node.log().unwrap();
        assert!(!log.contains("polled with BOT_TOKEN"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_node_answers_and_events_and_passwords_reach_the_driver() {
    let nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let case = Case::begin(&nodes, 0, 2, true).await;
    case.reaches(&nodes, 2, &["pending"]).await;
    let mut events = nodes.all[2]
        .app(&case.guest.app)
        .events(&case.login)
        .await
        .unwrap();
    case.scan(&nodes, 1).await;
    case.reaches(&nodes, 1, &["password_required"]).await;
    // Sent to a node that does not drive it.
    case.password(&nodes, 1).await;
    let watched = async {
        while let Some(event) = events.next().await.unwrap() {
            if event["status"] == "authorized" {
                return;
            }
        }
        panic!("the stream ended");
    };
    tokio::time::timeout(PATIENCE, watched).await.unwrap();
    case.is_linked_once(&nodes, 0).await;
    let cancelled = Case::begin(&nodes, 1, 1, false).await;
    cancelled.reaches(&nodes, 1, &["pending"]).await;
    let app = nodes.all[2].app(&cancelled.guest.app);
    let path = format!("/api/v1/logins/{}", cancelled.login);
    let answer = app.ask(Method::DELETE, &path, None).await.unwrap();
    assert_eq!(answer.json["status"], "cancelled", "{}", answer.text);
    cancelled.reaches(&nodes, 0, &["cancelled"]).await;
}

/// Redis forgets who works on what, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_hands_no_login_to_another_node() {
    let nodes = Nodes::start(BINARY, 3, |sesame| sesame).await.unwrap();
    let case = Case::begin(&nodes, 1, 1, false).await;
    case.reaches(&nodes, 1, &["pending"]).await;
    let lease = format!("sesame:*lease:login:{}", case.login);
    let kept = async || {
        let there = poll(PATIENCE, async || {
            let keys = nodes.redis.keys(&lease).await.ok()?;
            (keys.len() == 1).then_some(())
        });
        there.await.unwrap();
    };
    kept().await;
    for _ in 0..8 {
        nodes.redis.execute(&["FLUSHALL"]).await.unwrap();
        kept().await;
    }
    case.scan(&nodes, 2).await;
    case.reaches(&nodes, 0, &["authorized"]).await;
    case.is_linked_once(&nodes, 0).await;
    for node in &nodes.all {
        let log = node.log().unwrap();
        assert!(!log.contains("was adopted"), "{log}");
        assert!(!log.contains("another driver has"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_may_ask_is_counted_over_all_nodes() {
    const READS: usize = 40;
    // Without the limit of a second, which a test would meet first.
    let settings = |sesame: Program| {
        sesame
            .set("RATE_PERSON_READS", READS.to_string())
            .set("RATE_TENANT_PER_SECOND", "0")
    };
    let mut nodes = Nodes::start(BINARY, 2, settings).await.unwrap();
    let guest = nodes.server.guest(1).await.unwrap();
    let path = "/api/v1/accounts";
    let ask = async |at: usize| {
        let app = nodes.all[at].app(&guest.app);
        app.ask(Method::GET, path, None).await.unwrap()
    };
    let mut answered = [0, 0];
    for n in 0..READS + 2 {
        let answer = ask(n % 2).await;
        if answer.status == StatusCode::OK {
            answered[n % 2] += 1;
        }
    }
    // Each alone would have answered all that it was asked.
    assert!(answered.iter().sum::<usize>() <= READS, "{answered:?}");
    for at in 0..2 {
        assert!(answered[at] > 0, "{answered:?}");
        let refused = ask(at).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    }
    // Without it each counts for itself, and still answers.
    nodes.redis.kill().await.unwrap();
    let app = nodes.all[0].app(&guest.app);
    let again = app.ask(Method::GET, path, None).await.unwrap();
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
}
