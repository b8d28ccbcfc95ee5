//! What the bot says because a person asked for it in the Mini App.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{ChatError, PersonsChat};
use sesame_words::{BotWords, Language};
use teloxide::types::ChatId;
use tracing::warn;

use crate::context::BotContext;
use crate::keyboard;
use crate::telegram::ApiFault;

/// Writes to people because they asked for it.
pub(crate) struct Chat(pub(crate) Arc<BotContext>);

impl Chat {
    async fn words(&self, owner: &Owner) -> Result<BotWords, ChatError> {
        let person = self.0.ports.people.find(owner).await?;
        let language = person.as_ref().and_then(|it| it.language.as_deref());
        Ok(Language::of(language).bot())
    }
}

#[async_trait]
impl PersonsChat for Chat {
    async fn send_screen_link(&self, owner: &Owner, url: &str) -> Result<(), ChatError> {
        let words = self.words(owner).await?;
        let chat = ChatId(owner.person.0);
        let button = keyboard::open_screen(words, url);
        let html = words.screen_link();
        match self.0.telegram.send_once(chat, &html, button).await {
            Ok(_) => Ok(()),
            Err(ApiFault::Unreachable(_)) => Err(ChatError::Unreachable),
            Err(fault) => {
                warn!(error = %fault, "a link was not sent into a chat");
                Err(ChatError::Busy)
            }
        }
    }
}
