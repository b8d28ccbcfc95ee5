//! A copy that is brought up to date notices what was edited or deleted.

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;
use sesame_domain::export::{ExportChoice, LookBack};
use sesame_domain::reading::ReadError;
use sesame_work::exporter::{ExportFolder, ExportStopped, Exported};
use tempfile::tempdir;

use crate::dialog::{Dialog, at, attach, content, export, export_back, message, opened, seen};
use crate::interrupted::{Cut, dice};

fn days(days: u16) -> LookBack {
    LookBack::days(days).unwrap()
}

async fn update(dialog: &Arc<Dialog>, folder: &ExportFolder) -> Result<Exported, ExportStopped> {
    export_back(dialog, folder, ExportChoice::default(), days(7)).await
}

/// The messages of `result.json`, by number; they stand in their order.
fn result(root: &Path) -> BTreeMap<i64, Value> {
    let text = std::fs::read(root.join("result.json")).unwrap();
    let result: Value = serde_json::from_slice(&text).unwrap();
    let messages = result["messages"].as_array().unwrap();
    let ids: Vec<i64> = messages
        .iter()
        .map(|it| it["id"].as_i64().unwrap())
        .collect();
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    ids.into_iter().zip(messages.iter().cloned()).collect()
}

fn manifest(root: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(root.join("manifest.json")).unwrap()).unwrap()
}

