//! `/start`.

use sesame_domain::reason::Reason;
use sesame_words::Html;
use tracing::warn;

use crate::app_link::AppLink;
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;
use crate::texts;

/// Welcomes a person and shows the way into the app.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let words = sender.texts;
    let app = &context.app;
    let said = match app {
        AppLink::Open(_) => texts::welcome(words, sender.name.as_str(), &context.disclosure),
        AppLink::NeedsHttps => words.app_needs_https(),
    };
    let keyboard = keyboard::open_app(app, words.open_app_button());
    let said = below(sender, said, context.own_words.welcome.as_deref());
    context.say(sender, said, keyboard).await?;
    // The same button stays at hand below the chat; the welcome is complete
    // without it.
    let menu = app.menu(words);
    if let Err(error) = context
        .telegram
        .set_menu(Some(sender.place.chat), menu)
        .await
    {
        warn!(error = %Reason::of(&error), "the menu button was not set");
    }
    Ok(())
}

/// These words, and below them those of whoever runs the bot.
pub(super) fn below(sender: &Sender, words: Html, own: Option<&str>) -> Html {
    match own {
        Some(own) => Html::lines([words, Html::empty(), sender.texts.own_words(own).into()]),
        None => words,
    }
}
