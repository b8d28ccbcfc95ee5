//! Whoever has an id.

use super::state::World;
use super::users::User;

impl World {
    /// Whoever has this id: a person, a bot, Telegram itself.
    pub fn user(&self, id: i64) -> Option<User> {
        match self.people().get(id) {
            Some(person) => Some(User::from(&person)),
            None => self.users().get(id),
        }
    }
}
