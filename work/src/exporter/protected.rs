//! What may not be kept.

use serde_json::{Map, Value};
use sesame_domain::reading::MessageRecord;

/// What of a message that may not be copied is kept: that it was there, of whom and
/// when.
const KEPT: [&str; 9] = [
    "_",
    "id",
    "peer_id",
    "from_id",
    "date",
    "out",
    "post",
    "noforwards",
    "grouped_id",
];

/// A message as it may be kept.
pub(super) fn allowed(mut record: MessageRecord) -> MessageRecord {
    if !record.flags.is_protected {
        return record;
    }
    let said = serde_json::from_str(&record.json);
    let said: Map<String, Value> = said.unwrap_or_default();
    let kept = said
        .into_iter()
        .filter(|(key, _)| KEPT.contains(&key.as_str()));
    record.json = Value::Object(kept.collect()).to_string();
    record.files.clear();
    record.custom_emoji.clear();
    record
}

#[cfg(test)]
mod tests {
    use sesame_domain::reading::RecordFlags;

    use super::*;

    #[test]
    fn of_what_may_not_be_copied_only_that_it_was_there_is_kept() {
        let record = |is_protected| MessageRecord {
            id: 7,
            at: None,
            edited_at: None,
            json: r#"{"_":"message","id":7,"date":5,"message":"secret","media":{"_":"x"}}"#.into(),
            sender: None,
            album: None,
            files: Vec::new(),
            custom_emoji: vec![1],
            flags: RecordFlags {
                is_protected,
                ..RecordFlags::default()
            },
        };
        assert_eq!(allowed(record(false)), record(false));
        let kept = allowed(record(true));
        assert_eq!(kept.json, r#"{"_":"message","id":7,"date":5}"#);
        assert!(kept.custom_emoji.is_empty());
    }
}
