//! Clients that send half of a request, or nothing, and keep the connection.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use futures::future::join_all;
use sesame_test_support::http;
use sesame_test_support::test_server::TestServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than any of them is waited for, on a busy machine.
const CLOSED_WITHIN: Duration = Duration::from_secs(60);

/// What each of them says before it says no more.
const HALVES: [&str; 3] = [
    "",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half:",
    "POST /api/v1/screen HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
     Content-Length: 1000\r\n\r\n{\"token\":",
];

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_half_sent_requests_are_closed_while_others_are_answered() {
    let mut server = TestServer::open(env!("CARGO_BIN_EXE_sesame"))
        .await
        .unwrap();
    let health = format!("{}/healthz", server.base());
    let address = server.base().trim_start_matches("http://").to_owned();
    let mut connections = Vec::new();
    for at in 0..300 {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        let half = HALVES[at % HALVES.len()];
        connection.write_all(half.as_bytes()).await.unwrap();
        connections.push(connection);
    }
    let ends = join_all(connections.iter_mut().map(|connection| async {
        let mut answer = Vec::new();
        let read = connection.read_to_end(&mut answer);
        let read = tokio::time::timeout(CLOSED_WITHIN, read).await;
        // It may be reset.
        let _ = read.expect("it is still open");
        String::from_utf8(answer).unwrap()
    }));
    let others = async {
        let client = http::client().unwrap();
        for _ in 0..20 {
            let answer = client.get(&health).send().await.unwrap();
            assert_eq!(answer.status(), 200);
        }
    };
    let (ends, ()) = tokio::join!(ends, others);
    for (at, answer) in ends.iter().enumerate() {
        // Whoever sent headers is told what is wrong.
        let told = answer.starts_with("HTTP/1.1 408") && answer.contains("body_too_slow");
        assert_eq!(at % HALVES.len() == 2, told, "{answer}");
        assert!(told || answer.is_empty(), "{answer}");
    }
    server.stop("TERM").await.unwrap();
}
