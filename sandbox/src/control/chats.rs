//! The list of a person's chats.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bots::{Bot, Message};
use crate::world::Person;

use super::answer::Refusal;
use super::bot_card::BotCard;
use super::state::{ControlState, NamedPerson};

/// A chat as the list of chats shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatSummary {
    /// The bot.
    bot: BotCard,
    /// Whether the person has written to the bot.
    started: bool,
    /// Whether the person blocked the bot.
    blocked: bool,
    /// How many messages the person has not seen.
    unread: u32,
    /// The latest message.
    last: Option<Message>,
}

/// The chats with all bots, also with those to which the person never wrote,
/// in the order in which the bots were made.
#[utoipa::path(
    get, path = "/people/{id}/chats", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = Vec<ChatSummary>), (status = 404, body = Refusal)),
)]
pub(super) async fn list(
    State(state): State<ControlState>,
    NamedPerson(person): NamedPerson,
) -> Json<Vec<ChatSummary>> {
    let bots = state.bots.list();
    Json(bots.iter().map(|bot| summary(bot, &person)).collect())
}

fn summary(bot: &Bot, person: &Person) -> ChatSummary {
    let chat = bot.chat_of(person.id).unwrap_or_default();
    ChatSummary {
        bot: BotCard::of(bot, person),
        started: chat.started,
        blocked: chat.blocked,
        unread: chat.unread,
        last: chat.messages.into_values().next_back(),
    }
}
