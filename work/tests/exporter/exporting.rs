//! A dialog becomes a folder, and stays up to date.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use sesame_domain::export::ExportChoice;
use sesame_work::exporter::{ExportFolder, ExportStopped, STATE_VERSION, TargetError};
use tempfile::tempdir;

use crate::dialog::{Dialog, at, content, export, export_with, seen};

#[tokio::test]
async fn a_dialog_becomes_a_folder_with_all_of_its_messages_and_files() {
    let root = tempdir().unwrap();
    let path = root.path().join("Bob");
    let dialog = Dialog::of(250);
    let folder = ExportFolder::open(&path).unwrap();
    let done = export(&dialog, &folder).await.unwrap();
    assert_eq!((done.new_messages, done.progress.total), (250, 250));
    assert_eq!((done.progress.files, done.progress.missing), (36, 0));
    let seen = seen(&path);
    let result: Value = serde_json::from_slice(&seen["result.json"]).unwrap();
    let messages = result["messages"].as_array().unwrap();
    let ids: Vec<_> = messages
        .iter()
        .map(|it| it["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, (1..=250).collect::<Vec<i64>>());
    assert_eq!(messages[6]["file"], "files/note.txt");
    assert_eq!(seen["files/note.txt"], content(7));
    let manifest: Value = serde_json::from_slice(&seen["manifest.json"]).unwrap();
    assert_eq!(manifest["messages"]["total"], 250);
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for name in seen.keys() {
        assert_eq!(mode(&path.join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&path.join("files")), 0o700);
}

#[tokio::test]
async fn a_second_run_reads_what_is_new_and_asks_for_no_file_twice() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(120);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let before = seen(root.path());
    let calls = dialog.calls.load(std::sync::atomic::Ordering::SeqCst);
    let again = export(&dialog, &folder).await.unwrap();
    assert_eq!(again.new_messages, 0);
    assert_eq!(
        dialog.calls.load(std::sync::atomic::Ordering::SeqCst),
        calls + 1
    );
    assert_eq!(seen(root.path()), before);
    for id in 121..=130 {
        dialog.say(id);
    }
    let news = export(&dialog, &folder).await.unwrap();
    assert_eq!((news.new_messages, news.progress.files), (10, 19));
    // As if it had been read at once.
    let other = tempdir().unwrap();
    let at_once = ExportFolder::open(other.path()).unwrap();
    export(&dialog, &at_once).await.unwrap();
    assert_eq!(seen(root.path()), seen(other.path()));
}

#[tokio::test]
async fn what_was_chosen_is_all_that_is_kept() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(300);
    let folder = ExportFolder::open(root.path()).unwrap();
    let choice = ExportChoice {
        media: "photos".parse().unwrap(),
        from: Some(at(50)),
        until: Some(at(150)),
        only_mine: true,
        largest: None,
    };
    let done = export_with(&dialog, &folder, choice).await.unwrap();
    assert_eq!((done.new_messages, done.progress.of_files), (33, 0));
    let seen = seen(root.path());
    let result: Value = serde_json::from_slice(&seen["result.json"]).unwrap();
    let messages = result["messages"].as_array().unwrap();
    assert_eq!(messages.first().unwrap()["id"], 51);
    assert_eq!(messages.last().unwrap()["id"], 147);
    assert!(!seen.keys().any(|name| name.starts_with("files/")));
    let noted = messages.iter().find(|it| it["id"] == 63).unwrap();
    assert!(
        noted["file"]
            .as_str()
            .unwrap()
            .starts_with("(File not included")
    );
}

#[tokio::test]
async fn a_span_is_begun_at_its_date_and_not_looked_for_from_the_oldest_on() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(20_000);
    let folder = ExportFolder::open(root.path()).unwrap();
    let choice = ExportChoice {
        media: "none".parse().unwrap(),
        from: Some(at(10_000)),
        until: Some(at(10_150)),
        ..ExportChoice::default()
    };
    let done = export_with(&dialog, &folder, choice.clone()).await.unwrap();
    assert_eq!(done.new_messages, 150);
    // Where it begins, and two pages.
    let calls = || dialog.calls.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(calls(), 3);
    let text = std::fs::read_to_string(root.path().join(".sesame/state.json")).unwrap();
    let state: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(state["mark"]["oldest"], 10_000, "{state}");
    assert_eq!(state["mark"].get("holes"), None, "{state}");

    // A beginning that no message has reached yet: what comes later is read.
    let root = tempdir().unwrap();
    let folder = ExportFolder::open(root.path()).unwrap();
    let choice = ExportChoice {
        from: Some(at(20_005)),
        until: None,
        ..choice
    };
    let none = export_with(&dialog, &folder, choice.clone()).await.unwrap();
    assert_eq!(none.new_messages, 0);
    for id in 20_001..=20_010 {
        dialog.say(id);
    }
    let news = export_with(&dialog, &folder, choice).await.unwrap();
    assert_eq!(news.new_messages, 6);

    // One from before the first message.
    let root = tempdir().unwrap();
    let folder = ExportFolder::open(root.path()).unwrap();
    let choice = ExportChoice {
        from: Some(at(-5)),
        until: Some(at(9)),
        ..ExportChoice::default()
    };
    let first = export_with(&dialog, &folder, choice).await.unwrap();
    assert!(first.new_messages >= 8, "{first:?}");
}

#[tokio::test]
async fn a_folder_with_something_else_is_left_alone() {
    let root = tempdir().unwrap();
    std::fs::write(root.path().join("letter.txt"), "dear").unwrap();
    let error = ExportFolder::open(root.path()).unwrap_err();
    assert!(matches!(error, TargetError::Unknown(_)), "{error}");
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);

    let root = tempdir().unwrap();
    let dialog = Dialog::of(10);
    let folder = ExportFolder::open(root.path()).unwrap();
    let busy = ExportFolder::open(root.path()).unwrap_err();
    assert!(matches!(busy, TargetError::Busy), "{busy}");
    export(&dialog, &folder).await.unwrap();
    let other = ExportChoice {
        only_mine: true,
        ..ExportChoice::default()
    };
    let error = export_with(&dialog, &folder, other).await.unwrap_err();
    assert!(matches!(error, ExportStopped::Another(_)), "{error}");
    let state = root.path().join(".sesame/state.json");
    let text = std::fs::read_to_string(&state).unwrap();
    let newer = format!("\"version\":{}", STATE_VERSION + 1);
    std::fs::write(&state, text.replace("\"version\":1", &newer)).unwrap();
    let error = export(&dialog, &folder).await.unwrap_err();
    assert!(error.to_string().contains("newer"), "{error}");
}
