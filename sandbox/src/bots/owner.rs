//! What the bot's owner sees and sets, as with Telegram's `@BotFather`.

use super::bot::Bot;
use super::commands::{Command, CommandScope};
use super::error::ApiError;
use super::identity::Identity;
use super::keyboard::check_web_app;
use super::menu::MenuButton;

/// The bot as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnerView {
    /// Who the bot is.
    pub identity: Identity,
    /// Its name.
    pub name: String,
    /// The public key of launch data, in hexadecimal.
    pub webapp_public_key: String,
    /// The app that links open.
    pub main_app: Option<String>,
    /// The commands for everyone.
    pub commands: Vec<Command>,
    /// The menu button for everyone.
    pub menu_button: MenuButton,
}

impl Bot {
    /// The bot as its owner sees it.
    pub fn owner_view(&self) -> OwnerView {
        self.read(|state| OwnerView {
            identity: state.identity.clone(),
            name: state.name().to_owned(),
            webapp_public_key: state.key.public_hex(),
            main_app: state.main_app.clone(),
            commands: state.commands.get(&CommandScope::Default, "").to_vec(),
            menu_button: state.menus.get(None).clone(),
        })
    }

    /// Sets the app that links open.
    pub fn set_main_app(&self, url: Option<String>) -> Result<(), ApiError> {
        if let Some(url) = &url {
            check_web_app(url)?;
        }
        self.change(|state| state.main_app = url);
        Ok(())
    }
}
