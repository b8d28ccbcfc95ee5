//! Someone who chats with a bot, as most tests begin.

use anyhow::Result;
use serde_json::{Value, json};

use crate::miniapp::MiniApp;
use crate::phone::{NewPerson, Person, Phones};

/// The button under the first bot's welcome.
pub const OPEN_BUTTON: &str = "Open Sesame";

/// Someone who chats with a bot.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Who.
    pub person: Person,
    /// Their Mini App.
    pub app: MiniApp,
}

impl Guest {
    /// Someone new, who has greeted the bot of these phones and opened the app
    /// that it offers.
    ///
    /// # Errors
    /// If the sandbox or the bot does not play along.
    pub async fn of(phones: &Phones, home_dc: i32) -> Result<Self> {
        let person = phones.create(&NewPerson::of("Ada", home_dc)).await?;
        phones.say(person.id, "/start").await?;
        let button = phones.offered_app(person.id).await?;
        let how = json!({ "button": { "text": button } });
        let app = MiniApp::opened(&phones.open(person.id, how).await?)?;
        Ok(Self { person, app })
    }

    /// Their account is linked: it must have no cloud password.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn link(&self, phones: &Phones) -> Result<()> {
        let login = self.app.begin().await?;
        let (link, _) = self.app.code(&login).await?;
        phones.scan(self.person.id, &link).await?;
        self.app.reaches(&login, &["authorized"]).await?;
        Ok(())
    }
}

/// Opening the Mini App by the button under the first bot's welcome.
pub fn by_button() -> Value {
    json!({ "button": { "text": OPEN_BUTTON } })
}
