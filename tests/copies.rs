//! Copies of chats on the command line, of a channel in the local Telegram.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Local};
use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::sesame::Said;
use sesame_test_support::test_server::TestServer;

const SOON: Duration = Duration::from_secs(10);
const BINARY: &str = env!("CARGO_BIN_EXE_sesame");

/// A channel with so many messages and these files; its id.
async fn channel(server: &TestServer, member: i64, messages: u32, files: &[u64]) -> i64 {
    let phones = &server.phones;
    let made = json!({ "title": "Harbour news", "members": [member], "messages": messages });
    let made = phones
        .ask(Method::POST, "/channels", Some(made))
        .await
        .unwrap();
    let id = made.json["id"].as_i64().unwrap();
    let media: Vec<Value> = files.iter().map(|size| json!({ "size": size })).collect();
    let with_files = json!({ "messages": ["With files"], "media": media });
    let path = format!("/channels/{id}/messages");
    phones
        .ask(Method::POST, &path, Some(with_files))
        .await
        .unwrap();
    id
}

async fn export(server: &TestServer, chat: &str, folder: &Path, more: &[&str]) -> Said {
    let folder = folder.display().to_string();
    let mut words = vec!["dialogs", "export", chat, folder.as_str(), "--yes"];
    words.extend(more);
    server.program.instead(words).run().await.unwrap()
}

/// What people see in the folder, by name.
fn seen(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut seen = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".sesame") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            // When it was put together is in there.
            if name != "manifest.json" {
                seen.insert(name, fs::read(path).unwrap());
            }
        }
    }
    seen
}

