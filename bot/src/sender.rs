//! The person on the other side.

use sesame_domain::display_name::DisplayName;
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_words::{BotWords, Language};
use teloxide::types::{ChatId, Message, User};

use crate::telegram::Place;

/// The person on the other side of a private chat, as an update tells of them.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// Whose accounts and logins they may see and change.
    pub(crate) owner: Owner,
    /// Where to answer: in the private chat, which has the person's own id.
    pub(crate) place: Place,
    /// What they are called.
    pub(crate) name: DisplayName,
    /// The language of their Telegram app.
    pub(crate) language: Option<String>,
    /// Our words in their language.
    pub(crate) texts: BotWords,
}

impl Sender {
    /// The sender of an update; `None`: a bot, or an id out of range.
    pub(crate) fn new(tenant: &TenantId, user: &User) -> Option<Self> {
        if user.is_bot {
            return None;
        }
        let id = i64::try_from(user.id.0).ok()?;
        Some(Self {
            owner: Owner {
                tenant: tenant.clone(),
                person: PersonId(id),
            },
            place: ChatId(id).into(),
            name: DisplayName::new(&user.first_name, user.username.as_deref(), PersonId(id)),
            language: user.language_code.clone(),
            texts: Language::of(user.language_code.as_deref()).bot(),
        })
    }

    /// The sender of a message, to be answered where it was written.
    pub(crate) fn of(tenant: &TenantId, message: &Message) -> Option<Self> {
        let sender = Self::new(tenant, message.from.as_ref()?)?;
        Some(sender.at(message))
    }

    /// The same, to be answered in the topic of a message of the private chat.
    pub(crate) fn at(mut self, message: &Message) -> Self {
        let place = Place::of(message);
        if place.chat == self.place.chat {
            self.place = place;
        }
        self
    }
}
