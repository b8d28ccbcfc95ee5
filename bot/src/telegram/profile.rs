//! What the bot tells Telegram of itself.

use sesame_words::Text;
use teloxide::payloads::{
    GetMyShortDescription, SetChatMenuButton, SetChatMenuButtonSetters, SetMyCommands,
    SetMyShortDescription, SetMyShortDescriptionSetters,
};
use teloxide::types::{BotCommand, BotShortDescription, ChatId, MenuButton};

use super::{ApiFault, Telegram};

impl Telegram {
    /// Offers these commands.
    pub(crate) async fn set_commands(&self, commands: Vec<BotCommand>) -> Result<(), ApiFault> {
        self.tell(&SetMyCommands::new(commands)).await
    }

    /// Says in the bot's profile what it is for. Telegram allows few changes
    /// of it, so it is only changed when it differs.
    pub(crate) async fn set_short_description(&self, text: &Text) -> Result<(), ApiFault> {
        let now: BotShortDescription = self.ask(&GetMyShortDescription::new()).await?;
        if now.short_description == text.as_str() {
            return Ok(());
        }
        let payload = SetMyShortDescription::new().short_description(text.as_str());
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
