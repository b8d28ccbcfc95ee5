//! The commands, one a file.

mod accounts;
pub(crate) mod erase;
mod help;
mod privacy;
mod start;
mod status;
pub(crate) mod unlink;

use teloxide::types::BotCommand;
use teloxide::utils::command::BotCommands;

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::texts::Texts;
use crate::visitor::Visitor;

/// What can be asked with a slash.
#[derive(Clone, Debug, PartialEq, Eq, BotCommands)]
#[command(rename_rule = "lowercase")]
pub(crate) enum Command {
    /// Begins the chat. What a deep link carries along is not needed for it.
    Start(String),
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
    /// The name in metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Accounts => "accounts",
            Self::Unlink => "unlink",
            Self::Status => "status",
            Self::Privacy => "privacy",
            Self::Erase => "erase",
            Self::Help => "help",
        }
    }
}

/// The commands as Telegram offers them while a slash is typed.
pub(crate) fn menu(texts: Texts) -> Vec<BotCommand> {
    texts
        .commands()
        .into_iter()
        .map(|(name, description)| BotCommand::new(name, description))
        .collect()
}

/// Answers a command.
pub(crate) async fn answer(
    reception: &Reception,
    visitor: &Visitor,
    command: &Command,
) -> Result<(), AnswerError> {
    match command {
        Command::Start(_) => start::answer(reception, visitor).await,
        Command::Accounts => accounts::answer(reception, visitor).await,
        Command::Unlink => unlink::answer(reception, visitor).await,
        Command::Status => status::answer(reception, visitor).await,
        Command::Privacy => privacy::answer(reception, visitor).await,
        Command::Erase => erase::answer(reception, visitor).await,
        Command::Help => help::answer(reception, visitor).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_on_offer_is_understood() {
        for command in menu(Texts::English) {
            let typed = format!("/{}@sesame_bot", command.command);
            let parsed = Command::parse(&typed, "sesame_bot").unwrap();
            assert_eq!(parsed.label(), command.command);
        }
    }
}
