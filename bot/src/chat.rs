//! What the bot says because a person asked for it in the Mini App.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{ChatError, ExportArchive, PersonsChat};
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
        let sent = self.0.telegram.send_once(chat, &html, button).await;
        sent.map(|_| ()).map_err(not_sent)
    }

    async fn send_archive(
        &self,
        owner: &Owner,
        name: &str,
        archive: Arc<dyn ExportArchive>,
    ) -> Result<(), ChatError> {
        let words = self.words(owner).await?;
        let chat = ChatId(owner.person.0);
        let caption = words.export_sent();
        let telegram = &self.0.telegram;
        let sent = telegram.send_archive(chat, name.to_owned(), archive, &caption);
        sent.await.map_err(not_sent)
    }
}

fn not_sent(fault: ApiFault) -> ChatError {
    match fault {
        ApiFault::Unreachable(_) => ChatError::Unreachable,
        fault => {
            warn!(error = %fault, "what was asked for was not sent into a chat");
            ChatError::Busy
        }
    }
}