fn lines(root: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(root.join("messages.jsonl")).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn calls(dialog: &Dialog) -> u32 {
    dialog.calls.swap(0, Ordering::SeqCst)
}

#[tokio::test]
async fn what_was_edited_or_deleted_is_noticed_and_nothing_is_lost() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(250);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let before = lines(root.path());
    dialog.edit(3, "said anew");
    dialog.edit(240, "said anew, too");
    dialog.delete(9);
    dialog.delete(101);
    for id in 251..=260 {
        dialog.say(id);
    }
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.new_messages, done.edited, done.deleted), (10, 2, 2));
    let messages = result(root.path());
    assert_eq!(messages.len(), 260);
    assert_eq!(messages[&3]["text"], "said anew");
    let edited = at(500_003).timestamp().to_string();
    assert_eq!(messages[&3]["edited_unixtime"], edited);
    assert_eq!(messages[&240]["text"], "said anew, too");
    assert_eq!(messages[&9]["text"], "message 9");
    let manifest = manifest(root.path());
    assert_eq!(manifest["messages"]["total"], 260);
    assert_eq!(manifest["messages"]["edited"], 2);
    assert_eq!(manifest["messages"]["deleted"], 2);
    let ids = manifest["deleted"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|it| it["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [9, 101]);
    assert_eq!(
        manifest["deleted"][0]["noticed_unixtime"],
        at(900_000).timestamp()
    );
    // The lines only grow: what was there stands there as it was.
    let after = lines(root.path());
    assert_eq!(after[..250], before[..]);
    let later: Vec<_> = after[250..254]
        .iter()
        .map(|line| line["id"].as_i64().unwrap())
        .collect();
    assert_eq!(later, [3, 9, 101, 240]);
    assert_eq!(after[250]["message"]["message"], "said anew");
    assert_eq!(after[251]["deleted"], at(900_000).timestamp());
    assert_eq!(after.len(), 264);
    let page = std::fs::read_to_string(root.path().join("messages.html")).unwrap();
    let article = |id: i64| {
        let begin = page.find(&format!("id=\"message{id}\"")).unwrap();
        let end = page[begin..].find("</article>").unwrap();
        page[begin..begin + end].to_owned()
    };
    assert!(article(9).contains("class=\"deleted\"") && article(9).contains("message 9"));
    assert!(article(3).contains("said anew") && !article(3).contains("deleted"));

    // Nothing changed: nothing is written.
    let written = seen(root.path());
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.new_messages, done.edited, done.deleted), (0, 0, 0));
    assert_eq!(seen(root.path()), written);

    // Edited once more, and there again.
    dialog.edit(3, "and once more");
    dialog.say(9);
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.edited, done.deleted), (2, 0));
    let messages = result(root.path());
    assert_eq!(messages[&3]["text"], "and once more");
    let manifest = crate::looking_back::manifest(root.path());
    assert_eq!(manifest["deleted"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn it_is_looked_back_as_far_as_is_wanted_with_a_call_for_a_hundred() {
    let root = tempdir().unwrap();
    let day = 24 * 60 * 60;
    let dialog = Arc::new(Dialog::default());
    // A message each hour, for two hundred days.
    let hourly = |id: i32, text: &str| {
        let mut record = message(id, text);
        let sent = at(i64::from(id) * day / 24);
        record.at = Some(sent);
        let date = format!("\"date\":{}", at(i64::from(id)).timestamp());
        let moved = format!("\"date\":{}", sent.timestamp());
        record.json = record.json.replace(&date, &moved);
        dialog.put(record);
    };
    (1..=4_800).for_each(|id| hourly(id, "first"));
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    calls(&dialog);
    for id in [4_800 - 49, 4_800 - 47, 4_800] {
        hourly(id, "changed");
    }
    let choice = ExportChoice::default;
    let none = export_back(&dialog, &folder, choice(), LookBack::NONE)
        .await
        .unwrap();
    assert_eq!((none.edited, calls(&dialog)), (0, 1));
    let some = export_back(&dialog, &folder, choice(), days(2))
        .await
        .unwrap();
    // What is new, and one for the hundred that these are among.
    assert_eq!((some.edited, calls(&dialog)), (2, 2));
    let more = export_back(&dialog, &folder, choice(), days(7))
        .await
        .unwrap();
    assert_eq!((more.edited, calls(&dialog)), (1, 3));
    let all = export_back(&dialog, &folder, choice(), days(9_999))
        .await
        .unwrap();
    assert_eq!((all.edited, calls(&dialog)), (0, 49));
}

#[tokio::test]
async fn a_first_run_that_was_interrupted_looks_for_nothing() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(250);
    let folder = ExportFolder::open(root.path()).unwrap();
    // A page is kept by then, and some of its files are not.
    dialog.faults.lock().unwrap().flood_at = Some(5);
    let stopped = update(&dialog, &folder).await.unwrap_err();
    assert!(matches!(stopped, ExportStopped::Flood { .. }));
    dialog.edit(3, "said anew");
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!(done.edited, 0);
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!(done.edited, 1);
}

#[tokio::test]
async fn the_file_of_an_edited_message_is_fetched_and_the_former_one_stays() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(20);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let mut record = message(7, "another file");
    attach(&mut record, 77);
    dialog.put(record);
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.edited, done.progress.files), (1, 4));
    let files = seen(root.path());
    let messages = result(root.path());
    let now = messages[&7]["file"].as_str().unwrap();
    assert_eq!(files[now], content(77));
    let lines = lines(root.path());
    let of = |line: &Value| {
        let files = line["files"].as_object().unwrap();
        files.values().next().unwrap().as_str().unwrap().to_owned()
    };
    let (before, after) = (of(&lines[6]), of(&lines[20]));
    assert_eq!(
        (files[&before].clone(), files[&after].clone()),
        (content(7), content(77))
    );
    assert_eq!(after, now);
    let listed = manifest(root.path());
    let listed = listed["files"].as_array().unwrap();
    for path in [&before, &after] {
        assert_eq!(
            listed.iter().filter(|it| it["path"] == *path).count(),
            1,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_seen_any_more_was_not_deleted() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(250);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let all = std::mem::take(&mut *dialog.messages.lock().unwrap());
    // The history was cleared.
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!(done.deleted, 0);
    // And something was said since.
    dialog.say(251);
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.new_messages, done.deleted), (1, 0));
    // Only the first of it can be seen: the others were deleted.
    dialog.put(all[&1].clone());
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!(done.deleted, 249);
    assert_eq!(result(root.path()).len(), 251);
}

#[tokio::test]
async fn what_is_refused_or_may_not_be_copied_any_more_stays_as_it_was() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(250);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    dialog.delete(50);
    let mut protected = message(60, "not to be copied");
    protected.flags.is_protected = true;
    dialog.put(protected);
    let refused = ReadError::Refused {
        code: 500,
        name: "MSG_BROKEN".to_owned(),
    };
    dialog.faults.lock().unwrap().errors.push_back(refused);
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.edited, done.deleted), (0, 0));
    let no_access = ReadError::NoAccess;
    dialog.faults.lock().unwrap().errors.push_back(no_access);
    let stopped = update(&dialog, &folder).await.unwrap_err();
    assert!(matches!(
        stopped,
        ExportStopped::Refused(ReadError::NoAccess)
    ));
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.edited, done.deleted), (0, 1));
    assert_eq!(result(root.path())[&60]["text"], "message 60");
}

