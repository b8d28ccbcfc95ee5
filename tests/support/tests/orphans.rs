//! Servers end with the process that started them, however it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::disallowed_methods,
    reason = "the process to be killed is told so by its environment"
)]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;

/// Set in the process that is going to be killed.
const VICTIM: &str = "SESAME_TEST_VICTIM";

fn port(url: &str) -> u16 {
    let (_, rest) = url.rsplit_once(':').unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

/// Not a test by itself: starts servers, says where, and waits to be killed.
#[tokio::test]
async fn victim() {
    if std::env::var_os(VICTIM).is_none() {
        return;
    }
    let redis = Redis::start().await.unwrap();
    let postgres = Postgres::start().await.unwrap();
    println!("\nports {} {}", port(&redis.url()), port(postgres.url()));
    std::future::pending::<()>().await;
}

#[test]
fn a_killed_test_leaves_no_server_behind() {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(victim.stdout.take().unwrap());
    let ports: Vec<u16> = output
        .lines()
        .map(Result::unwrap)
        .find_map(|line| Some(line.strip_prefix("ports ")?.to_owned()))
        .unwrap()
        .split(' ')
        .map(|port| port.parse().unwrap())
        .collect();
    let answers = |port: &u16| TcpStream::connect(("127.0.0.1", *port)).is_ok();
    assert!(ports.iter().all(answers));

    victim.kill().unwrap();
    victim.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while ports.iter().any(answers) {
        assert!(Instant::now() < deadline, "a server is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn databases_of_one_server_are_apart() {
    let server = Postgres::shared().await.unwrap();
    let (one, two) = tokio::join!(server.create_database(), server.create_database());
    assert_ne!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn a_dump_shows_what_redis_holds() {
    use std::io::Write;

    let redis = Redis::start().await.unwrap();
    let mut connection = TcpStream::connect(("127.0.0.1", port(&redis.url()))).unwrap();
    connection.write_all(b"SET needle haystack\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(&connection).read_line(&mut answer).unwrap();
    assert_eq!(answer, "+OK\r\n");
    let dump = std::fs::read(redis.dump().await.unwrap()).unwrap();
    assert!(dump.windows(6).any(|bytes| bytes == b"needle"));
}
