//! One login is found in the log by its id, from the request that began it to
//! each call to Telegram, and nothing of another one with it.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::collections::BTreeSet;

use serde_json::Value;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::TestServer;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PASSWORD: &str = "correct horse battery staple";

/// All values of a field, of the line itself and of the spans around it.
fn values<'a>(line: &'a Value, field: &str) -> BTreeSet<&'a str> {
    let spans = line["spans"].as_array().into_iter().flatten();
    let places = spans.chain([line]);
    places.filter_map(|place| place[field].as_str()).collect()
}

fn lines_of<'a>(lines: &'a [Value], login: &str) -> Vec<&'a Value> {
    let is_of = |line: &&Value| values(line, "login.id").contains(login);
    lines.iter().filter(is_of).collect()
}

fn all<'a>(lines: &[&'a Value], field: &str) -> BTreeSet<&'a str> {
    lines.iter().flat_map(|line| values(line, field)).collect()
}

#[tokio::test]
async fn a_login_is_followed_by_its_id_from_the_request_to_each_call() {
    let as_json = |sesame: Program| sesame.set("LOG", "debug").set("LOG_FORMAT", "json");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, as_json).await;
    let mut server = server.unwrap();
    // Two at the same time: one moves and has a password, the other does not.
    let (ann, ben) = (
        server.guest(2).await.unwrap(),
        server.guest(1).await.unwrap(),
    );
    let phones = &server.phones;
    phones
        .set_password(ann.person.id, PASSWORD, "four words")
        .await
        .unwrap();
    let first = ann.app.begin().await.unwrap();
    let second = ben.app.begin().await.unwrap();
    for (guest, login) in [(&ann, &first), (&ben, &second)] {
        let (link, _) = guest.app.code(login).await.unwrap();
        phones.scan(guest.person.id, &link).await.unwrap();
    }
    let asked = ["password_required"];
    ann.app.reaches(&first, &asked).await.unwrap();
    ann.app.password(&first, PASSWORD).await.unwrap();
    ann.app.reaches(&first, &["authorized"]).await.unwrap();
    ben.app.reaches(&second, &["authorized"]).await.unwrap();
    server.stop("TERM").await.unwrap();

    let log = server.log().unwrap();
    let read = |line: &str| serde_json::from_str::<Value>(line).ok();
    let lines: Vec<_> = log.lines().filter_map(read).collect();
    for line in &lines {
        assert!(values(line, "login.id").len() <= 1, "of two: {line}");
        let target = line["target"].as_str().unwrap_or_default();
        let is_a_drivers = target.starts_with("sesame_sessions::login");
        assert!(
            !is_a_drivers || !values(line, "login.id").is_empty(),
            "{line}"
        );
    }
    let (of_first, of_second) = (lines_of(&lines, &first), lines_of(&lines, &second));
    let methods = all(&of_first, "method");
    for method in [
        "POST",
        "GET",
        "help.getConfig",
        "auth.exportLoginToken",
        "auth.importLoginToken",
        "account.getPassword",
        "auth.checkPassword",
        "users.getUsers",
    ] {
        assert!(methods.contains(method), "{method}: {methods:?}");
    }
    assert!(!all(&of_second, "method").contains("auth.checkPassword"));
    assert_eq!(all(&of_first, "tenant").len(), 1);
    // The request that began it is around each of its calls.
    let calls = |lines: &[&Value]| {
        let is_call = |line: &&&Value| line["span"]["name"] == "call";
        let calls: Vec<_> = lines
            .iter()
            .filter(is_call)
            .map(|line| values(line, "request.id"))
            .collect();
        assert!(
            calls.len() > 2 && calls.iter().all(|ids| ids.len() == 1),
            "{calls:?}"
        );
        calls
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let (first, second) = (calls(&of_first), calls(&of_second));
    assert_eq!((first.len(), second.len()), (1, 1));
    assert!(first.is_disjoint(&second));
}