#[tokio::test]
async fn only_what_was_chosen_is_looked_at_again() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(300);
    let folder = ExportFolder::open(root.path()).unwrap();
    let choice = || ExportChoice {
        only_mine: true,
        ..ExportChoice::default()
    };
    export_back(&dialog, &folder, choice(), days(7))
        .await
        .unwrap();
    dialog.edit(3, "mine");
    dialog.edit(4, "theirs");
    dialog.delete(6);
    dialog.delete(7);
    let done = export_back(&dialog, &folder, choice(), days(7))
        .await
        .unwrap();
    assert_eq!((done.edited, done.deleted), (1, 1));
    assert_eq!(result(root.path()).len(), 100);
}

/// What changed, for a copy of a dialog of 420.
fn change(dialog: &Dialog) {
    for id in (1..=420).step_by(13) {
        dialog.edit(id, &format!("anew {id}"));
    }
    for id in (5..=420).step_by(17) {
        dialog.delete(id);
    }
    for id in [30, 130, 230] {
        let mut record = message(id, "another file");
        attach(&mut record, 1_000 + i64::from(id));
        dialog.put(record);
    }
    for id in 421..=530 {
        dialog.say(id);
    }
}

#[tokio::test]
async fn a_look_back_that_is_cut_off_two_hundred_times_is_like_one_that_was_not() {
    let (whole, cut) = (tempdir().unwrap(), tempdir().unwrap());
    let dialog = Dialog::of(420);
    let undisturbed = ExportFolder::open(whole.path()).unwrap();
    let folder = ExportFolder::open(cut.path()).unwrap();
    export(&dialog, &undisturbed).await.unwrap();
    export(&dialog, &folder).await.unwrap();
    drop(folder);
    change(&dialog);
    update(&dialog, &undisturbed).await.unwrap();
    let (mut seed, mut cuts) = (7, 0);
    loop {
        let folder = opened(cut.path()).await;
        let run = pin!(update(&dialog, &folder));
        let polls = 2 + u32::try_from(dice(&mut seed) % 60).unwrap();
        let polls = if cuts < 200 { polls } else { u32::MAX };
        if let Some(done) = (Cut { inner: run, polls }).await {
            done.unwrap();
            if cuts >= 200 {
                break;
            }
        }
        cuts += 1;
    }
    let (whole, cut) = (seen(whole.path()), seen(cut.path()));
    assert_eq!(
        whole.keys().collect::<Vec<_>>(),
        cut.keys().collect::<Vec<_>>()
    );
    for (name, content) in &whole {
        assert!(content == &cut[name], "{name} is not the same");
    }
    let text = String::from_utf8(cut["messages.jsonl"].clone()).unwrap();
    let anew = text
        .lines()
        .filter(|line| line.contains("\"message\":\"anew 14\""));
    assert_eq!(anew.count(), 1);
}

#[tokio::test]
async fn a_flood_at_any_call_of_a_look_back_stops_it_where_it_is() {
    let (whole, flooded) = (tempdir().unwrap(), tempdir().unwrap());
    let dialog = Dialog::of(420);
    let undisturbed = ExportFolder::open(whole.path()).unwrap();
    let folder = ExportFolder::open(flooded.path()).unwrap();
    export(&dialog, &undisturbed).await.unwrap();
    export(&dialog, &folder).await.unwrap();
    change(&dialog);
    update(&dialog, &undisturbed).await.unwrap();
    let mut floods = 0;
    for call in 0..1_000 {
        calls(&dialog);
        dialog.faults.lock().unwrap().flood_at = Some(call);
        match update(&dialog, &folder).await {
            Err(ExportStopped::Flood { .. }) => floods += 1,
            Ok(_) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(floods > 3, "{floods}");
    dialog.faults.lock().unwrap().flood_at = None;
    update(&dialog, &folder).await.unwrap();
    assert_eq!(seen(whole.path()), seen(flooded.path()));
}

#[tokio::test]
async fn what_an_earlier_program_left_is_gone_on_with_and_what_this_one_left_says_so() {
    let root = tempdir().unwrap();
    let dialog = Dialog::of(30);
    let folder = ExportFolder::open(root.path()).unwrap();
    export(&dialog, &folder).await.unwrap();
    let path = root.path().join(".sesame/state.json");
    let state = || -> Value { serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap() };
    let mut early = state();
    assert_eq!(early["version"], 1);
    early.as_object_mut().unwrap().remove("finished");
    std::fs::write(&path, early.to_string()).unwrap();
    dialog.edit(3, "said anew");
    let done = update(&dialog, &folder).await.unwrap();
    assert_eq!((done.edited, state()["version"].clone()), (1, 2.into()));
    assert_eq!(state()["revised"], serde_json::json!([[1, 1]]));
    assert_eq!(state().get("look"), None);
}
