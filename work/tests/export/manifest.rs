//! What a manifest says.

use serde_json::{Value, json};
use sesame_work::export::{LeftOut, LinesWriter, ManifestWriter, Tally};

use crate::fixture::{around, convert, files, golden};

fn manifest() -> (Value, Tally) {
    let files = files();
    let around = around(&files);
    let mut writer = ManifestWriter::start(Vec::new(), &around, "2027-01-20T00:00:00Z").unwrap();
    for message in convert(&around, golden("messages.jsonl")) {
        writer.message(&message, &files).unwrap();
    }
    let parts = [("result.json", 12, [1; 32])];
    let (bytes, tally) = writer.finish(&around, &parts).unwrap();
    (serde_json::from_slice(&bytes).unwrap(), tally)
}

#[test]
fn a_manifest_counts_what_there_is_and_names_what_is_missing_and_why() {
    let (manifest, tally) = manifest();
    let lines = golden("messages.jsonl");
    let total = u64::try_from(lines.lines().count()).unwrap();
    assert_eq!(tally.messages, total);
    assert_eq!(tally.by_kind.values().sum::<u64>(), total);
    assert_eq!(manifest["messages"]["total"], total);
    assert_eq!(manifest["messages"]["by_kind"]["messageMediaPoll"], 1);
    assert_eq!(manifest["messages"]["unreadable"], 1);
    assert_eq!(manifest["messages"]["shortened"], 1);
    for kind in [
        "messageActionGramTransfer",
        "messageMediaDice",
        "messageMediaStory",
        "messageActionChangeCommunity",
    ] {
        assert_eq!(manifest["messages"]["only_in_lines"][kind], 1, "{kind}");
    }
    assert_eq!(manifest["time_zone"], "Test/Zone");
    assert_eq!(manifest["span"]["first_unixtime"], 1_799_740_800);
    assert_eq!(
        manifest["chat"],
        json!({"id": "channel5", "type": "public_supergroup", "name": "Talk & <Group>"})
    );
    assert_eq!(manifest["parts"][0]["sha256"], "01".repeat(32));
    let entries = manifest["files"].as_array().unwrap();
    let missing = entries
        .iter()
        .filter(|entry| entry.get("missing").is_some());
    let reasons: std::collections::BTreeSet<_> = missing
        .map(|entry| entry["missing"].as_str().unwrap())
        .collect();
    let expected = LeftOut::ALL.map(LeftOut::as_str).into_iter().collect();
    assert_eq!(reasons, expected);
    let never = entries
        .iter()
        .find(|entry| entry["file"] == "document205")
        .unwrap();
    assert_eq!(never["missing"], "did_not_come");
    let kept = entries
        .iter()
        .filter(|entry| entry.get("path").is_some())
        .count();
    assert_eq!(tally.files, u64::try_from(kept).unwrap());
    let photo = entries
        .iter()
        .find(|entry| entry["file"] == "photo101")
        .unwrap();
    assert_eq!(photo["sha256"], "07".repeat(32));
}

#[test]
fn an_empty_export_has_a_manifest_too() {
    let files = files();
    let around = around(&files);
    let writer = ManifestWriter::start(Vec::new(), &around, "2027-01-20T00:00:00Z").unwrap();
    let (bytes, tally) = writer.finish(&around, &[]).unwrap();
    let manifest: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        (manifest["span"].clone(), tally),
        (Value::Null, Tally::default())
    );
}

#[test]
fn lines_say_where_their_files_lie() {
    let files = files();
    let around = around(&files);
    let given = golden("messages.jsonl");
    let mut writer = LinesWriter::start(Vec::new());
    for message in convert(&around, given) {
        writer.message(&message).unwrap();
    }
    let lines = String::from_utf8(writer.finish().unwrap()).unwrap();
    assert_eq!(lines.lines().count(), given.lines().count());
    let mut paths = 0;
    for (line, given) in lines.lines().zip(given.lines()) {
        let Ok(mut line) = serde_json::from_str::<Value>(line) else {
            assert_eq!(line, given);
            continue;
        };
        let files = line.as_object_mut().unwrap().remove("files");
        paths += files.map_or(0, |files| files.as_object().unwrap().len());
        assert_eq!(line, serde_json::from_str::<Value>(given).unwrap());
    }
    let (_, tally) = manifest();
    assert_eq!(u64::try_from(paths).unwrap(), tally.files);
}
