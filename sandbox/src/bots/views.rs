//! How the Bot API shows people, chats and messages.

use serde_json::{Map, Value, json};

use super::bot::Bot;
use super::message::{Author, Message};
use super::state::State;
use crate::world::Person;

/// A person as `User`.
pub(super) fn user(person: &Person) -> Value {
    compact(json!({
        "id": person.id,
        "is_bot": false,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language,
    }))
}

/// A person's private chat as `Chat`.
pub(super) fn chat(person: &Person) -> Value {
    compact(json!({
        "id": person.id,
        "type": "private",
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
    }))
}

/// The bot as `User`.
pub(super) fn bot_user(state: &State) -> Value {
    json!({
        "id": state.identity.id,
        "is_bot": true,
        "first_name": state.name(),
        "username": state.identity.username,
    })
}

/// A message as `Message`.
pub(super) fn message(state: &State, person: &Person, message: &Message) -> Value {
    let mut view = shallow(state, person, message);
    let answered = message
        .reply_to
        .and_then(|id| state.chats.get(&person.id)?.messages.get(&id));
    if let (Some(fields), Some(answered)) = (view.as_object_mut(), answered) {
        let inner = shallow(state, person, answered);
        fields.insert("reply_to_message".to_owned(), inner);
    }
    view
}

/// A message without the one that it answers.
fn shallow(state: &State, person: &Person, message: &Message) -> Value {
    // The stored form and the Bot API agree on everything but the author.
    let mut fields = match serde_json::to_value(message) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    };
    fields.remove("author");
    fields.remove("reply_to");
    let from = match message.author {
        Author::Bot => bot_user(state),
        Author::Person => user(person),
    };
    fields.insert("from".to_owned(), from);
    fields.insert("chat".to_owned(), chat(person));
    Value::Object(fields)
}

impl Bot {
    /// A message of a person's chat as the Bot API shows it.
    pub(super) fn view(&self, person: &Person, shown: &Message) -> Value {
        self.read(|state| message(state, person, shown))
    }
}

/// An object without its empty fields.
pub(super) fn compact(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .collect(),
        ),
        other => other,
    }
}
