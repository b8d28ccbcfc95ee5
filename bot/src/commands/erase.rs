//! `/erase`, and the buttons that follow.

use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_domain::time::{Age, Timestamp};
use teloxide::types::MessageId;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;
use crate::texts;

/// How long the question waits for its answer: a button that is found again
/// much later must not erase anything.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// Says what goes and what stays, and asks.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let texts = sender.texts;
    let keyboard = keyboard::confirm_erase(texts, context.ports.clock.now());
    context.say(sender, texts.ask_erase(), Some(keyboard)).await
}

/// It was confirmed: the question becomes the receipt.
pub(crate) async fn confirmed(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    asked_at: Timestamp,
) -> Result<(), AnswerError> {
    let texts = sender.texts;
    let waited = Age::of(asked_at, context.ports.clock.now());
    if waited.is_over(PATIENCE) {
        let words = texts.erase_too_late();
        return context.revise(sender, message, words, None).await;
    }
    let service = &context.ports.accounts;
    let receipt = service.erase(&sender.owner, Actor::Owner).await?;
    let words = texts::receipt(texts, &receipt);
    context.revise(sender, message, words, None).await
}

/// It was not.
pub(crate) async fn kept(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
) -> Result<(), AnswerError> {
    let words = sender.texts.nothing_erased();
    context.revise(sender, message, words, None).await
}
