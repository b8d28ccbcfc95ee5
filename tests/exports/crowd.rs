//! Many accounts that export at once on two nodes, of which one is killed again and
//! again.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::http;
use sesame_test_support::miniapp::MiniApp;
use sesame_test_support::nodes::Nodes;
use sesame_test_support::sesame::Program;
use sesame_test_support::test_server::Guest;

use crate::harbour::{BINARY, messages, unpacked};

const ACCOUNTS: usize = 50;
const MESSAGES: u32 = 400;
const FILES: [u64; 2] = [30_000, 600_000];
/// How long a node is left alone before it is killed again.
const BETWEEN_KILLS: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_mins(15);

/// Someone with a channel of their own that is copied.
struct Exporter {
    guest: Guest,
    text: String,
    export: String,
    job: String,
}

/// For people who are all at one address.
fn without_limits(program: Program) -> Program {
    program
        .set("RATE_TENANT_PER_SECOND", "0")
        .set("RATE_ADDRESS", "0")
        .set("MAX_CONNECTIONS_PER_ADDRESS", "2000")
}

async fn ask(app: &MiniApp, method: Method, path: &str, body: Option<Value>) -> Value {
    let path = format!("/api/v1{path}");
    let answer = app.ask(method, &path, body).await.unwrap();
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    answer.json
}

async fn chat(nodes: &Nodes, member: i64, text: &str) -> String {
    let phones = &nodes.server.phones;
    let made = json!({ "title": "Harbour news", "members": [member], "messages": MESSAGES });
    let made = phones.ask(Method::POST, "/channels", Some(made)).await;
    let id = made.unwrap().json["id"].as_i64().unwrap();
    let media: Vec<Value> = FILES.iter().map(|size| json!({ "size": size })).collect();
    let said = json!({ "messages": [text], "media": media });
    let path = format!("/channels/{id}/messages");
    let said = phones.ask(Method::POST, &path, Some(said)).await.unwrap();
    assert_eq!(said.status, 201, "{said:?}");
    format!("channel{id}")
}

async fn begin(nodes: &Nodes, number: usize) -> Exporter {
    let guest = nodes.server.linked(1).await.unwrap();
    let text = format!("only in the channel of number {number}");
    let chat = chat(nodes, guest.person.id, &text).await;
    let accounts = guest.app.accounts().await.unwrap();
    let account = accounts[0]["id"].as_str().unwrap();
    ask(
        &guest.app,
        Method::GET,
        &format!("/accounts/{account}/dialogs"),
        None,
    )
    .await;
    let path = format!("/accounts/{account}/exports");
    let asked = ask(
        &guest.app,
        Method::POST,
        &path,
        Some(json!({ "dialog": chat })),
    )
    .await;
    let id = |name: &str| asked[name].as_str().unwrap().to_owned();
    Exporter {
        text,
        export: id("export"),
        job: id("job"),
        guest,
    }
}

/// Everything is in it, nothing twice, and nothing of anyone else.
async fn is_whole(exporter: &Exporter) {
    let app = &exporter.guest.app;
    let link = format!("/exports/{}/link", exporter.export);
    let link = ask(app, Method::POST, &link, None).await;
    let client = http::client().unwrap();
    let fetched = client.get(link["url"].as_str().unwrap()).send().await;
    let fetched = fetched.unwrap().bytes().await.unwrap();
    let files = unpacked(&fetched);
    let said = messages(&files);
    let mut ids: Vec<_> = said.iter().map(|it| it["id"].as_i64().unwrap()).collect();
    let in_order = ids.is_sorted();
    ids.dedup();
    assert!(in_order && ids.len() == said.len());
    let expected = MESSAGES as usize + 1 + FILES.len();
    assert!(said.len() >= expected, "{} of {expected}", said.len());
    let own = said
        .iter()
        .filter(|it| it["text"] == exporter.text.as_str());
    assert_eq!(own.count(), 1);
    let kept = files.iter().filter(|(name, _)| name.starts_with("files/"));
    let mut sizes: Vec<_> = kept.map(|(_, bytes)| bytes.len() as u64).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, FILES);
    // It was said once that it is there.
    let jobs = ask(app, Method::GET, "/jobs", None).await;
    assert_eq!(jobs["jobs"].as_array().unwrap().len(), 1, "{jobs}");
}

/// So many times the bot said that a copy is there.
async fn told(nodes: &Nodes, exporter: &Exporter) -> usize {
    let chat = nodes.server.phones.chat(exporter.guest.person.id).await;
    let chat = chat.unwrap();
    let says = |text: &str| text.contains("copy") && text.contains("ready");
    chat.iter().filter(|message| says(&message.text)).count()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn fifty_accounts_export_at_once_on_two_nodes_of_which_one_is_killed_again_and_again() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("exports").display().to_string();
    let settings = |program: Program| without_limits(program).set("EXPORT_TO", folder);
    let mut nodes = Nodes::start(BINARY, 2, settings).await.unwrap();
    let mut exporters = Vec::new();
    for number in 0..ACCOUNTS {
        exporters.push(begin(&nodes, number).await);
    }
    let began = Instant::now();
    let mut kills = 0;
    loop {
        let mut over = 0;
        for exporter in &exporters {
            let path = format!("/jobs/{}", exporter.job);
            let job = ask(&exporter.guest.app, Method::GET, &path, None).await;
            if job["is_over"] == true {
                assert_eq!(job["state"], "done", "{job}");
                over += 1;
            }
        }
        if over == ACCOUNTS {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{over} of {ACCOUNTS} are over");
        nodes.all[1].stop("KILL").await.unwrap();
        nodes.all[1].start_again().await.unwrap();
        kills += 1;
        tokio::time::sleep(BETWEEN_KILLS).await;
    }
    let took = began.elapsed();
    eprintln!(
        "{ACCOUNTS} accounts: all over {:.0} s after the last one began, one of two nodes killed {kills} times",
        took.as_secs_f64(),
    );
    assert!(kills > 0);
    for exporter in &exporters {
        is_whole(exporter).await;
        assert_eq!(told(&nodes, exporter).await, 1, "{}", exporter.text);
    }
}
