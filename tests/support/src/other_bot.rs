//! A bot beside the first one, and its guests.

use std::fmt;

use anyhow::Result;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::guest::Guest;
use crate::phone::Phones;

/// A bot that was made in the sandbox, and what drives it.
#[derive(Clone, Deserialize)]
pub struct MadeBot {
    /// Telegram's user id of the bot.
    pub id: i64,
    /// Its public name, without the `@`.
    pub username: String,
    /// Its name.
    pub name: String,
    /// Its token, which whoever runs it is given.
    pub token: String,
}

impl fmt::Debug for MadeBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeBot")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl Phones {
    /// Has another bot made, as one does with `@BotFather`.
    ///
    /// # Errors
    /// If the sandbox refuses: the public name must be free and end in `bot`.
    pub async fn make_bot(&self, name: &str, username: &str) -> Result<MadeBot> {
        let wish = json!({ "name": name, "username": username });
        let made = self.granted(Method::POST, "/bots", Some(wish)).await?;
        Ok(serde_json::from_value(made)?)
    }

    /// Has a bot's token replaced: the former one is answered 401 from now on.
    ///
    /// # Errors
    /// If there is no such bot.
    pub async fn revoke_token(&self, bot: i64) -> Result<MadeBot> {
        let path = format!("/bots/{bot}/revoke");
        let renewed = self.granted(Method::POST, &path, None).await?;
        Ok(serde_json::from_value(renewed)?)
    }
}

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
