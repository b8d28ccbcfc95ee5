//! The commands, one a file.

mod accounts;
mod admin;
mod command;
pub(crate) mod confirm;
pub(crate) mod erase;
mod help;
mod look;
mod privacy;
mod start;
mod status;
mod typed;
pub(crate) mod unlink;

pub(crate) use command::{Command, menu};

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// Answers a command.
pub(crate) async fn answer(
    context: &BotContext,
    sender: &Sender,
    command: Command,
) -> Result<(), AnswerError> {
    match command {
        Command::Start => start::answer(context, sender).await,
        Command::Accounts => accounts::answer(context, sender).await,
        Command::Unlink => unlink::answer(context, sender).await,
        Command::Status => status::answer(context, sender).await,
        Command::Privacy => privacy::answer(context, sender).await,
        Command::Erase => erase::answer(context, sender).await,
        Command::Help => help::answer(context, sender).await,
        Command::Admin => admin::answer(context, sender).await,
    }
}

#[cfg(test)]
mod tests {
    use sesame_words::Language;

    use super::*;

    #[test]
    fn every_command_on_offer_is_understood() {
        for command in menu(Language::ENGLISH.bot()) {
            let typed = format!("/{}@sesame_bot", command.command);
            let parsed = Command::typed(&typed, "sesame_bot").unwrap();
            assert_eq!(parsed.name(), command.command);
        }
    }
}
