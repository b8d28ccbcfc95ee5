//! Sessions in JSON: a list, objects with the columns of a table as their
//! members, one such object a line, or ids with their sessions.

use secrecy::SecretString;
use serde_json::{Deserializer, Map, Value};

use super::columns::Columns;
use super::entry::{Cells, Entry, Unread, UnreadReason};
use super::header::is_alike;
use super::person::{is_nothing, person};

/// The entries of a text, if it is JSON. Where there are lists, their numbers
/// are counted instead of lines.
pub(super) fn read(text: &str, columns: Columns<'_>) -> Option<Vec<Result<Entry, Unread>>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let values: Vec<Value> = Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .ok()?;
    let entries = (1..)
        .zip(values.into_iter().flat_map(items))
        .filter_map(|(number, item)| entry(number, item, columns).transpose());
    Some(entries.collect())
}

/// One thing of a list, perhaps with the id that it has there.
struct Item {
    id: Option<String>,
    value: Value,
}

fn items(value: Value) -> Vec<Item> {
    let alone = |value| Item { id: None, value };
    match value {
        Value::Array(values) => values.into_iter().map(alone).collect(),
        Value::Object(members) if is_wrapper(&members) => members
            .into_iter()
            .flat_map(|(_, list)| items(list))
            .collect(),
        Value::Object(members) if is_by_id(&members) => members
            .into_iter()
            .map(|(id, value)| Item {
                id: Some(id),
                value,
            })
            .collect(),
        other => vec![alone(other)],
    }
}

/// `{"sessions": […]}`
fn is_wrapper(members: &Map<String, Value>) -> bool {
    members.len() == 1 && members.values().all(Value::is_array)
}

/// `{"42": …, "43": …}`
fn is_by_id(members: &Map<String, Value>) -> bool {
    !members.is_empty() && members.keys().all(|id| person(id).is_ok())
}

/// The entry of an item, unless it says that it has no session.
fn entry(line: u64, item: Item, columns: Columns<'_>) -> Result<Option<Entry>, Unread> {
    let (session, owner, tenant) = match &item.value {
        Value::String(session) => (session.clone(), None, None),
        Value::Object(members) => (
            member(members, columns.session).ok_or_else(|| {
                let name = columns.session;
                Unread::line(line, UnreadReason::NoMember(name.to_owned()))
            })?,
            columns.person.and_then(|name| member(members, name)),
            columns.tenant.and_then(|name| member(members, name)),
        ),
        Value::Null => return Ok(None),
        _ => {
            return Err(Unread::line(line, UnreadReason::NeitherSessionNorObject));
        }
    };
    if is_nothing(&session) {
        return Ok(None);
    }
    let person = owner.or(item.id);
    let cells = Cells {
        line,
        tenant: tenant.as_deref(),
        person: person.as_deref(),
    };
    cells.entry(SecretString::from(session)).map(Some)
}

/// A member as text.
fn member(members: &Map<String, Value>, name: &str) -> Option<String> {
    let alike = || members.iter().find(|(key, _)| is_alike(key, name));
    let (_, value) = members.get_key_value(name).or_else(alike)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => Some(String::new()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const USUAL: Columns<'static> = Columns {
        session: "session",
        person: Some("user_id"),
        person_is_named: false,
        tenant: None,
    };

    #[test]
    fn sessions_are_read_as_programs_write_them() {
        for text in [
            r#"[{"user_id": 42, "session": "1AAA"}, {"user_id": 43, "session": "1BBB"}]"#,
            r#"{"sessions": [{"userId": "42", "Session": "1AAA"}, {"userId": 43, "Session": "1BBB"}]}"#,
            "{\"user_id\": 42, \"session\": \"1AAA\"}\n{\"user_id\": 43.0, \"session\": \"1BBB\"}\n",
            r#"{"42": "1AAA", "43": "1BBB"}"#,
            r#"{"42": {"session": "1AAA"}, "43": {"session": "1BBB"}}"#,
        ] {
            let read: Vec<_> = read(text, USUAL)
                .unwrap()
                .into_iter()
                .map(|entry| {
                    let entry = entry.unwrap();
                    let session = entry.session.expose_secret().to_owned();
                    (entry.line, entry.person.map(|person| person.0), session)
                })
                .collect();
            let right = [(1, Some(42), "1AAA"), (2, Some(43), "1BBB")];
            assert_eq!(
                read,
                right.map(|(line, id, text)| (line, id, text.to_owned())),
                "{text}"
            );
        }
        let plain = read(r#"["1AAA", null, "1BBB"]"#, USUAL).unwrap();
        assert!(plain.len() == 2 && plain.iter().all(Result::is_ok));
    }

    #[test]
    fn what_has_no_session_is_named_and_not_shown() {
        let text = r#"[{"string": "1SECRET"}, {"user_id": "ann", "session": "1SECRET"}, 7, {"session": null}]"#;
        let read = read(text, USUAL).unwrap();
        let lines: Vec<_> = read
            .iter()
            .map(|entry| match entry {
                Err(Unread { line, why }) => {
                    assert!(!why.to_string().contains("SECRET"), "{why}");
                    *line
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lines, [1, 2, 3]);
    }

    #[test]
    fn what_only_resembles_it_is_left_to_others() {
        for text in ["1AAA", "[\n'1AAA',\n]", "{\n\"42\": \"1AAA\",\n}"] {
            assert!(read(text, USUAL).is_none(), "{text}");
        }
    }
}
