//! The register of people.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::code_delivery::CodeDelivery;
use super::feed::{Event, Feed};
use super::guarded::Guarded;
use super::person::{AccountState, Person};

/// The first id that is handed out when the creator names none.
const FIRST_ID: i64 = 5_000_001;

/// What it takes to create a [`Person`].
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Telegram's user id; chosen by the sandbox if absent.
    pub id: Option<i64>,
    /// First name; must not be empty.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without the `@`.
    pub username: Option<String>,
    /// Phone number, international, digits only; made up if absent.
    pub phone: Option<String>,
    /// IETF language tag; `en` if absent.
    pub language: Option<String>,
    /// Data centre that holds the account; 1 if absent.
    pub home_dc: Option<i32>,
}

/// Why a person could not be created.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CreatePersonError {
    /// The first name is empty or longer than Telegram's 64 characters.
    #[error("the first name must have 1 to 64 characters")]
    Name,
    /// The phone number is not 5 to 15 digits.
    #[error("the phone number must be 5 to 15 digits")]
    Phone,
    /// The id or the phone number belongs to someone already.
    #[error("a person with this id or phone number exists")]
    Taken,
    /// The id is not a positive number.
    #[error("the id must be positive")]
    Id,
}

/// The digits of a phone number, if it can be one.
pub(crate) fn phone_digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let punctuation = |c: char| c.is_ascii_digit() || "+-() .".contains(c);
    let plausible = (5..=15).contains(&digits.len()) && phone.chars().all(punctuation);
    plausible.then_some(digits)
}

/// The register of people: who exists and what is publicly known of them.
#[derive(Debug, Default)]
pub struct People {
    by_id: Guarded<BTreeMap<i64, Person>>,
    feed: Feed,
}

impl People {
    pub(crate) fn new(feed: Feed) -> Self {
        Self {
            by_id: Guarded::default(),
            feed,
        }
    }

    /// Registers a person.
    ///
    /// # Errors
    /// When a field is out of range or someone has the id or phone already.
    pub fn create(&self, new: NewPerson) -> Result<Person, CreatePersonError> {
        if new.first_name.is_empty() || new.first_name.chars().count() > 64 {
            return Err(CreatePersonError::Name);
        }
        let mut by_id = self.by_id.write();
        let id = match new.id {
            Some(id) if id > 0 => id,
            Some(_) => return Err(CreatePersonError::Id),
            None => by_id.keys().next_back().map_or(FIRST_ID, |last| last + 1),
        };
        let phone = new.phone.unwrap_or_else(|| format!("9996{id:07}"));
        if !(5..=15).contains(&phone.len()) || !phone.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CreatePersonError::Phone);
        }
        if by_id.contains_key(&id) || by_id.values().any(|p| p.phone == phone) {
            return Err(CreatePersonError::Taken);
        }
        let person = Person {
            id,
            first_name: new.first_name,
            last_name: new.last_name,
            username: new.username,
            phone,
            language: new.language.unwrap_or_else(|| "en".to_owned()),
            home_dc: new.home_dc.unwrap_or(1),
            state: AccountState::Active,
            has_password: false,
            code_delivery: CodeDelivery::default(),
        };
        by_id.insert(id, person.clone());
        drop(by_id);
        self.feed.publish(Event::PersonChanged { person: id });
        Ok(person)
    }

    /// Puts back someone who was kept over a restart.
    pub(crate) fn put(&self, person: Person) {
        self.by_id.write().insert(person.id, person);
    }

    /// The person with this id.
    pub fn get(&self, id: i64) -> Option<Person> {
        self.by_id.read().get(&id).cloned()
    }

    /// The person with this phone number (digits only).
    pub fn by_phone(&self, phone: &str) -> Option<Person> {
        self.by_id
            .read()
            .values()
            .find(|p| p.phone == phone)
            .cloned()
    }

    /// The person with this public name.
    pub fn by_username(&self, username: &str) -> Option<Person> {
        let people = self.by_id.read();
        let mut found = people.values().filter(|p| {
            let own = p.username.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(username))
        });
        found.next().cloned()
    }

    /// Everyone, by id.
    pub fn list(&self) -> Vec<Person> {
        self.by_id.read().values().cloned().collect()
    }

    /// Changes what is known of a person; `None` if no one has this id.
    pub fn update(&self, id: i64, change: impl FnOnce(&mut Person)) -> Option<Person> {
        let changed = {
            let mut by_id = self.by_id.write();
            let person = by_id.get_mut(&id)?;
            change(person);
            person.clone()
        };
        self.feed.publish(Event::PersonChanged { person: id });
        Some(changed)
    }
}
