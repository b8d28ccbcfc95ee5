//! Updates that the library cannot read, as far as they can be answered.

use serde_json::Value;
use sesame_domain::display_name::DisplayName;
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_words::Language;
use teloxide::types::{CallbackQueryId, ChatId, MessageId, ThreadId};
use tracing::debug;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::leaked_secret::{self, Said};
use crate::sender::Sender;
use crate::telegram::Place;
use crate::updates::update_id;

/// What an update that cannot be read is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    /// Something that was said, or done to the chat.
    Message,
    /// Something that was said before, and changed.
    Edited,
    /// A button that was pressed.
    Callback(CallbackQueryId),
}

/// An update that cannot be read, out of a private chat with a person.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    update: i64,
    about: About,
    person: i64,
    first_name: String,
    username: Option<String>,
    language: Option<String>,
    topic: Option<ThreadId>,
    message: Option<MessageId>,
    said: Said,
}

impl Unreadable {
    /// What can be found in the raw update; `None`: no one waits for an
    /// answer, as in groups and channels.
    pub(crate) fn find(raw: &Value) -> Option<Self> {
        let (kind, body) = raw
            .as_object()?
            .iter()
            .find(|(name, body)| *name != "update_id" && body.is_object())?;
        let about = match kind.as_str() {
            // Whoever blocked the bot cannot be answered.
            "my_chat_member" | "chat_member" => return None,
            "edited_message" => About::Edited,
            "callback_query" => About::Callback(CallbackQueryId(text(body, "id")?)),
            _ => About::Message,
        };
        let message = match about {
            About::Callback(_) => body.get("message").unwrap_or(&Value::Null),
            About::Message | About::Edited => body,
        };
        let from = body.get("from")?;
        let person = from.get("id")?.as_i64()?;
        let chat = message.get("chat").unwrap_or(&Value::Null);
        let private = chat.get("type").and_then(Value::as_str) == Some("private")
            && chat.get("id").and_then(Value::as_i64) == Some(person);
        let is_bot = flag(from, "is_bot");
        // A button's waiting can be ended wherever it was pressed.
        if is_bot || !(private || matches!(about, About::Callback(_))) {
            return None;
        }
        Some(Self {
            update: update_id(raw).unwrap_or_default(),
            about,
            person,
            first_name: text(from, "first_name").unwrap_or_default(),
            username: text(from, "username"),
            language: text(from, "language_code"),
            topic: number(message, "message_thread_id")
                .filter(|_| private && flag(message, "is_topic_message"))
                .map(|id| ThreadId(MessageId(id))),
            message: number(message, "message_id").map(MessageId),
            said: Said::in_raw(message),
        })
    }

    /// The number of the update.
    pub(crate) fn update(&self) -> i64 {
        self.update
    }

    /// Whose it is.
    pub(crate) fn person(&self) -> i64 {
        self.person
    }

    /// The button that was pressed.
    pub(crate) fn pressed(&self) -> Option<CallbackQueryId> {
        match &self.about {
            About::Callback(query) => Some(query.clone()),
            About::Message | About::Edited => None,
        }
    }

    /// The one who waits for an answer.
    pub(crate) fn sender(&self, tenant: &TenantId) -> Sender {
        let person = PersonId(self.person);
        Sender {
            owner: Owner {
                tenant: tenant.clone(),
                person,
            },
            place: Place {
                chat: ChatId(self.person),
                topic: self.topic,
            },
            name: DisplayName::new(&self.first_name, self.username.as_deref(), person),
            language: self.language.clone(),
            texts: Language::of(self.language.as_deref()).bot(),
        }
    }

    /// Answers it, as far as it can be.
    pub(crate) async fn deal_with(&self, context: &BotContext) {
        context.count("unreadable");
        let sender = self.sender(&context.tenant);
        let answer = self.answer(context, &sender).await;
        if answer.is_err() {
            debug!("an update that cannot be read was not answered");
        }
        context.settle(&sender, answer).await;
    }

    async fn answer(&self, context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
        let words = sender.texts.unreadable();
        match &self.about {
            About::Callback(query) => {
                if !context.admit(sender, Some(query)).await? {
                    return Ok(());
                }
                let chat = sender.place.chat;
                let telegram = &context.telegram;
                let waiting = telegram.acknowledge(chat, query.clone(), Some(words));
                Ok(waiting.await?)
            }
            About::Message | About::Edited => {
                if let Some(message) = self.message
                    && leaked_secret::caught(context, sender, message, &self.said).await?
                {
                    return Ok(());
                }
                if self.about == About::Edited {
                    return Ok(());
                }
                if !context.admit(sender, None).await? {
                    return Ok(());
                }
                context.say(sender, words, None).await
            }
        }
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn number(value: &Value, name: &str) -> Option<i32> {
    i32::try_from(value.get(name)?.as_i64()?).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn message(chat: &Value, from: &Value) -> Value {
        json!({"update_id": 1, "message": {"message_id": 7, "chat": chat, "from": from}})
    }

    #[test]
    fn what_a_person_says_in_private_is_found() {
        let raw = message(
            &json!({"id": 5, "type": "private"}),
            &json!({"id": 5, "is_bot": false, "first_name": "Nina"}),
        );
        let found = Unreadable::find(&raw).unwrap();
        assert_eq!(found.about, About::Message);
        assert_eq!(found.person, 5);
        assert_eq!(found.message, Some(MessageId(7)));
    }

    #[rstest]
    #[case(json!({"update_id": 1}))]
    #[case(json!({"update_id": 1, "message": 17}))]
    #[case(json!({"update_id": 1, "message": {"text": "half"}}))]
    #[case(message(
        &json!({"id": -100, "type": "supergroup"}), &json!({"id": 5, "first_name": "Nina"})
    ))]
    #[case(message(&json!({"id": 5, "type": "private"}), &json!({"id": 5, "is_bot": true})))]
    #[case(json!({"update_id": 1, "channel_post": {"chat": {"id": -100, "type": "channel"}}}))]
    #[case(json!({"update_id": 1, "my_chat_member": {
        "chat": {"id": 5, "type": "private"}, "from": {"id": 5}
    }}))]
    #[case(json!("nonsense"))]
    fn where_no_one_waits_there_is_no_answer(#[case] raw: Value) {
        assert!(Unreadable::find(&raw).is_none());
    }

    #[test]
    fn a_pressed_button_is_found_wherever_it_was_pressed() {
        let raw = json!({"update_id": 1, "callback_query": {
            "id": "9", "from": {"id": 5, "is_bot": false}, "message": {"what": "is this"},
        }});
        let found = Unreadable::find(&raw).unwrap();
        assert_eq!(
            found.about,
            About::Callback(CallbackQueryId("9".to_owned()))
        );
    }
}
