//! The button beside the input field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ApiError;
use super::keyboard::{WebApp, check_web_app};

/// What the button beside the input field does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MenuButton {
    /// Shows the list of commands.
    #[default]
    Commands,
    /// Opens a Mini App.
    WebApp {
        /// What is written on it.
        text: String,
        /// The app.
        web_app: WebApp,
    },
    /// What the bot does for everyone.
    Default,
}

impl MenuButton {
    /// Refuses what Telegram refuses.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        match self {
            Self::Commands | Self::Default => Ok(()),
            Self::WebApp { text, .. } if text.trim().is_empty() => {
                Err(ApiError::bad("menu button text must be non-empty"))
            }
            Self::WebApp { web_app, .. } => check_web_app(&web_app.url),
        }
    }
}

/// The bot's menu button, and the ones of single chats.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Menus {
    everyone: MenuButton,
    chats: BTreeMap<i64, MenuButton>,
}

impl Menus {
    /// Sets the button of a chat, or of everyone.
    pub(super) fn set(&mut self, chat: Option<i64>, button: MenuButton) {
        match chat {
            Some(chat) => {
                self.chats.insert(chat, button);
            }
            None if button == MenuButton::Default => self.everyone = MenuButton::Commands,
            None => self.everyone = button,
        }
    }

    /// The button as it was set.
    pub(super) fn get(&self, chat: Option<i64>) -> &MenuButton {
        match chat {
            Some(chat) => self.chats.get(&chat).unwrap_or(&MenuButton::Default),
            None => &self.everyone,
        }
    }

    /// The button that a person sees.
    pub(super) fn shown_to(&self, chat: i64) -> &MenuButton {
        match self.get(Some(chat)) {
            MenuButton::Default => &self.everyone,
            own @ (MenuButton::Commands | MenuButton::WebApp { .. }) => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chats_own_button_hides_the_common_one() {
        let app = |text: &str| MenuButton::WebApp {
            text: text.to_owned(),
            web_app: WebApp {
                url: "https://e.org".to_owned(),
            },
        };
        let mut menus = Menus::default();
        assert_eq!(*menus.shown_to(1), MenuButton::Commands);
        menus.set(None, app("all"));
        assert_eq!(*menus.shown_to(1), app("all"));
        menus.set(Some(1), app("mine"));
        assert_eq!(*menus.shown_to(1), app("mine"));
        menus.set(Some(1), MenuButton::Default);
        assert_eq!(*menus.shown_to(1), app("all"));
    }
}
