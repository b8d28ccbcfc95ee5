//! What the bot tells Telegram of itself.

use sesame_words::Text;
use teloxide::payloads::{
    GetMyDescription, GetMyDescriptionSetters, GetMyShortDescription, GetMyShortDescriptionSetters,
    SetChatMenuButton, SetChatMenuButtonSetters, SetMyCommands, SetMyCommandsSetters,
    SetMyDescription, SetMyDescriptionSetters, SetMyShortDescription, SetMyShortDescriptionSetters,
};
use teloxide::types::{BotCommand, BotDescription, BotShortDescription, ChatId, MenuButton};

use super::{ApiFault, Telegram};

impl Telegram {
    /// Offers these commands, to those whose app has that language or else to
    /// everyone.
    pub(crate) async fn set_commands(
        &self,
        commands: Vec<BotCommand>,
        language: Option<&str>,
    ) -> Result<(), ApiFault> {
        let mut payload = SetMyCommands::new(commands);
        if let Some(language) = language {
            payload = payload.language_code(language);
        }
        self.tell(&payload).await
    }

    /// Says in the bot's profile what it is for. Telegram allows few changes
    /// of it, so it is only changed when it differs.
    pub(crate) async fn set_short_description(
        &self,
        text: &Text,
        language: Option<&str>,
    ) -> Result<(), ApiFault> {
        let mut asked = GetMyShortDescription::new();
        let mut payload = SetMyShortDescription::new().short_description(text.as_str());
        if let Some(language) = language {
            asked = asked.language_code(language);
            payload = payload.language_code(language);
        }
        let now: BotShortDescription = self.ask(&asked).await?;
        if now.short_description == text.as_str() {
            return Ok(());
        }
        self.tell(&payload).await
    }

    /// Says in the empty chat what the bot can do. Changed as rarely.
    pub(crate) async fn set_description(
        &self,
        text: &str,
        language: Option<&str>,
    ) -> Result<(), ApiFault> {
        let mut asked = GetMyDescription::new();
        let mut payload = SetMyDescription::new().description(text);
        if let Some(language) = language {
            asked = asked.language_code(language);
            payload = payload.language_code(language);
        }
        let now: BotDescription = self.ask(&asked).await?;
        if now.description == text {
            return Ok(());
        }
        self.tell(&payload).await
    }

    /// Sets the button beside the input field, for a chat or for all.
    pub(crate) async fn set_menu(
        &self,
        chat: Option<ChatId>,
        button: MenuButton,
    ) -> Result<(), ApiFault> {
        let mut payload = SetChatMenuButton::new().menu_button(button);
        if let Some(chat) = chat {
            payload = payload.chat_id(chat);
        }
        self.tell(&payload).await
    }
}
