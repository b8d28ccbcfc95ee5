//! What the bot tells Telegram of itself when it starts.

use sesame_domain::reason::Reason;
use sesame_words::Language;
use teloxide::types::Me;
use tracing::warn;

use crate::commands;
use crate::context::BotContext;
use crate::telegram::ApiFault;
use crate::texts;
use crate::updates::UpdateSource;

/// Says where updates are to go, and offers commands and the menu button. All of
/// it can be said again and again. Commands and descriptions are nice to have;
/// without a source of updates the bot answers no one.
pub(crate) async fn introduce(context: &BotContext, source: &UpdateSource) -> Result<Me, ApiFault> {
    sesame_words::load();
    let telegram = &context.telegram;
    let me = telegram.me().await?;
    source.set(telegram).await?;
    // One for all; a person's own language comes with `/start`.
    let menu = context.app.menu(Language::ENGLISH.bot());
    if let Err(error) = telegram.set_menu(None, menu).await {
        warn!(error = %Reason::of(&error), "the menu button was not set");
    }
    for language in Language::all() {
        introduce_in(context, language).await;
    }
    Ok(me)
}

/// Offers commands and says what the bot is for, in a language.
async fn introduce_in(context: &BotContext, language: Language) {
    let telegram = &context.telegram;
    // English is for everyone whose language is not here. Telegram tells
    // languages apart by two letters, without regions.
    let code = (language != Language::ENGLISH).then(|| language.tag());
    if code.is_some_and(|code| code.len() != 2) {
        return;
    }
    let words = language.bot();
    let commands = commands::menu(words);
    if let Err(error) = telegram.set_commands(commands, code).await {
        warn!(error = %Reason::of(&error), "the list of commands was not set");
    }
    let description = words.short_description();
    if let Err(error) = telegram.set_short_description(&description, code).await {
        warn!(error = %Reason::of(&error), "the short description was not set");
    }
    let description = texts::description(words, &context.disclosure);
    if let Err(error) = telegram.set_description(&description, code).await {
        warn!(error = %Reason::of(&error), "the description was not set");
    }
}
