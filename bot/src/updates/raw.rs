//! Updates as Telegram sends them, before they are understood.

use serde_json::Value;

/// The update's number.
pub(crate) fn update_id(raw: &Value) -> Option<i64> {
    raw.get("update_id")?.as_i64()
}

/// What was pushed, if it is an update, whatever it is about.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let raw: Value = serde_json::from_slice(body).ok()?;
    update_id(&raw).is_some().then_some(raw)
}
