//! The buttons below a question whether to do something dangerous.

use sesame_domain::audit::{Action, AuditEntry, OperatorReason};
use sesame_domain::ids::ConfirmationId;
use teloxide::types::MessageId;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// Takes an operator's answer. The page from which they came does it then, or
/// does not.
pub(crate) async fn answered(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    id: ConfirmationId,
    confirmed: bool,
) -> Result<(), AnswerError> {
    let (texts, owner, ports) = (sender.texts, &sender.owner, &context.ports);
    let operator = context.operators.of_tenant(&owner.tenant, owner.person);
    if operator.is_none() {
        // Whoever is taken out of the configuration decides nothing any more.
        let words = texts.confirmation_void();
        return context.revise(sender, message, words, None).await;
    }
    let now = ports.clock.now();
    let answer = ports
        .confirmations
        .answer(owner, id, confirmed, now)
        .await?;
    let Ok(confirmation) = answer else {
        let words = texts.confirmation_void();
        return context.revise(sender, message, words, None).await;
    };
    let summary = &confirmation.action.summary;
    let words = if confirmed {
        texts.confirmed(summary)
    } else {
        texts.declined(summary)
    };
    let why = if confirmed {
        OperatorReason::Confirmed
    } else {
        OperatorReason::Declined
    };
    let entry = AuditEntry::new(
        now,
        owner.clone(),
        id.as_uuid(),
        context.operator_actor(sender),
        Action::ConfirmationAsked,
        why,
    );
    let entry = entry.from("bot");
    let entry = if confirmed { entry } else { entry.refused() };
    ports.audit.append(entry).await?;
    context.revise(sender, message, words, None).await
}
