//! Which update goes where.

use std::convert::Infallible;
use std::sync::Arc;

use teloxide::dispatching::{HandlerExt, UpdateFilterExt, UpdateHandler};
use teloxide::dptree;
use teloxide::types::{
    AllowedUpdate, CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Me, Message, Update,
};

use crate::chatter;
use crate::commands::{self, Command};
use crate::error::AnswerError;
use crate::keyboard;
use crate::membership;
use crate::press;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// The kinds of updates that [`handlers`] takes.
pub(crate) const UPDATES: [AllowedUpdate; 3] = [
    AllowedUpdate::Message,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// Which update goes where. Errors are settled inside: there is someone to
/// apologise to there.
pub(crate) fn handlers() -> UpdateHandler<Infallible> {
    let messages = Update::filter_message()
        .branch(
            dptree::filter(|message: Message| message.chat.is_private())
                .branch(
                    dptree::entry()
                        .filter_command::<Command>()
                        .endpoint(on_command),
                )
                .endpoint(on_chatter),
        )
        .branch(
            dptree::entry()
                .filter_command::<Command>()
                .endpoint(on_group_command),
        );
    dptree::entry()
        .branch(messages)
        .branch(Update::filter_callback_query().endpoint(on_press))
        .branch(Update::filter_my_chat_member().endpoint(on_membership))
}

async fn on_command(
    reception: Arc<Reception>,
    message: Message,
    command: Command,
) -> Result<(), Infallible> {
    reception.count(command.label());
    if let Some(visitor) = sender(&reception, &message) {
        let answer = async {
            reception.welcome(&visitor).await?;
            commands::answer(&reception, &visitor, &command).await
        };
        reception.settle(&visitor, answer.await).await;
    }
    Ok(())
}

async fn on_chatter(reception: Arc<Reception>, message: Message) -> Result<(), Infallible> {
    reception.count("message");
    if let Some(visitor) = sender(&reception, &message) {
        let answer = async {
            reception.welcome(&visitor).await?;
            // Service messages ("the app may write to you") need no answer.
            if message.text().is_none() && message.caption().is_none() {
                return Ok(());
            }
            chatter::answer(&reception, &visitor, &message).await
        };
        reception.settle(&visitor, answer.await).await;
    }
    Ok(())
}

/// In a group the bot only says where to find it, and only if it is asked.
async fn on_group_command(
    reception: Arc<Reception>,
    message: Message,
    command: Command,
    me: Me,
) -> Result<(), Infallible> {
    reception.count("group");
    if let (Command::Start(_), Some(visitor)) = (command, sender(&reception, &message)) {
        let words = visitor.texts.private_only();
        let keyboard = keyboard::open_chat(visitor.texts, &me);
        let sent = reception
            .telegram
            .send(message.chat.id.into(), words, Some(keyboard));
        if let Err(error) = sent.await {
            tracing::debug!(%error, "a hint in a group did not get out");
        }
    }
    Ok(())
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
            tracing::warn!(%error, "who blocked the bot could not be remembered");
        }
    }
    Ok(())
}

fn sender(reception: &Reception, message: &Message) -> Option<Visitor> {
    Visitor::of(&reception.tenant, message)
}
