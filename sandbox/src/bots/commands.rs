//! The list of commands that a bot offers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ApiError;

/// One command of the list behind the `/` button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Command {
    /// The command without the slash.
    pub command: String,
    /// What it does.
    pub description: String,
}

/// For whom a list of commands is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommandScope {
    /// For everyone without a narrower list.
    #[default]
    Default,
    /// For all private chats.
    AllPrivateChats,
    /// For groups, of which the sandbox has none; kept and returned.
    AllGroupChats,
    /// For group administrators; kept and returned.
    AllChatAdministrators,
    /// For one chat.
    Chat {
        /// The chat.
        chat_id: i64,
    },
}

/// One list with its audience.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Shelf {
    scope: CommandScope,
    language: String,
    commands: Vec<Command>,
}

/// All lists of commands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct CommandBook {
    shelves: Vec<Shelf>,
}

impl CommandBook {
    /// Replaces the list for an audience; an empty list removes it.
    pub(super) fn set(
        &mut self,
        scope: &CommandScope,
        language: &str,
        commands: Vec<Command>,
    ) -> Result<(), ApiError> {
        check(&commands)?;
        self.remove(scope, language);
        if !commands.is_empty() {
            self.shelves.push(Shelf {
                scope: scope.clone(),
                language: language.to_owned(),
                commands,
            });
        }
        Ok(())
    }

    /// Removes the list for an audience.
    pub(super) fn remove(&mut self, scope: &CommandScope, language: &str) {
        self.shelves
            .retain(|shelf| shelf.scope != *scope || shelf.language != language);
    }

    /// The list for exactly this audience.
    pub(super) fn get(&self, scope: &CommandScope, language: &str) -> &[Command] {
        self.find(scope, language).unwrap_or_default()
    }

    fn find(&self, scope: &CommandScope, language: &str) -> Option<&[Command]> {
        self.shelves
            .iter()
            .find(|shelf| shelf.scope == *scope && shelf.language == language)
            .map(|shelf| shelf.commands.as_slice())
    }

    /// The list that a person sees in their private chat.
    ///
    /// Source: core.telegram.org/bots/api#determining-list-of-commands.
    pub(super) fn for_person(&self, id: i64, language: &str) -> &[Command] {
        let language = language.split('-').next().unwrap_or_default();
        [
            CommandScope::Chat { chat_id: id },
            CommandScope::AllPrivateChats,
            CommandScope::Default,
        ]
        .iter()
        .flat_map(|scope| [self.find(scope, language), self.find(scope, "")])
        .flatten()
        .next()
        .unwrap_or_default()
    }
}

fn check(commands: &[Command]) -> Result<(), ApiError> {
    if commands.len() > 100 {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in commands {
        let name = command
            .command
            .strip_prefix('/')
            .unwrap_or(&command.command);
        let letters = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !letters || !(1..=32).contains(&name.len()) {
            return Err(ApiError::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&command.description.chars().count()) {
            return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str) -> Vec<Command> {
        vec![Command {
            command: name.to_owned(),
            description: "x".to_owned(),
        }]
    }

    #[test]
    fn the_narrowest_list_is_shown() {
        let mut book = CommandBook::default();
        let mine = CommandScope::Chat { chat_id: 1 };
        book.set(&CommandScope::Default, "", list("all")).unwrap();
        book.set(&CommandScope::Default, "ru", list("russian"))
            .unwrap();
        book.set(&mine, "", list("mine")).unwrap();
        assert_eq!(book.for_person(1, "ru"), list("mine"));
        assert_eq!(book.for_person(2, "ru"), list("russian"));
        assert_eq!(book.for_person(2, "pt-br"), list("all"));
        book.remove(&mine, "");
        assert_eq!(book.for_person(1, "en"), list("all"));
    }

    #[test]
    fn capital_letters_are_refused() {
        let mut book = CommandBook::default();
        assert_eq!(
            book.set(&CommandScope::Default, "", list("Start")),
            Err(ApiError::bad("BOT_COMMAND_INVALID"))
        );
    }
}
