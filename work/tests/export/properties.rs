//! Whatever a record holds, what comes out is valid.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{golden, private, result};

/// Any JSON under the schema's names and keys.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "_",
        "id",
        "date",
        "message",
        "media",
        "action",
        "entities",
        "text",
        "peer_id",
        "from_id",
        "photo",
        "document",
        "sizes",
        "attributes",
        "rich_message",
        "blocks",
        "reactions",
        "results",
    ])
    .prop_map(str::to_owned)
}

fn line(message: &Value) -> String {
    format!(r#"{{"v":1,"layer":230,"id":7,"message":{message}}}"#)
}

proptest! {
    #[test]
    fn any_text_in_a_message_is_valid_json_and_comes_back(text in any::<String>(), name in any::<String>()) {
        let message = json!({
            "_": "message", "id": 7, "date": 1, "message": text,
            "peer_id": {"_": "peerUser", "user_id": 2},
            "fwd_from": {"_": "messageFwdHeader", "from_name": name, "date": 1},
            "media": {"_": "messageMediaInvoice", "title": name, "description": text, "currency": "EUR", "total_amount": 1},
        });
        let files = HashMap::new();
        let made = result(&private(&files), &line(&message));
        let parsed: Value = serde_json::from_str(&made).unwrap();
        let made = &parsed["messages"][0];
        prop_assert_eq!(&made["text"], &json!(text));
        let invoice: Value = serde_json::from_str(made["invoice_information"].as_str().unwrap()).unwrap();
        prop_assert_eq!(&invoice["title"], &json!(name));
    }

    #[test]
    fn any_record_is_valid_json(message in anything()) {
        let message = if message.is_object() { message } else { json!({"message": message}) };
        let files = HashMap::new();
        let made = result(&private(&files), &line(&message));
        prop_assert!(serde_json::from_str::<Value>(&made).is_ok(), "{made}");
    }

    #[test]
    fn a_record_in_which_something_is_missing_is_valid_json(turn in 0_usize..161, drop in any::<prop::sample::Index>()) {
        let lines = golden("messages.jsonl");
        let mut message: Value = serde_json::from_str(lines.lines().nth(turn).unwrap()).map_or(json!({}), |line: Value| line["message"].clone());
        take_one_out(&mut message, drop);
        let files = HashMap::new();
        let made = result(&private(&files), &line(&message));
        prop_assert!(serde_json::from_str::<Value>(&made).is_ok(), "{made}");
    }
}

/// Takes one of all the members out, wherever it is.
fn take_one_out(value: &mut Value, which: prop::sample::Index) {
    fn members(value: &Value) -> usize {
        match value {
            Value::Object(object) => object.values().map(|value| 1 + members(value)).sum(),
            Value::Array(list) => list.iter().map(members).sum(),
            _ => 0,
        }
    }
    fn take(value: &mut Value, left: &mut usize) {
        match value {
            Value::Object(object) => {
                let keys: Vec<_> = object.keys().cloned().collect();
                for key in keys {
                    if *left == 0 {
                        object.remove(&key);
                        *left = usize::MAX;
                        return;
                    }
                    *left -= 1;
                    take(&mut object[&key], left);
                    if *left == usize::MAX {
                        return;
                    }
                }
            }
            Value::Array(list) => {
                for value in list {
                    take(value, left);
                    if *left == usize::MAX {
                        return;
                    }
                }
            }
            _ => {}
        }
    }
    let count = members(value);
    if count > 0 {
        take(value, &mut which.index(count));
    }
}
