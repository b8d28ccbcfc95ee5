//! A person shares their phone number with the bot, as a Mini App asked.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::bot::Bot;
use super::contact::Contact;
use super::init_data;
use super::message::{Content, Message};
use super::person_side::SayError;
use crate::world::Person;

/// A contact that was shared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SharedContact {
    /// The message that the bot got.
    pub message: Message,
    /// The same as a query string with `auth_date` and `hash`, as Mini Apps
    /// get it for `getRequestedContact`.
    pub response: String,
}

impl Bot {
    /// The person lets the bot know their phone number.
    ///
    /// # Errors
    /// If they blocked the bot.
    pub fn share_contact(&self, person: &Person) -> Result<SharedContact, SayError> {
        let contact = Contact {
            phone_number: person.phone.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            user_id: person.id,
        };
        let message = self.post(person, Content::Contact { contact })?;
        let fields = vec![
            ("contact", signed_contact(person)),
            ("auth_date", self.time().timestamp().to_string()),
        ];
        let response = self.read(|state| init_data::sign_with_token(&state.identity, fields));
        Ok(SharedContact { message, response })
    }
}

/// Clients differ in whether the number has a plus: here the message has it
/// without, and this with one.
fn signed_contact(person: &Person) -> String {
    let contact = json!({
        "user_id": person.id,
        "phone_number": format!("+{}", person.phone),
        "first_name": person.first_name,
        "last_name": person.last_name.as_deref().unwrap_or_default(),
    });
    contact.to_string()
}
