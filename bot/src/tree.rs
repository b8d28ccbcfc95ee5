//! Which update goes where.

use std::convert::Infallible;
use std::sync::Arc;

use sesame_domain::reason::Reason;
use teloxide::dispatching::{UpdateFilterExt, UpdateHandler};
use teloxide::dptree;
use teloxide::types::{CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage};
use teloxide::types::{Me, Message, Update};

use crate::chatter;
use crate::commands::{self, Command};
use crate::error::AnswerError;
use crate::keyboard;
use crate::membership;
use crate::press;
use crate::reception::Reception;
use crate::telegram::Place;
use crate::visitor::Visitor;

/// Which update goes where: of the kinds in [`crate::way::UPDATES`]. Errors are
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
        .branch(Update::filter_callback_query().endpoint(on_press))
        .branch(Update::filter_my_chat_member().endpoint(on_membership))
}

async fn on_message(reception: Arc<Reception>, message: Message, me: Me) -> Result<(), Infallible> {
    let command = command_in(&message, &me);
    reception.count(command.map_or("message", Command::name));
    if let Some(visitor) = Visitor::of(&reception.tenant, &message) {
        let answer = async {
            let Some(command) = command else {
                return chatter::answer(&reception, &visitor, &message).await;
            };
            reception.welcome(&visitor).await?;
            commands::answer(&reception, &visitor, command).await
        };
        reception.settle(&visitor, answer.await).await;
    }
    Ok(())
}

async fn on_changed_message(reception: Arc<Reception>, message: Message) -> Result<(), Infallible> {
    reception.count("edited");
    if let Some(visitor) = Visitor::of(&reception.tenant, &message) {
        let answer = chatter::changed(&reception, &visitor, &message).await;
        reception.settle(&visitor, answer).await;
    }
    Ok(())
}

/// In a group the bot only says where to find it, and only if it is asked: what
/// it knows of a person is no one else's business.
async fn on_group_message(
    reception: Arc<Reception>,
    message: Message,
    me: Me,
) -> Result<(), Infallible> {
    let Some(command) = command_in(&message, &me) else {
        return Ok(());
    };
    reception.count("group");
    if let (Command::Start, Some(visitor)) = (command, Visitor::of(&reception.tenant, &message)) {
        let words = visitor.texts.private_only();
        let keyboard = keyboard::open_chat(visitor.texts, &me);
        let place = Place::of(&message);
        let sent = reception.telegram.send(place, words, Some(keyboard));
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

async fn on_press(reception: Arc<Reception>, query: CallbackQuery) -> Result<(), Infallible> {
    reception.count("button");
    if let Some(visitor) = Visitor::new(&reception.tenant, &query.from) {
        let visitor = match &query.message {
            Some(MaybeInaccessibleMessage::Regular(message)) => visitor.at(message),
            Some(MaybeInaccessibleMessage::Inaccessible(_)) | None => visitor,
        };
        let answer = press::answer(&reception, &visitor, &query).await;
        reception.settle(&visitor, answer).await;
    }
    Ok(())
}

async fn on_membership(
    reception: Arc<Reception>,
    change: ChatMemberUpdated,
) -> Result<(), Infallible> {
    reception.count("membership");
    if !change.chat.is_private() {
        return Ok(());
    }
    if let Some(visitor) = Visitor::new(&reception.tenant, &change.from) {
        let noted: Result<(), AnswerError> = membership::note(&reception, &visitor, &change).await;
        if let Err(error) = noted {
            tracing::warn!(error = %Reason::of(&error), "who blocked the bot could not be remembered");
        }
    }
    Ok(())
}
