//! The pages of an export in a folder.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sesame_work::exporter::ExportFolder;
use tempfile::tempdir;

use crate::dialog::{Dialog, attach, export, message, opened, rendered, seen};
use crate::links::links;

fn pages(root: &Path) -> BTreeMap<String, String> {
    let all = seen(root).into_iter();
    let pages = all.filter(|(name, _)| Path::new(name).extension() == Some("html".as_ref()));
    pages
        .map(|(name, page)| (name, String::from_utf8(page).unwrap()))
        .collect()
}

#[tokio::test]
async fn an_export_has_pages_of_which_every_link_leads_to_a_file_that_is_there() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(2_000);
    let mut hostile = message(2_001, "hostile");
    attach(&mut hostile, 5_001);
    hostile.json = hostile
        .json
        .replace("note.txt", "%2e%2e#a \u{202e}?<b>\\\"é.txt");
    dialog.put(hostile);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let all = seen(root.path());
    let pages = pages(root.path());
    let names: Vec<_> = pages.keys().map(String::as_str).collect();
    assert_eq!(names, ["messages.html", "messages2.html", "messages3.html"]);
    let mut led_to: Vec<_> = pages.values().flat_map(|page| links(page)).collect();
    for link in &led_to {
        assert!(all.contains_key(link), "{link}");
    }
    // And every file is led to.
    led_to.sort();
    led_to.dedup();
    let files = all.keys().filter(|name| name.starts_with("files/"));
    for file in files {
        assert!(led_to.binary_search(file).is_ok(), "{file}");
    }
    let manifest: Value = serde_json::from_slice(&all["manifest.json"]).unwrap();
    let parts = manifest["parts"].as_array().unwrap().iter();
    let parts: Vec<_> = parts.map(|part| part["path"].as_str().unwrap()).collect();
    assert!(parts.contains(&"messages3.html"), "{parts:?}");
}

#[tokio::test]
async fn pages_are_written_again_without_telegram_and_those_that_are_too_many_go() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(1_500);
    {
        let folder = ExportFolder::open(root.path()).unwrap();
        export(&dialog, &folder).await.unwrap();
    }
    let before = seen(root.path());
    let calls = dialog.calls.load(std::sync::atomic::Ordering::SeqCst);
    std::fs::remove_file(root.path().join("messages2.html")).unwrap();
    let folder = opened(root.path()).await;
    rendered(&dialog, &folder).await;
    assert_eq!(seen(root.path()), before);
    assert_eq!(
        dialog.calls.load(std::sync::atomic::Ordering::SeqCst),
        calls
    );
    // Of fewer messages there are fewer pages.
    let state = root.path().join(".sesame/state.json");
    let text = std::fs::read_to_string(&state).unwrap();
    std::fs::write(&state, text.replace("\"segments\":15", "\"segments\":5")).unwrap();
    rendered(&dialog, &folder).await;
    let pages: Vec<_> = pages(root.path()).into_keys().collect();
    assert_eq!(pages, ["messages.html"]);
}
