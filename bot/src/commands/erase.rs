//! `/erase`, and the buttons that follow.

use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_domain::time::{Age, Timestamp};
use teloxide::types::MessageId;

use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// How long the question waits for its answer: a button that is found again
/// much later must not erase anything.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// Says what goes and what stays, and asks.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let keyboard = keyboard::confirm_erase(texts, reception.ports.clock.now());
    reception
        .say(visitor, texts.ask_erase(), Some(keyboard))
        .await
}

/// It was confirmed: the question becomes the receipt.
pub(crate) async fn confirmed(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
    asked_at: Timestamp,
) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let waited = Age::of(asked_at, reception.ports.clock.now());
    if waited.is_over(PATIENCE) {
        let words = texts.erase_too_late();
        return reception.revise(visitor, message, words, None).await;
    }
    let desk = &reception.ports.accounts;
    let receipt = desk.erase(&visitor.owner, Actor::Owner).await?;
    let words = texts.receipt(&receipt);
    reception.revise(visitor, message, &words, None).await
}

/// It was not.
pub(crate) async fn kept(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
) -> Result<(), AnswerError> {
    let words = visitor.texts.nothing_erased();
    reception.revise(visitor, message, words, None).await
}
