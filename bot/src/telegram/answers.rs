//! What people see: messages, and what becomes of pressed buttons.

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sesame_words::{Html, Text};
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters, DeleteMessage, EditMessageText,
    EditMessageTextSetters, SendMessage, SendMessageSetters,
};
use teloxide::requests::Payload;
use teloxide::types::{
    CallbackQueryId, ChatId, InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageId,
    ParseMode, ThreadId,
};

use super::retry::{Again, Attempts};
use super::wire::Call;
use super::{ApiFault, Telegram};

/// No preview: links in our messages are explained by the words around them.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

/// Where something is said: in a chat, or in one of its topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The chat.
    pub(crate) chat: ChatId,
    /// The topic, where the chat has some.
    pub(crate) topic: Option<ThreadId>,
}

impl Place {
    /// Where a message was written.
    pub(crate) fn of(message: &Message) -> Self {
        // A message that answers another one in a group without topics has a
        // thread as well, but no one can write into that.
        let topic = message.thread_id.filter(|_| message.is_topic_message);
        Self {
            chat: message.chat.id,
            topic,
        }
    }
}

impl From<ChatId> for Place {
    fn from(chat: ChatId) -> Self {
        Self { chat, topic: None }
    }
}

impl Telegram {
    /// Answers with a message with HTML markup; tries for some seconds. Tells which
    /// message it is.
    pub(crate) async fn send(
        &self,
        place: Place,
        html: &Html,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<MessageId, ApiFault> {
        let payload = message(place, html, keyboard.clone());
        let sent = match self.patiently(place.chat, Again::Doubles, &payload).await {
            // The topic was closed meanwhile; the person is still there.
            Err(ApiFault::NoTopic) if place.topic.is_some() && place.chat.is_user() => {
                let payload = message(place.chat.into(), html, keyboard);
                self.patiently(place.chat, Again::Doubles, &payload).await
            }
            other => other,
        };
        self.count("send", &sent);
        sent
    }

    /// Sends a message with HTML markup, in one attempt: for who has a schedule
    /// of their own.
    pub(crate) async fn send_once(
        &self,
        chat: ChatId,
        html: &Html,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<MessageId, ApiFault> {
        let sent = self.ask(&message(chat.into(), html, keyboard)).await;
        self.count("send", &sent);
        sent
    }

    /// Changes a message of ours; without a keyboard its buttons go. Tries for
    /// some seconds.
    pub(crate) async fn edit(
        &self,
        chat: ChatId,
        message: MessageId,
        html: &Html,
        keyboard: Option<InlineKeyboardMarkup>,
    ) -> Result<(), ApiFault> {
        let mut payload = EditMessageText::new(chat, message, html.as_str())
            .parse_mode(ParseMode::Html)
            .link_preview_options(NO_PREVIEW);
        if let Some(keyboard) = keyboard {
            payload = payload.reply_markup(keyboard);
        }
        let edited = self.patiently(chat, Again::Harmless, &payload).await;
        let edited = match edited.map(|IgnoredAny| ()) {
            // Two presses of one button: the second has nothing left to do.
            Err(ApiFault::NotModified) => Ok(()),
            other => other,
        };
        self.count("edit", &edited);
        edited
    }

    /// Takes a message back; tries for some seconds. In a private chat a bot
    /// may also delete what the person wrote, for two days.
    ///
    /// Source: core.telegram.org/bots/api#deletemessage.
    pub(crate) async fn delete(&self, chat: ChatId, message: MessageId) -> Result<(), ApiFault> {
        let payload = DeleteMessage::new(chat, message);
        let deleted = self.patiently(chat, Again::Harmless, &payload).await;
        let deleted = match deleted.map(|IgnoredAny| ()) {
            Err(ApiFault::Gone) => Ok(()),
            other => other,
        };
        self.count("delete", &deleted);
        deleted
    }

    /// Takes a message of ours back, if that can be done at the first attempt.
    pub(crate) async fn take_back(&self, chat: ChatId, message: MessageId) {
        if let Err(fault) = self.tell(&DeleteMessage::new(chat, message)).await {
            tracing::debug!(%fault, "a message that is out of date stays");
        }
    }

    /// Ends the waiting of a pressed button, with an alert if there is
    /// something to say that the chat cannot show. Tries for some seconds.
    pub(crate) async fn acknowledge(
        &self,
        chat: ChatId,
        query: CallbackQueryId,
        alert: Option<Text>,
    ) -> Result<(), ApiFault> {
        let mut payload = AnswerCallbackQuery::new(query);
        if let Some(alert) = alert {
            payload = payload.text(alert).show_alert(true);
        }
        let done = self.patiently(chat, Again::Harmless, &payload).await;
        done.map(|IgnoredAny| ())
    }

    /// Makes a call until it is answered, for some seconds.
    async fn patiently<R: DeserializeOwned>(
        &self,
        chat: ChatId,
        again: Again,
        payload: &(impl Payload + Serialize),
    ) -> Result<R, ApiFault> {
        let call = Call::of(payload)?;
        let mut attempts = Attempts::at(again);
        loop {
            let fault = match self.wire.call(&call).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let wait = attempts
                .after(&fault)
                .filter(|wait| self.patience.grants(chat, *wait, self.clock.now()));
            let Some(wait) = wait else { return Err(fault) };
            tracing::debug!(%fault, wait_ms = wait.as_millis(), "an answer is tried again");
            tokio::time::sleep(wait).await;
        }
    }
}

fn message(place: Place, html: &Html, keyboard: Option<InlineKeyboardMarkup>) -> SendMessage {
    let mut payload = SendMessage::new(place.chat, html.as_str())
        .parse_mode(ParseMode::Html)
        .link_preview_options(NO_PREVIEW);
    if let Some(topic) = place.topic {
        payload = payload.message_thread_id(topic);
    }
    if let Some(keyboard) = keyboard {
        payload = payload.reply_markup(keyboard);
    }
    payload
}
