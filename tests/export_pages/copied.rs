//! A chat with a message of every kind in the local Telegram, copied by the command.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::TestServer;
use url::Url;

use crate::links::links;
use crate::looks::look;
use crate::{BINARY, picture};

/// Every file below a folder, by its path in it.
fn files(root: &Path, at: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with(".sesame") {
                files(root, &path, found);
            }
            continue;
        }
        let name = path.strip_prefix(root).unwrap();
        found.insert(name.display().to_string());
    }
}

#[tokio::test]
async fn a_copy_of_everything_can_be_read_and_every_link_leads_to_a_file() {
    let mut server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let made = json!({ "title": "Harbour", "kind": "supergroup", "members": [guest.person.id] });
    let phones = &server.phones;
    let made = phones.ask(Method::POST, "/channels", Some(made)).await;
    let id = made.unwrap().json["id"].as_i64().unwrap();
    let everything = format!("/channels/{id}/one-of-every-kind");
    phones.ask(Method::POST, &everything, None).await.unwrap();
    // Without Redis no two processes have the same session open.
    server.stop("TERM").await.unwrap();
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("harbour");
    let chat = format!("channel{id}");
    let words = [
        "dialogs",
        "export",
        &chat,
        &folder.display().to_string(),
        "--yes",
    ];
    let said = server.program.instead(words).run().await.unwrap();
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert!(said.out.contains("messages.html"), "{}", said.out);

    let mut there = BTreeSet::new();
    files(&folder, &folder, &mut there);
    let page = fs::read_to_string(folder.join("messages.html")).unwrap();
    for link in links(&page) {
        assert!(there.contains(&link), "{link}");
    }
    // Numbers are written as Telegram's list of countries says.
    let result = fs::read(folder.join("result.json")).unwrap();
    let result: Value = serde_json::from_slice(&result).unwrap();
    let messages = result["messages"].as_array().unwrap().iter();
    let contacts = messages.filter_map(|it| it["contact_information"]["phone_number"].as_str());
    let numbers: Vec<_> = contacts.collect();
    assert!(numbers.contains(&"+1 555 123 4567"), "{numbers:?}");
    assert!(page.contains("+1 555 123 4567"));

    // The local Telegram's pictures are bytes: these can be looked at.
    let pictures = there.iter().filter(|name| {
        let shown = ["jpg", "png", "webp", "gif"];
        shown.iter().any(|ending| name.ends_with(ending))
    });
    pictures.for_each(|name| picture::put(&folder.join(name)));
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    let page = Url::from_file_path(folder.join("messages.html")).unwrap();
    browser.goto(page.as_str()).await.unwrap();
    look(&browser, "copied", &[("top", "body"), ("end", "footer")]).await;
}