fn messages(folder: &Path) -> Vec<Value> {
    let text = fs::read(folder.join("result.json")).unwrap();
    let result: Value = serde_json::from_slice(&text).unwrap();
    result["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_channel_becomes_a_folder_that_is_brought_up_to_date_and_outlives_kills() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let id = channel(&server, guest.person.id, 230, &[700_000, 1_400_000]).await;
    let chat = format!("channel{id}");
    // Without Redis no two processes have the same session open.
    server.stop("TERM").await.unwrap();
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("news");

    let said = export(&server, &chat, &folder, &[]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert!(said.out.contains("result.json"), "{}", said.out);
    let (first, once) = (messages(&folder), seen(&folder));
    assert!(first.len() >= 232, "{}", first.len());
    let files: Vec<_> = once
        .keys()
        .filter(|name| name.starts_with("files/"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let sizes: Vec<_> = files.iter().map(|name| once[*name].len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 2_100_000);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&folder), mode(&folder.join("result.json"))),
        (0o700, 0o600)
    );

    // Killed again and again at whatever it is doing, it comes to the same.
    let killed = root.path().join("killed");
    let words = [
        "dialogs",
        "export",
        &chat,
        &killed.display().to_string(),
        "--yes",
    ];
    for after in (100..2_500).step_by(160) {
        let mut running = server.program.instead(words).begin().unwrap();
        tokio::time::sleep(Duration::from_millis(after)).await;
        running.stop("KILL", SOON).await.unwrap();
    }
    let said = export(&server, &chat, &killed, &[]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(seen(&killed), once);

    // What is new is added.
    let news = json!({ "messages": ["Fresh herring", "And more"] });
    let path = format!("/channels/{id}/messages");
    server
        .phones
        .ask(Method::POST, &path, Some(news))
        .await
        .unwrap();
    let said = export(&server, &chat, &folder, &[]).await;
    assert!(said.out.contains("2 of the messages new"), "{}", said.out);
    let now = messages(&folder);
    assert_eq!(now[..first.len()], first);
    assert_eq!(now.last().unwrap()["text"], "And more");
}

#[tokio::test]
async fn a_span_in_a_long_chat_is_read_with_few_calls() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let made = json!({ "title": "Long", "members": [guest.person.id], "messages": 0 });
    let made = server.phones.ask(Method::POST, "/channels", Some(made));
    let id = made.await.unwrap().json["id"].as_i64().unwrap();
    let path = format!("/channels/{id}/made-messages");
    let many = json!({ "count": 20_000, "files": 0 });
    let many = server.phones.ask(Method::POST, &path, Some(many)).await;
    assert!(many.unwrap().status.is_success());
    server.stop("TERM").await.unwrap();
    let history = async || {
        let stats = server.phones.stats().await.unwrap();
        stats["calls"]["messages.getHistory"].as_u64().unwrap_or(0)
    };
    let path = format!("/channels/{id}/messages");
    let listed = server.phones.ask(Method::GET, &path, None).await.unwrap();
    let dates: Vec<i64> = listed.json.as_array().unwrap()[1..]
        .iter()
        .map(|it| it["date"].as_i64().unwrap())
        .collect();
    // The day in the middle, as a clock here has it.
    let middle = DateTime::from_timestamp(dates[dates.len() / 2], 0).unwrap();
    let day = middle.with_timezone(&Local).date_naive();
    let in_it = dates.iter().filter(|date| {
        let at = DateTime::from_timestamp(**date, 0).unwrap();
        at.with_timezone(&Local).date_naive() == day
    });
    let in_it = in_it.count();
    assert!((100..3_000).contains(&in_it), "{in_it} of {}", dates.len());
    let root = tempfile::tempdir().unwrap();
    let day = day.to_string();
    let span = ["--from", day.as_str(), "--until", day.as_str()];
    let before = history().await;
    let chat = format!("channel{id}");
    let folder = root.path().join("day");
    let said = export(&server, &chat, &folder, &span).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(messages(&folder).len(), in_it);
    let calls = history().await - before;
    let pages = in_it.div_ceil(100) as u64;
    eprintln!(
        "{in_it} messages of one day among {} with {calls} calls",
        dates.len()
    );
    // What there is, where it begins, and the page behind.
    assert!(calls <= pages + 4, "{calls} calls for {in_it} messages");
}

/// The exports that Telegram was asked for: whether each was done.
async fn ends(server: &TestServer, person: i64) -> Vec<Value> {
    let path = format!("/people/{person}/takeout");
    let takeouts = server.phones.ask(Method::GET, &path, None).await.unwrap();
    let begun = takeouts.json["begun"].as_array().unwrap().iter();
    begun.map(|it| it["success"].clone()).collect()
}

#[tokio::test]
async fn a_copy_by_takeout_waits_until_it_is_allowed_and_telegram_hears_of_its_end() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let person = guest.person.id;
    let id = channel(&server, person, 330, &[700_000]).await;
    let chat = format!("channel{id}");
    server.stop("TERM").await.unwrap();
    let root = tempfile::tempdir().unwrap();
    let (folder, ordinary) = (root.path().join("takeout"), root.path().join("ordinary"));
    let phones = &server.phones;
    let takeout = format!("/people/{person}/takeout");
    let delay = json!({ "delay_seconds": 86_400 });
    phones
        .ask(Method::PUT, &takeout, Some(delay))
        .await
        .unwrap();
    let said = export(&server, &chat, &folder, &["--takeout"]).await;
    assert_eq!(said.status.code(), Some(10), "{}{}", said.out, said.err);
    let words: Vec<_> = said.err.split_whitespace().collect();
    let told = "allow it there, or wait until";
    assert!(words.join(" ").contains(told), "{}", said.err);
    assert_eq!(ends(&server, person).await, Vec::<Value>::new());

    let allow = format!("{takeout}/allow");
    phones.ask(Method::POST, &allow, None).await.unwrap();
    let said = export(&server, &chat, &folder, &["--takeout"]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(ends(&server, person).await, [json!(true)]);
    let said = export(&server, &chat, &ordinary, &[]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(seen(&folder), seen(&ordinary));

    // Stopped, it ends it; killed, the next one goes on in it.
    let none = json!({ "delay_seconds": 0 });
    phones.ask(Method::PUT, &takeout, Some(none)).await.unwrap();
    let slow = json!({ "kind": "delay", "method": "messages.getHistory", "least_ms": 400 });
    phones
        .ask(Method::POST, "/faults", Some(slow))
        .await
        .unwrap();
    let stopped = root.path().join("stopped");
    let at = stopped.display().to_string();
    let words = ["dialogs", "export", &chat, &at, "--yes", "--takeout"];
    for (signal, end) in [("INT", json!(false)), ("KILL", Value::Null)] {
        let before = ends(&server, person).await.len();
        let mut running = server.program.instead(words).begin().unwrap();
        while ends(&server, person).await.len() == before {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // So that it is in its folder, too.
        tokio::time::sleep(Duration::from_millis(300)).await;
        running.stop(signal, SOON).await.unwrap();
        assert_eq!(ends(&server, person).await.last(), Some(&end), "{signal}");
    }
    phones.heal().await.unwrap();
    let said = export(&server, &chat, &stopped, &["--takeout"]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(seen(&stopped), seen(&ordinary));
    let done = ends(&server, person).await;
    assert_eq!(done, [json!(true), json!(false), json!(true)]);
}

#[tokio::test]
async fn what_cannot_be_copied_is_told_with_what_to_do() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let id = channel(&server, guest.person.id, 3, &[]).await;
    let chat = format!("channel{id}");
    server.stop("TERM").await.unwrap();
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("copy");
    for (chat, more, told) in [
        ("nonsense", &[][..], "names no chat"),
        ("@no_one_has_this", &[], "no one has this name"),
        ("user77", &[], "no such chat"),
        (&chat, &["--person", "77"], "no account of the person 77"),
        (
            &chat,
            &["--from", "2026-02-02", "--until", "2026-01-01"],
            "behind --until",
        ),
    ] {
        let said = export(&server, chat, &folder, more).await;
        assert!(!said.status.success(), "{chat}");
        // Lines are folded.
        let words: Vec<_> = said.err.split_whitespace().collect();
        assert!(words.join(" ").contains(told), "{chat}: {}", said.err);
        assert!(!folder.exists(), "{chat}");
    }
    let occupied = root.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    fs::write(occupied.join("letter"), "dear").unwrap();
    let said = export(&server, &chat, &occupied, &[]).await;
    assert!(said.err.contains("not empty"), "{}", said.err);
    let unasked = ["dialogs", "export", &chat, &folder.display().to_string()];
    let said = server.program.instead(unasked).run().await.unwrap();
    assert!(said.err.contains("--yes"), "{}", said.err);
}
