//! What the bot tells Telegram of itself when it starts.

use sesame_domain::reason::Reason;
use sesame_words::Language;
use teloxide::types::Me;
use tracing::warn;

use crate::commands;
use crate::context::BotContext;
use crate::telegram::ApiFault;
use crate::way::Way;

/// Says how updates come in, and offers commands and the menu button. All of
/// it can be said again and again. Commands and descriptions are nice to have;
/// without the way for updates the bot is deaf.
pub(crate) async fn introduce(context: &BotContext, way: &Way) -> Result<Me, ApiFault> {
    sesame_words::load();
    let telegram = &context.telegram;
    let me = telegram.me().await?;
    way.set(telegram).await?;
    let texts = Language::ENGLISH.bot();
    if let Err(error) = telegram.set_commands(commands::menu(texts)).await {
        warn!(error = %Reason::of(&error), "the list of commands was not set");
    }
    if let Err(error) = telegram.set_menu(None, context.app.menu(texts)).await {
        warn!(error = %Reason::of(&error), "the menu button was not set");
    }
    let description = texts.short_description();
    if let Err(error) = telegram.set_short_description(&description).await {
        warn!(error = %Reason::of(&error), "the short description was not set");
    }
    Ok(me)
}
