//! `/start`.

use sesame_domain::reason::Reason;
use tracing::warn;

use crate::app_link::AppLink;
use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Welcomes a person and shows the way into the app.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let app = &reception.app;
    let words = match app {
        AppLink::Open(_) => texts.welcome(visitor.name.as_str()),
        AppLink::NeedsHttps => texts.app_needs_https().to_owned(),
    };
    let keyboard = keyboard::open_app(app, texts.open_app_button());
    reception.say(visitor, &words, keyboard).await?;
    // The same button stays at hand below the chat; the welcome is complete
    // without it.
    let menu = app.menu(texts);
    if let Err(error) = reception
        .telegram
        .set_menu(Some(visitor.place.chat), menu)
        .await
    {
        warn!(error = %Reason::of(&error), "the menu button was not set");
    }
    Ok(())
}
