//! The commands, one a file.

mod accounts;
pub(crate) mod erase;
mod help;
mod privacy;
mod start;
mod status;
mod typed;
pub(crate) mod unlink;

use sesame_words::{BotWords, Text};
use teloxide::types::BotCommand;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// What can be asked with a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Begins the chat. What a deep link carries along is not needed for it.
    Start,
    /// Shows the linked accounts.
    Accounts,
    /// Unlinks an account.
    Unlink,
    /// Says what goes on.
    Status,
    /// Says what is stored.
    Privacy,
    /// Erases everything about the person.
    Erase,
    /// Lists the commands.
    Help,
}

impl Command {
    /// All of them.
    const ALL: [Self; 7] = [
        Self::Start,
        Self::Accounts,
        Self::Unlink,
        Self::Status,
        Self::Privacy,
        Self::Erase,
        Self::Help,
    ];

    /// What is typed after the slash.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Accounts => "accounts",
            Self::Unlink => "unlink",
            Self::Status => "status",
            Self::Privacy => "privacy",
            Self::Erase => "erase",
            Self::Help => "help",
        }
    }

    /// What the list of commands says of it.
    fn description(self, words: BotWords) -> Text {
        match self {
            Self::Start => words.command_start(),
            Self::Accounts => words.command_accounts(),
            Self::Unlink => words.command_unlink(),
            Self::Status => words.command_status(),
            Self::Privacy => words.command_privacy(),
            Self::Erase => words.command_erase(),
            Self::Help => words.command_help(),
        }
    }
}

/// The commands as Telegram offers them while a slash is typed.
pub(crate) fn menu(words: BotWords) -> Vec<BotCommand> {
    Command::ALL
        .into_iter()
        .map(|command| BotCommand::new(command.name(), command.description(words)))
        .collect()
}

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
