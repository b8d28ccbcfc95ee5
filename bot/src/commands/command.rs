//! What commands there are.

use sesame_words::{BotWords, Text};
use teloxide::types::BotCommand;

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
    /// Gives an operator a link to their pages. No list has it: it is for few.
    Admin,
}

impl Command {
    /// Those on offer.
    pub(super) const ALL: [Self; 7] = [
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
            Self::Admin => "admin",
        }
    }

    /// What the list of commands says of it.
    pub(super) fn description(self, words: BotWords) -> Text {
        match self {
            Self::Start => words.command_start(),
            Self::Accounts => words.command_accounts(),
            Self::Unlink => words.command_unlink(),
            Self::Status => words.command_status(),
            Self::Privacy => words.command_privacy(),
            Self::Erase => words.command_erase(),
            Self::Help => words.command_help(),
            Self::Admin => words.command_admin(),
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
