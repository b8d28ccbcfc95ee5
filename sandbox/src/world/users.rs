//! Who can be met: people, bots, Telegram itself, and those of whom there is
//! nothing but a name.

use std::collections::{BTreeMap, BTreeSet};

use super::guarded::Guarded;
use super::person::{AccountState, Person};

/// The id of Telegram's own account, which sends login codes.
pub const SERVICE_USER: i64 = 777_000;

/// What kind of account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// A person.
    Person,
    /// A bot.
    Bot,
    /// Telegram itself.
    Service,
}

/// An account as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Telegram's user id.
    pub id: i64,
    /// What kind of account it is.
    pub kind: UserKind,
    /// First name; a bot's name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Public name, without the `@`.
    pub username: Option<String>,
    /// Phone number, digits only; of people who can log in.
    pub phone: Option<String>,
    /// Whether the account is gone.
    pub deleted: bool,
}

impl User {
    /// Someone of whom there is nothing but a name.
    pub fn named(id: i64, kind: UserKind, first_name: &str) -> Self {
        Self {
            id,
            kind,
            first_name: first_name.to_owned(),
            last_name: None,
            username: None,
            phone: None,
            deleted: false,
        }
    }

    fn telegram() -> Self {
        Self {
            phone: Some("42777".to_owned()),
            ..Self::named(SERVICE_USER, UserKind::Service, "Telegram")
        }
    }
}

impl From<&Person> for User {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            kind: UserKind::Person,
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            username: person.username.clone(),
            phone: Some(person.phone.clone()),
            deleted: person.state == AccountState::Banned,
        }
    }
}

/// The accounts that no one logs in to with an app: bots, Telegram itself, and
/// those of whom there is nothing but a name.
#[derive(Debug)]
pub struct Users {
    by_id: Guarded<BTreeMap<i64, User>>,
    /// Who blocked whom.
    blocked: Guarded<BTreeSet<(i64, i64)>>,
}

impl Default for Users {
    fn default() -> Self {
        let telegram = User::telegram();
        Self {
            by_id: Guarded::new(BTreeMap::from([(telegram.id, telegram)])),
            blocked: Guarded::default(),
        }
    }
}

impl Users {
    /// Adds an account, or changes what is known of it.
    pub fn put(&self, user: User) {
        self.by_id.write().insert(user.id, user);
    }

    /// The account with this id.
    pub fn get(&self, id: i64) -> Option<User> {
        self.by_id.read().get(&id).cloned()
    }

    /// The bot with the lowest id.
    pub fn first_bot(&self) -> Option<i64> {
        let users = self.by_id.read();
        let mut bots = users.values().filter(|user| user.kind == UserKind::Bot);
        bots.next().map(|bot| bot.id)
    }

    /// A person blocks an account, or lets it back in.
    pub fn set_blocked(&self, person: i64, user: i64, blocked: bool) {
        let mut pairs = self.blocked.write();
        if blocked {
            pairs.insert((person, user));
        } else {
            pairs.remove(&(person, user));
        }
    }

    /// Whether a person blocked an account.
    pub fn is_blocked(&self, person: i64, user: i64) -> bool {
        self.blocked.read().contains(&(person, user))
    }

    /// The account with this public name.
    pub fn by_username(&self, username: &str) -> Option<User> {
        let users = self.by_id.read();
        let mut found = users.values().filter(|user| {
            let own = user.username.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(username))
        });
        found.next().cloned()
    }
}
