//! Made by a job, sealed, and fetched by a link.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use sesame_test_support::http;

use crate::harbour::{Harbour, SECRET, all_files, messages, unpacked};

#[tokio::test]
async fn a_copy_is_made_sealed_fetched_once_in_whole_or_in_parts_and_removed() {
    let harbour = Harbour::with(230, &[700_000, 1_400_000]).await;
    let (export, job) = harbour.begin().await;
    // While it is made, nothing of it lies anywhere in plain.
    while harbour
        .ask(Method::GET, &format!("/jobs/{job}"), None)
        .await
        .json["is_over"]
        != true
    {
        assert_eq!(harbour.found(SECRET.as_bytes()), Vec::<PathBuf>::new());
    }
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(done["progress"]["unit"], "messages", "{done}");

    let listed = harbour.ask(Method::GET, "/exports", None).await.json;
    let it = &listed["exports"][0];
    assert_eq!(
        (&it["id"], &it["dialog"]),
        (&json!(export), &json!(harbour.chat))
    );
    assert!(it["made"]["messages"].as_u64().unwrap() >= 231, "{it}");
    let length = it["made"]["archive_bytes"].as_u64().unwrap();
    assert!(it["bytes"].as_u64().unwrap() > 2_100_000, "{it}");
    assert!(!listed.to_string().contains("Harbour news"));

    let link = harbour.link(&export).await;
    let client = http::client().unwrap();
    let head = client.head(&link).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], length.to_string());
    let whole = client.get(&link).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    let header = |name: &str| whole.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-length"), length.to_string());
    assert_eq!(header("content-type"), "application/zip");
    assert!(header("content-disposition").contains(".zip"));
    let tag = header("etag");
    let whole = whole.bytes().await.unwrap().to_vec();
    assert_eq!(whole.len() as u64, length);
    let files = unpacked(&whole);
    let said = messages(&files);
    assert!(said.iter().any(|message| message["text"] == SECRET));
    let sizes = files.iter().filter(|(name, _)| name.starts_with("files/"));
    assert_eq!(
        sizes.map(|(_, bytes)| bytes.len()).sum::<usize>(),
        2_100_000
    );

    // It was used; whoever has its tag goes on.
    let again = client.get(&link).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::GONE);
    let strange = client.get(&link).header("range", "bytes=0-9").send().await;
    assert_eq!(strange.unwrap().status(), StatusCode::GONE);
    let mut parts = Vec::new();
    let step = usize::try_from(length).unwrap() / 3 + 1;
    while parts.len() < whole.len() {
        let range = format!("bytes={}-{}", parts.len(), parts.len() + step - 1);
        let part = client
            .get(&link)
            .header("range", range)
            .header("if-range", &tag);
        let part = part.send().await.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        parts.extend(part.bytes().await.unwrap());
    }
    assert!(parts == whole);
    let behind = client
        .get(&link)
        .header("range", format!("bytes={length}-"));
    let behind = behind.header("if-range", &tag).send().await.unwrap();
    assert_eq!(behind.status(), StatusCode::RANGE_NOT_SATISFIABLE);

    // Afterwards neither; nor the bytes of a file, nor the link in the log.
    assert_eq!(harbour.found(SECRET.as_bytes()), Vec::<PathBuf>::new());
    let file = files.iter().find(|(name, _)| name.starts_with("files/"));
    assert_eq!(
        harbour.found(&file.unwrap().1[1_000..1_064]),
        Vec::<PathBuf>::new()
    );
    let secret = link.rsplit('/').nth(1).unwrap();
    assert_eq!(harbour.found(secret.as_bytes()), Vec::<PathBuf>::new());

    // Its owner sees what was done with it.
    let audit = harbour.ask(Method::GET, "/audit", None).await.text;
    for action in ["export_begun", "export_opened"] {
        assert!(audit.contains(action), "{audit}");
    }
    let removed = harbour
        .ask(Method::DELETE, &format!("/exports/{export}"), None)
        .await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let gone = client
        .get(&link)
        .header("range", "bytes=0-")
        .header("if-range", &tag);
    assert_eq!(gone.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    for path in ["", "/link", "/retry"] {
        let method = if path.is_empty() {
            Method::GET
        } else {
            Method::POST
        };
        let answer = harbour
            .ask(method, &format!("/exports/{export}{path}"), None)
            .await;
        assert_eq!(answer.status, 404, "{answer:?}");
    }
}

