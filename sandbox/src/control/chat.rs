//! What a person sees of the chat with a bot.

use std::time::Duration;

use axum::Json;
use axum::extract::Query;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

use crate::bots::{Command, MenuButton, Message, ReplyKeyboard, Toast};

use super::answer::Refusal;
use super::bot_card::BotCard;
use super::state::NamedChat;

/// The longest that a request waits for news, in seconds.
const LONGEST_WAIT: u64 = 60;

/// Which part of the chat to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChatQuery {
    /// Only messages with a greater number.
    after: Option<i64>,
    /// Seconds to wait until there is such a message from the bot, up to 60.
    wait: Option<u64>,
}

/// The chat as the person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatView {
    /// The bot.
    bot: BotCard,
    /// Whether the person has written to the bot.
    started: bool,
    /// Whether the person blocked the bot.
    blocked: bool,
    /// How many messages the person has not seen.
    unread: u32,
    /// The messages, oldest first.
    messages: Vec<Message>,
    /// The bot's latest answers to pressed buttons, oldest first.
    toasts: Vec<Toast>,
    /// Buttons in place of the keyboard.
    reply_keyboard: Option<ReplyKeyboard>,
    /// The button beside the input field.
    menu_button: MenuButton,
    /// The commands that the bot offers.
    commands: Vec<Command>,
}

/// The chat with the bot.
#[utoipa::path(
    get, path = "/people/{id}/chat", tag = "chat",
    params(("id" = i64, Path, description = "The person"), ChatQuery),
    responses((status = 200, body = ChatView), (status = 404, body = Refusal)),
)]
pub(super) async fn chat(chat: NamedChat, Query(query): Query<ChatQuery>) -> Json<ChatView> {
    let after = query.after.unwrap_or(0);
    let wait = Duration::from_secs(query.wait.unwrap_or(0).min(LONGEST_WAIT));
    let deadline = Instant::now() + wait;
    let mut changes = chat.bot.revisions();
    loop {
        changes.mark_unchanged();
        let view = view(&chat, after);
        if wait.is_zero() || view.has_news() {
            return Json(view);
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep_until(deadline) => return Json(view),
        }
    }
}

impl ChatView {
    fn has_news(&self) -> bool {
        self.messages
            .iter()
            .any(|message| message.author == crate::bots::Author::Bot)
    }
}

fn view(NamedChat { bot, person }: &NamedChat, after: i64) -> ChatView {
    let chat = bot.chat_of(person.id).unwrap_or_default();
    ChatView {
        bot: BotCard::of(bot, person),
        started: chat.started,
        blocked: chat.blocked,
        unread: chat.unread,
        messages: chat
            .messages
            .into_values()
            .filter(|message| message.message_id > after)
            .collect(),
        toasts: chat.toasts,
        reply_keyboard: chat.reply_keyboard,
        menu_button: bot.menu_for(person.id),
        commands: bot.commands_for(person),
    }
}
