//! `result.json` of everything.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::fixture::{around, assert_golden, convert, files, golden, private, result};

#[test]
fn result_json_of_everything_is_as_telegram_desktop_writes_it() {
    let files = files();
    let made = result(&around(&files), golden("messages.jsonl"));
    assert_golden("result.json", &made);
    let parsed: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(
        parsed["messages"].as_array().unwrap().len(),
        golden("messages.jsonl").lines().count()
    );
}

#[test]
fn two_passes_over_the_same_lines_give_the_same() {
    let files = files();
    let lines = golden("messages.jsonl");
    let first = result(&around(&files), lines);
    assert_eq!(result(&around(&files), lines), first);
}

#[test]
fn a_file_has_one_place_and_every_place_one_file() {
    let files = files();
    let around = around(&files);
    let messages = convert(&around, golden("messages.jsonl"));
    let named: Vec<_> = messages
        .iter()
        .flat_map(sesame_work::export::Converted::named)
        .collect();
    let paths: BTreeSet<_> = named
        .iter()
        .map(|named| named.path.to_lowercase())
        .collect();
    assert_eq!(paths.len(), named.len());
    for path in [
        // The same photo was shown twice.
        "photos/photo_1@15-01-2027_09-24-00.jpg",
        // What differs in case alone, and a device of Windows.
        "files/report_ a_b_.pdf",
        "files/report_ a_b_ (1).pdf",
        "files/_nul.txt",
        "files/report_ a_b_.pdf_thumb.jpg",
        "contacts/contact_1.vcard",
    ] {
        assert!(paths.contains(path), "{path} is not among {paths:#?}");
    }
    // Nothing of what destroys itself.
    assert!(!made_of(&messages).contains("photo103"));
}

fn made_of(messages: &[sesame_work::export::Converted]) -> String {
    let named = messages
        .iter()
        .flat_map(sesame_work::export::Converted::named);
    let sources: Vec<_> = named.map(|named| format!("{:?}", named.source)).collect();
    sources.join("\n")
}

fn message(json: &Value) -> String {
    let id = json["id"].as_i64().unwrap();
    format!(r#"{{"v":1,"layer":230,"id":{id},"message":{json}}}"#)
}

#[test]
fn in_a_private_chat_it_is_known_who_wrote() {
    let files = HashMap::new();
    let around = private(&files);
    let theirs = json!({"_": "message", "id": 1, "peer_id": {"_": "peerUser", "user_id": 2}, "date": 5, "message": "a"});
    let mut mine = theirs.clone();
    mine["out"] = json!(true);
    mine["id"] = json!(2);
    let lines = format!("{}\n{}", message(&theirs), message(&mine));
    let made: Value = serde_json::from_str(&result(&around, &lines)).unwrap();
    assert_eq!(
        (&made["name"], &made["type"]),
        (&json!("Ben"), &json!("personal_chat"))
    );
    let senders: Vec<_> = made["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["from"], &it["from_id"]))
        .collect();
    assert_eq!(
        senders,
        [
            (&json!("Ben Ray"), &json!("user2")),
            (&json!("Ann"), &json!("user1"))
        ]
    );
}

#[test]
fn an_empty_chat_is_laid_out_as_telegram_desktop_does() {
    let files = HashMap::new();
    let mut around = private(&files);
    let expected = "{\n \"name\": \"Ben\",\n \"type\": \"personal_chat\",\n \"id\": 2,\n \"messages\": [\n ]\n}";
    assert_eq!(result(&around, ""), expected);
    around.chat.me = 2;
    let expected = "{\n \"type\": \"saved_messages\",\n \"id\": 2,\n \"messages\": [\n ]\n}";
    assert_eq!(result(&around, ""), expected);
}

#[test]
fn a_line_that_is_none_is_told_and_one_that_nests_too_deep_keeps_its_number() {
    let files = HashMap::new();
    let around = private(&files);
    let mut converter = sesame_work::export::Converter::new(&around);
    assert!(converter.convert("").is_err());
    assert!(converter.convert(r#"{"v":2,"id":1,"message":{}}"#).is_err());
    let deep = format!(
        r#"{{"v":1,"layer":230,"id":9,"message":{}1{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let made: Value = serde_json::from_str(&result(&around, &deep)).unwrap();
    assert_eq!(made["messages"], json!([{"id": 9, "type": "unsupported"}]));
}
