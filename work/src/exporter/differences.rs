//! Whether a message is another one than was kept of it.
//!
//! What counts is what someone said or did. What only counts along (views, forwards,
//! comments, reactions, votes), what Telegram adds by itself (the preview of a web
//! page, whether something was pinned or heard) and what is described anew with each
//! answer (sizes and places of a file) is no difference: a copy has of that what was
//! there when the message was kept last.

use serde_json::{Map, Value};

use crate::export::{LineHead, message_in};

/// What of a message is not looked at, wherever it stands.
const BESIDE: [&str; 15] = [
    "views",
    "forwards",
    "replies",
    "reactions",
    "reactions_are_possible",
    "results",
    "edit_date",
    "edit_hide",
    "pinned",
    "media_unread",
    "mentioned",
    "factcheck",
    "restriction_reason",
    "report_delivery_until_date",
    "noforwards",
];
/// What is the same as long as its id is.
const BY_ID: [&str; 4] = ["photo", "document", "webPage", "storyItem"];

/// Whether Telegram's answer of now says something else of a message than the line
/// that was kept of it last.
pub(super) fn differs(kept: &str, layer: i32, now: &str) -> bool {
    let Some(head) = LineHead::of(kept) else {
        return true;
    };
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (before, now) = (message_in(kept).and_then(read), read(now));
    let (Some(before), Some(now)) = (before, now) else {
        // What nests too deep to be read is taken as it is.
        return false;
    };
    // What another layer has names for may look different without being so.
    let is_same_layer = head.layer == i64::from(layer);
    edited_at(&before, &now) || is_same_layer && said(before) != said(now)
}

/// Whether it was edited visibly since.
fn edited_at(before: &Value, now: &Value) -> bool {
    let is_hidden = now.get("edit_hide").and_then(Value::as_bool) == Some(true);
    let at = |message: &Value| message.get("edit_date").and_then(Value::as_i64);
    !is_hidden && at(now).is_some() && at(before) != at(now)
}

/// What someone said or did.
fn said(message: Value) -> Value {
    match message {
        Value::Object(members) => of_object(members),
        Value::Array(items) => Value::Array(items.into_iter().map(said).collect()),
        other => other,
    }
}

fn of_object(mut members: Map<String, Value>) -> Value {
    let name = members.get("_").and_then(Value::as_str).unwrap_or_default();
    // A preview comes when Telegram has made one.
    if name == "messageMediaWebPage" {
        return Value::Null;
    }
    if BY_ID.contains(&name) {
        members.retain(|key, _| matches!(key.as_str(), "_" | "id"));
        return Value::Object(members);
    }
    let kept = members
        .into_iter()
        .filter(|(key, _)| !BESIDE.contains(&key.as_str()))
        .map(|(key, value)| (key, said(value)))
        // What is not there, and what counts as not there, are the same.
        .filter(|(_, value)| !value.is_null());
    Value::Object(kept.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(message: &Value) -> String {
        format!(r#"{{"v":1,"layer":230,"id":7,"message":{message}}}"#)
    }

    fn message(beside: &Value) -> Value {
        let mut message = json!({"_": "message", "id": 7, "message": "hello", "date": 5});
        let members = message.as_object_mut().unwrap();
        members.extend(beside.as_object().unwrap().clone());
        message
    }

    fn is_another(before: &Value, now: &Value) -> bool {
        differs(&line(&message(before)), 230, &message(now).to_string())
    }

    #[test]
    fn what_only_counts_along_is_no_difference() {
        let poll = |votes: i64| {
            json!({"media": {"_": "messageMediaPoll", "poll": {"question": "a?"},
                "results": {"total_voters": votes}}})
        };
        let photo = |size: i64| {
            json!({"media": {"_": "messageMediaPhoto",
                "photo": {"_": "photo", "id": 3, "sizes": [{"size": size}]}}})
        };
        for (before, now) in [
            (json!({}), json!({})),
            (json!({"views": 1}), json!({"views": 2, "forwards": 1})),
            (json!({}), json!({"reactions": {"results": [{"count": 1}]}})),
            (json!({}), json!({"replies": {"replies": 3}})),
            (json!({}), json!({"pinned": true})),
            (json!({"media_unread": true}), json!({})),
            (json!({}), json!({"edit_date": 9, "edit_hide": true})),
            (
                json!({"edit_date": 8}),
                json!({"edit_date": 9, "edit_hide": true}),
            ),
            (
                json!({}),
                json!({"media": {"_": "messageMediaWebPage", "webpage": {"_": "webPage"}}}),
            ),
            (poll(1), poll(2)),
            (photo(1), photo(2)),
        ] {
            assert!(!is_another(&before, &now), "{before} {now}");
        }
    }

    #[test]
    fn what_someone_said_or_did_is_one() {
        let photo = |id: i64| json!({"media": {"_": "messageMediaPhoto", "photo": {"_": "photo", "id": id}}});
        let place = |lat: f64| json!({"media": {"_": "messageMediaGeoLive", "geo": {"lat": lat}}});
        for (before, now) in [
            (json!({}), json!({"message": "hallo"})),
            (json!({}), json!({"entities": [{"_": "messageEntityBold"}]})),
            (json!({}), json!({"edit_date": 9})),
            (json!({"edit_date": 8}), json!({"edit_date": 9})),
            (photo(3), photo(4)),
            (photo(3), json!({})),
            (place(1.0), place(2.0)),
        ] {
            assert!(is_another(&before, &now), "{before} {now}");
        }
    }

    #[test]
    fn of_another_layer_the_moment_of_the_edit_alone_says_so() {
        let kept = line(&message(&json!({})));
        let now = message(&json!({"new_in_this_layer": 1})).to_string();
        assert!(differs(&kept, 230, &now) && !differs(&kept, 231, &now));
        let edited = message(&json!({"edit_date": 9})).to_string();
        assert!(differs(&kept, 231, &edited));
    }

    #[test]
    fn what_cannot_be_read_is_left_as_it_is() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(!differs(&line(&json!({"_": "message"})), 230, &deep));
    }
}
