//! Which update goes where.

use std::convert::Infallible;
use std::sync::Arc;

use sesame_domain::reason::Reason;
use teloxide::dispatching::{UpdateFilterExt, UpdateHandler};
use teloxide::dptree;
use teloxide::types::{CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage};
use teloxide::types::{Me, Message, Update};

use crate::callback;
use crate::commands::{self, Command};
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::fallback;
use crate::keyboard;
use crate::membership;
use crate::sender::Sender;
use crate::telegram::Place;

/// Which update goes where: of the kinds in [`crate::updates::UPDATE_KINDS`]. Errors are
/// settled inside: there is someone to apologise to there.
pub(crate) fn handlers() -> UpdateHandler<Infallible> {
    let private = |message: Message| message.chat.is_private();
    let messages = Update::filter_message()
        .branch(dptree::filter(private).endpoint(on_message))
        .endpoint(on_group_message);
    let changed = Update::filter_edited_message().filter(private);
    dptree::entry()
        .branch(messages)
        .branch(changed.endpoint(on_changed_message))
        .branch(Update::filter_callback_query().endpoint(on_callback))
        .branch(Update::filter_my_chat_member().endpoint(on_membership))
}

async fn on_message(context: Arc<BotContext>, message: Message, me: Me) -> Result<(), Infallible> {
    let command = command_in(&message, &me);
    context.count(command.map_or("message", Command::name));
    if let Some(sender) = Sender::of(&context.tenant, &message) {
        let answer = async {
            let Some(command) = command else {
                return fallback::answer(&context, &sender, &message).await;
            };
            if !context.admit(&sender, None).await? {
                return Ok(());
            }
            context.welcome(&sender).await?;
            commands::answer(&context, &sender, command).await
        };
        context.settle(&sender, answer.await).await;
    }
    Ok(())
}

async fn on_changed_message(context: Arc<BotContext>, message: Message) -> Result<(), Infallible> {
    context.count("edited");
    if let Some(sender) = Sender::of(&context.tenant, &message) {
        let answer = fallback::changed(&context, &sender, &message).await;
        context.settle(&sender, answer).await;
    }
    Ok(())
}

/// In a group the bot only says where to find it, and only if it is asked: what
/// it knows of a person is no one else's business.
async fn on_group_message(
    context: Arc<BotContext>,
    message: Message,
    me: Me,
) -> Result<(), Infallible> {
    let Some(command) = command_in(&message, &me) else {
        return Ok(());
    };
    context.count("group");
    if let (Command::Start, Some(sender)) = (command, Sender::of(&context.tenant, &message)) {
        let words = sender.texts.private_only().into();
        let keyboard = keyboard::open_chat(sender.texts, &me);
        let place = Place::of(&message);
        let sent = context.telegram.send(place, &words, Some(keyboard));
        if let Err(error) = sent.await {
            tracing::debug!(error = %Reason::of(&error), "a hint in a group did not get out");
        }
    }
    Ok(())
}

fn command_in(message: &Message, me: &Me) -> Option<Command> {
    let text = message.text().or_else(|| message.caption())?;
    Command::typed(text, me.username())
}

async fn on_callback(context: Arc<BotContext>, query: CallbackQuery) -> Result<(), Infallible> {
    context.count("button");
    if let Some(sender) = Sender::new(&context.tenant, &query.from) {
        let sender = match &query.message {
            Some(MaybeInaccessibleMessage::Regular(message)) => sender.at(message),
            Some(MaybeInaccessibleMessage::Inaccessible(_)) | None => sender,
        };
        let answer = callback::answer(&context, &sender, &query).await;
        context.settle(&sender, answer).await;
    }
    Ok(())
}

async fn on_membership(
    context: Arc<BotContext>,
    change: ChatMemberUpdated,
) -> Result<(), Infallible> {
    context.count("membership");
    if !change.chat.is_private() {
        return Ok(());
    }
    if let Some(sender) = Sender::new(&context.tenant, &change.from) {
        let noted: Result<(), AnswerError> = membership::note(&context, &sender, &change).await;
        if let Err(error) = noted {
            tracing::warn!(error = %Reason::of(&error), "who blocked the bot could not be remembered");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use teloxide::dptree::di::DependencyMap;

    use super::*;

    #[test]
    fn handlers_are_given_all_that_they_ask_for() {
        let given = [
            dptree::Type::of::<Arc<BotContext>>(),
            dptree::Type::of::<Me>(),
            dptree::Type::of::<Update>(),
        ];
        // It panics otherwise.
        dptree::type_check(handlers().sig(), &DependencyMap::new(), &given);
    }
}
