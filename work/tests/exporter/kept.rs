//! What did not come, what may not be kept, and what cannot be read.

use serde_json::Value;
use sesame_work::exporter::ExportFolder;
use tempfile::tempdir;

use crate::dialog::{Dialog, attach, export, key, message, rendered, seen};

#[tokio::test]
async fn a_file_that_does_not_come_holds_up_nothing_and_is_tried_again_the_next_time() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(60);
    {
        let mut faults = dialog.faults.lock().unwrap();
        faults.failing.insert(7, 2);
        faults.failing.insert(14, 3);
        faults.gone.push(21);
        faults.short.push(28);
    }
    let folder = ExportFolder::open(root.path()).unwrap();
    let done = export(&dialog, &folder).await.unwrap();
    // Two failures are one too few.
    assert_eq!((done.progress.files, done.progress.missing), (6, 3));
    let manifest: Value = serde_json::from_slice(&seen(root.path())["manifest.json"]).unwrap();
    let missing = |file: i64| {
        let files = manifest["files"].as_array().unwrap().iter();
        let named = key(file).to_string();
        let mut entries = files.filter(|it| it["file"] == named.as_str());
        entries
            .next()
            .map(|it| (it["missing"].clone(), it["message"].clone()))
    };
    assert_eq!(missing(14), Some(("did_not_come".into(), 14.into())));
    assert_eq!(missing(21), Some(("not_at_telegram".into(), 21.into())));
    assert_eq!(missing(28), Some(("did_not_come".into(), 28.into())));
    assert_eq!(missing(7).unwrap().0, Value::Null);

    dialog.faults.lock().unwrap().short.clear();
    let again = export(&dialog, &folder).await.unwrap();
    assert_eq!((again.progress.files, again.progress.missing), (8, 1));
    // Telegram has what it did not have.
    dialog.faults.lock().unwrap().gone.clear();
    let all = export(&dialog, &folder).await.unwrap();
    assert_eq!((all.progress.files, all.progress.missing), (9, 0));
    // No message shows the emoji.
    assert_eq!(rendered(&dialog, &folder).await.files, 8);
}

/// The telephone number of a contact, as it is written.
fn number(root: &std::path::Path) -> Value {
    let result: Value = serde_json::from_slice(&seen(root)["result.json"]).unwrap();
    result["messages"][3]["contact_information"]["phone_number"].clone()
}

#[tokio::test]
async fn how_telephone_numbers_are_written_is_asked_once_and_nothing_waits_for_it() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(3);
    let mut contact = message(4, "");
    contact.json.pop();
    contact.json.push_str(
        r#","media":{"_":"messageMediaContact","phone_number":"4930123456","first_name":"Eva","last_name":"","vcard":"","user_id":0}}"#,
    );
    dialog.put(contact);
    dialog.faults.lock().unwrap().no_formats = true;
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    assert_eq!(number(root.path()), "4930123456");

    dialog.faults.lock().unwrap().no_formats = false;
    export(&dialog, &folder).await.unwrap();
    assert_eq!(number(root.path()), "+49 301 23456");
    export(&dialog, &folder).await.unwrap();
    rendered(&dialog, &folder).await;
    assert_eq!(number(root.path()), "+49 301 23456");
    // Once in vain, and once.
    assert_eq!(
        dialog
            .formats_asked
            .load(std::sync::atomic::Ordering::SeqCst),
        2
    );
}

#[tokio::test]
async fn what_may_not_be_copied_is_marked_and_nothing_of_it_kept() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(3);
    let mut protected = message(4, "a secret word");
    attach(&mut protected, 77);
    protected.flags.is_protected = true;
    dialog.put(protected);
    let folder = ExportFolder::open(root.path()).unwrap();
    let done = export(&dialog, &folder).await.unwrap();
    assert_eq!((done.new_messages, done.progress.of_files), (4, 0));
    let all = seen(root.path());
    let has_word = all.values().any(|content| {
        let text = String::from_utf8_lossy(content);
        text.contains("secret word") || text.contains("document77")
    });
    assert!(!has_word);
    let result: Value = serde_json::from_slice(&all["result.json"]).unwrap();
    assert_eq!(result["messages"][3]["id"], 4);
    let lines = String::from_utf8(all["messages.jsonl"].clone()).unwrap();
    assert_eq!(lines.lines().count(), 4);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_a_hole_and_the_others_are_there() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(200);
    dialog.faults.lock().unwrap().unreadable = Some(130);
    let folder = ExportFolder::open(root.path()).unwrap();
    let done = export(&dialog, &folder).await.unwrap();
    assert_eq!(done.new_messages, 199);
    let state = std::fs::read_to_string(root.path().join(".sesame/state.json")).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(state["mark"]["holes"][0]["first"], 130);
    assert_eq!(state["mark"]["holes"][0]["last"], 130);
}
