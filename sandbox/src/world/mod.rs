//! The state that the data centres, the Bot API and the phone page share.

mod people;
mod person;

pub use people::{CreatePersonError, NewPerson, People};
pub use person::{AccountState, Person};

/// Everything that exists in one sandbox; shared behind an `Arc`.
#[derive(Debug, Default)]
pub struct World {
    people: People,
}

impl World {
    /// The people who have an account here.
    pub fn people(&self) -> &People {
        &self.people
    }
}
