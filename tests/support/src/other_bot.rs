//! A bot beside the first one, and its guests.

use anyhow::Result;

use crate::guest::Guest;
use crate::phone::{MadeBot, Phones};

/// A bot beside the first one. Whoever runs it is to be given its token.
#[derive(Clone, Debug)]
pub struct OtherBot {
    /// Which one.
    pub bot: MadeBot,
    /// The phones of the people, in their chats with it.
    pub phones: Phones,
}

impl OtherBot {
    /// Has one made, as one does with `@BotFather`.
    ///
    /// # Errors
    /// If the sandbox refuses: the public name must be free and end in `bot`.
    pub async fn make(phones: &Phones, username: &str) -> Result<Self> {
        let bot = phones.make_bot(username, username).await?;
        let phones = phones.of_bot(bot.id);
        Ok(Self { bot, phones })
    }

    /// Its token.
    pub fn token(&self) -> &str {
        &self.bot.token
    }

    /// Has its token replaced: the former one is answered 401 from now on.
    ///
    /// # Errors
    /// If the sandbox does not answer.
    pub async fn revoke_token(&mut self) -> Result<()> {
        self.bot = self.phones.revoke_token(self.bot.id).await?;
        Ok(())
    }

    /// Someone new, who has greeted it and opened its Mini App.
    ///
    /// # Errors
    /// If the sandbox or the bot does not play along.
    pub async fn guest(&self, home_dc: i32) -> Result<Guest> {
        Guest::of(&self.phones, home_dc).await
    }

    /// Someone new whose account is linked through it, and who heard so from it.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn linked(&self, home_dc: i32) -> Result<Guest> {
        let guest = self.guest(home_dc).await?;
        guest.link(&self.phones).await?;
        self.phones.hears(guest.person.id, "linked").await?;
        Ok(guest)
    }
}
