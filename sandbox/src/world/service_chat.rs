//! The chat with Telegram itself, in which login codes come.

use super::chats::{NewMessage, TextEntity, TextStyle};
use super::state::World;
use super::users::SERVICE_USER;

impl World {
    /// Telegram writes to a person.
    pub fn tell(&self, person: i64, text: &str, bold: &str) {
        let now = self.clock().now();
        let chats = self.chats();
        let Ok(chat) = chats.private_of(person, SERVICE_USER, now) else {
            return;
        };
        let units = |text: &str| i32::try_from(text.encode_utf16().count()).unwrap_or(0);
        let entities = text
            .find(bold)
            .filter(|_| !bold.is_empty())
            .map(|at| TextEntity {
                offset: units(&text[..at]),
                length: units(bold),
                style: TextStyle::Bold,
            });
        let new = NewMessage {
            from: Some(SERVICE_USER),
            text: text.to_owned(),
            entities: entities.into_iter().collect(),
            ..NewMessage::default()
        };
        chats.say(&chat, new, now);
    }

    /// A login code that comes in the app.
    pub(crate) fn tell_code(&self, person: i64, code: &str) {
        let text = format!(
            "Login code: {code}. Do not give this code to anyone, even if they say they are \
             from Telegram!\n\nThis code can be used to log in to your Telegram account. We \
             never ask it for anything else.\n\nIf you didn't request this code by trying to \
             log in on another device, simply ignore this message."
        );
        self.tell(person, &text, "Login code:");
    }

    /// Tells a person's devices that someone wants to export their data.
    pub(crate) fn tell_of_takeout(&self, person: i64) {
        let text = "Data export request. A device that is logged in to your account wants to \
                    export your data. If it was you, allow it here; otherwise it begins by \
                    itself after a while. If it was not you, end the device in Settings > \
                    Devices.";
        self.tell(person, text, "Data export request.");
    }
}