#[tokio::test]
async fn a_copy_goes_on_with_another_node_however_often_one_is_killed() {
    let mut harbour = Harbour::with(1_500, &[900_000, 1_700_000, 40]).await;
    let (export, job) = harbour.begin().await;
    for after in [30, 150, 400, 700] {
        tokio::time::sleep(Duration::from_millis(after)).await;
        harbour.server.stop("KILL").await.unwrap();
        harbour.server.start().await.unwrap();
    }
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    let link = harbour.link(&export).await;
    let client = http::client().unwrap();
    let fetched = client
        .get(&link)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let mut fetched = unpacked(&fetched);
    // The same as the command line makes of it.
    harbour.server.stop("TERM").await.unwrap();
    let folder = harbour.place.path().join("plain");
    let words = folder.display().to_string();
    let words = ["dialogs", "export", &harbour.chat, &words, "--yes"];
    let exported = harbour.server.program.instead(words).set("TZ", "UTC");
    let said = exported.run().await.unwrap();
    assert!(said.status.success(), "{}{}", said.out, said.err);
    let plain = all_files(&folder).into_iter().filter_map(|path| {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        is_seen(&name).then(|| (name, fs::read(path).unwrap()))
    });
    let plain: BTreeMap<_, _> = plain.collect();
    let said = messages(&fetched);
    assert!(said.len() >= 1_501, "{}", said.len());
    assert!(fetched.contains_key("messages2.html"));
    fetched.retain(|name, _| is_seen(name));
    assert_eq!(
        plain.keys().collect::<Vec<_>>(),
        fetched.keys().collect::<Vec<_>>()
    );
    for (name, content) in plain {
        let is_page = Path::new(&name).extension() == Some("html".as_ref());
        let is_same = if is_page {
            but_for_the_zone(&content) == but_for_the_zone(&fetched[&name])
        } else {
            content == fetched[&name]
        };
        assert!(is_same, "{name} is not the same");
    }
}

/// A page without the line that says what its zone of time is called.
fn but_for_the_zone(page: &[u8]) -> Vec<&str> {
    let page = std::str::from_utf8(page).unwrap();
    let lines = page.lines();
    lines
        .filter(|line| !line.contains("class=\"about\""))
        .collect()
}

/// Whether it is what people see; the manifest says when it was made.
fn is_seen(name: &str) -> bool {
    name != "manifest.json" && !name.starts_with('.')
}

#[tokio::test]
async fn what_cannot_be_copied_is_refused_by_its_code() {
    let harbour = Harbour::with(3, &[]).await;
    let exports = format!("/accounts/{}/exports", harbour.account);
    for (body, status, code) in [
        (json!({ "dialog": "comet5" }), 400, "malformed"),
        (
            json!({ "dialog": harbour.chat, "media": ["dreams"] }),
            400,
            "malformed",
        ),
        (
            json!({ "dialog": harbour.chat, "title": "x" }),
            400,
            "malformed",
        ),
    ] {
        let answer = harbour.ask(Method::POST, &exports, Some(body)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{answer:?}"
        );
    }
    let strange = "/accounts/00000000-0000-0000-0000-000000000000/exports";
    let strange = harbour
        .ask(Method::POST, strange, Some(json!({ "dialog": "user1" })))
        .await;
    assert_eq!(strange.status, 404);
    // Nothing that the session has met.
    let unknown = json!({ "dialog": "channel99999" });
    let asked = harbour.ask(Method::POST, &exports, Some(unknown)).await;
    let (export, job) = (asked.json["export"].clone(), asked.json["job"].clone());
    let failed = harbour.over(job.as_str().unwrap()).await;
    assert_eq!(
        (&failed["state"], &failed["code"]),
        (&json!("failed"), &json!("chat_unknown"))
    );
    let link = format!("/exports/{}/link", export.as_str().unwrap());
    let early = harbour.ask(Method::POST, &link, None).await;
    assert_eq!(
        (early.status.as_u16(), early.code()),
        (409, "export_not_ready")
    );
    let (export, job) = harbour.begin().await;
    harbour.over(&job).await;
    let other = json!({ "dialog": harbour.chat, "only_mine": true });
    let other = harbour.ask(Method::POST, &exports, Some(other)).await;
    assert_eq!(
        (other.status.as_u16(), other.code()),
        (409, "export_differs")
    );
    // The same again brings it up to date.
    let retried = harbour
        .ask(Method::POST, &format!("/exports/{export}/retry"), None)
        .await;
    assert_eq!(
        (retried.status.as_u16(), &retried.json["export"]),
        (202, &json!(export))
    );
    let done = harbour.over(retried.json["job"].as_str().unwrap()).await;
    assert_eq!(done["state"], "done", "{done}");
}
