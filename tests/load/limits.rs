//! What limits cost, and whom they protect: ten times the load from many
//! connections, and one hostile person beside a hundred good ones.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Method;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;
use tokio::task::JoinSet;

use crate::{BINARY, process, walk_in};

/// How long each measurement lasts.
const LASTS: Duration = Duration::from_secs(10);
/// From how many connections the hostile person asks.
const CONNECTIONS: usize = 50;
const GOOD: usize = 100;
/// What a good person's page does in a second, far more than it really does.
const PAUSE: Duration = Duration::from_secs(1);

/// A person's app with a token, as the page has one.
async fn signed_in(server: &TestServer) -> MiniApp {
    let (_, app) = walk_in(server).await;
    let answer = app
        .ask(Method::POST, "/api/v1/session", None)
        .await
        .unwrap();
    let token = answer.json["token"].as_str().unwrap().to_owned();
    app.authorized_by(format!("Bearer {token}"))
}

/// With the limits that a new installation has.
async fn limited() -> TestServer {
    server(&[
        ("RATE_PERSON", "30"),
        ("RATE_PERSON_CRITICAL", "5"),
        ("RATE_PERSON_READS", "300"),
    ])
    .await
}

async fn server(settings: &[(&str, &str)]) -> TestServer {
    let set = |program: Program, (name, value): &(&str, &str)| program.set(name, *value);
    let with = |program| settings.iter().fold(program, set);
    TestServer::open_with(BINARY, |sandbox| sandbox, with)
        .await
        .unwrap()
}

/// Asks as a proxy does for someone at this address.
async fn ask(app: &MiniApp, from: &str, method: &Method, path: &str) -> u16 {
    let request = app.request(method.clone(), path);
    let answer = request
        .header("X-Forwarded-For", from)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    answer.bytes().await.unwrap();
    status
}

const HOSTILE: &str = "203.0.113.1";

#[derive(Default)]
struct Tally {
    served: AtomicU64,
    refused: AtomicU64,
}

/// Asks from many connections as fast as it is answered.
#[allow(clippy::disallowed_methods, reason = "it is awaited below")]
async fn flood(app: &MiniApp, method: &Method, path: &str, stop: &Arc<AtomicBool>) -> Tally {
    let tally = Arc::new(Tally::default());
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (tally, stop) = (Arc::clone(&tally), Arc::clone(stop));
        let (app, method, path) = (app.clone(), method.clone(), path.to_owned());
        tasks.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let which = if ask(&app, HOSTILE, &method, &path).await == 429 {
                    &tally.refused
                } else {
                    &tally.served
                };
                which.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tasks.join_all().await;
    Arc::into_inner(tally).unwrap()
}

/// For so long; what was answered, and the CPU time of one answer.
async fn flooded(server: &TestServer, method: Method, path: &str) -> (Tally, Duration) {
    let app = signed_in(server).await;
    let stop = Arc::new(AtomicBool::new(false));
    let before = process::cpu(server.pid().unwrap());
    let (tally, ()) = tokio::join!(flood(&app, &method, path, &stop), async {
        tokio::time::sleep(LASTS).await;
        stop.store(true, Ordering::Relaxed);
    });
    let spent = process::cpu(server.pid().unwrap()).saturating_sub(before);
    let all = tally.served.load(Ordering::Relaxed) + tally.refused.load(Ordering::Relaxed);
    let each = spent / u32::try_from(all.max(1)).unwrap();
    (tally, each)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn what_is_refused_costs_less_than_what_is_served() {
    let open = server(&[("RATE_ADDRESS", "0"), ("RATE_TENANT_PER_SECOND", "0")]).await;
    let by_person = server(&[
        ("RATE_PERSON", "30"),
        ("RATE_PERSON_READS", "300"),
        ("RATE_ADDRESS", "0"),
    ])
    .await;
    let by_address = server(&[("RATE_ADDRESS", "1")]).await;
    println!("| what | served | refused | CPU of an answer |");
    println!("| --- | --- | --- | --- |");
    for (method, path) in [
        (Method::GET, "/app/view/home"),
        (Method::GET, "/api/v1/accounts"),
        (Method::DELETE, "/api/v1/logins/none"),
    ] {
        for (name, server) in [
            ("without limits", &open),
            ("limited by person", &by_person),
            ("limited by address", &by_address),
        ] {
            let (tally, each) = flooded(server, method.clone(), path).await;
            let served = tally.served.into_inner();
            let refused = tally.refused.into_inner();
            println!("| {method} {path}, {name} | {served} | {refused} | {each:.1?} |");
        }
    }
}

/// How long answers take to good people, a view a second each.
#[allow(clippy::disallowed_methods, reason = "it is awaited below")]
async fn noticed(people: &[MiniApp]) -> String {
    let times = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for (at, app) in people.iter().cloned().enumerate() {
        let times = Arc::clone(&times);
        tasks.spawn(async move {
            // Not all at once.
            tokio::time::sleep(PAUSE * u32::try_from(at).unwrap() / 100).await;
            let began = Instant::now();
            while began.elapsed() < LASTS {
                let asked = Instant::now();
                let from = format!("198.51.100.{at}");
                let status = ask(&app, &from, &Method::GET, "/app/view/home").await;
                assert_eq!(status, 200);
                times.lock().unwrap().push(asked.elapsed());
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    tasks.join_all().await;
    let mut times = Arc::into_inner(times).unwrap().into_inner().unwrap();
    times.sort();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    format!("{} | {p50:.1?} | {p99:.1?}", times.len())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn a_hostile_person_beside_a_hundred_good_ones() {
    let server = limited().await;
    let mut good = Vec::new();
    for _ in 0..GOOD {
        good.push(signed_in(&server).await);
    }
    let hostile = signed_in(&server).await;
    let no_one = hostile.authorized_by("Bearer nonsense");
    println!("| beside | answers to the good | p50 | p99 | refused to the hostile |");
    println!("| --- | --- | --- | --- | --- |");
    println!("| no one | {} | |", noticed(&good).await);
    for (name, app) in [("a person", &hostile), ("whoever has no token", &no_one)] {
        let stop = Arc::new(AtomicBool::new(false));
        let (method, path) = (Method::GET, "/app/view/home");
        let (tally, seen) = tokio::join!(flood(app, &method, path, &stop), async {
            let seen = noticed(&good).await;
            stop.store(true, Ordering::Relaxed);
            seen
        });
        let refused = tally.refused.into_inner();
        println!("| {name}, {CONNECTIONS} connections | {seen} | {refused} |");
    }
}
