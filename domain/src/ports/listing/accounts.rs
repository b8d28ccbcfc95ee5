//! Linked accounts.

use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::account::{Account, DeathCause};
use crate::ids::{AccountId, NodeId, PersonId};
use crate::listing::{IdSearch, Listed, Query, Tenants};
use crate::ports::StoreError;
use crate::time::Timestamp;

/// How an account does, as lists are filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthFilter {
    /// Its session answered when it was last asked.
    Alive,
    /// Telegram froze it.
    Frozen,
    /// Its session is gone, whatever for.
    Dead,
    /// Its session is gone for this reason.
    DeadOf(DeathCause),
}

/// What is typed into the search: an id or its end, Telegram's id of a person, or
/// a public name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountSearch {
    /// The account's id.
    Id(IdSearch),
    /// Telegram's id of the person. Eight digits may also be the end of an id.
    Person(PersonId),
    /// The public name, without the `@`, in any case.
    Username(String),
}

/// Nothing that an account could be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account is found by its id, the end of that, a Telegram id or a public name")]
pub struct AccountSearchError;

impl FromStr for AccountSearch {
    type Err = AccountSearchError;

    fn from_str(text: &str) -> Result<Self, AccountSearchError> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix('@') {
            return username(name);
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let person = text.parse().map_err(|_| AccountSearchError)?;
            return Ok(Self::Person(PersonId(person)));
        }
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => username(text),
        }
    }
}

/// A public name has letters, digits and underscores, 32 at most.
fn username(name: &str) -> Result<AccountSearch, AccountSearchError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=32).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(AccountSearch::Username(name.to_ascii_lowercase()));
    }
    Err(AccountSearchError)
}

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountFilter {
    /// That are found by this.
    pub search: Option<AccountSearch>,
    /// That do like this.
    pub health: Option<HealthFilter>,
    /// Whose session is sealed under this version of the key.
    pub key: Option<String>,
    /// That were last used before then.
    pub used_before: Option<Timestamp>,
    /// That were last used then or later.
    pub used_since: Option<Timestamp>,
    /// That were linked then or later.
    pub linked_since: Option<Timestamp>,
}

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The account.
    pub account: Account,
    /// The version of the key that its session is sealed under; `None`: its data
    /// key is destroyed.
    pub key: Option<String>,
    /// The node that has its session claimed.
    pub node: Option<NodeId>,
}

/// What is asked of the list.
pub type AccountQuery = Query<AccountFilter, AccountId>;
/// A page of it.
pub type ListedAccounts = Listed<AccountRow, AccountId>;

/// Linked accounts.
#[async_trait]
pub trait AccountListing: Send + Sync {
    /// Those that the filter lets through, last used first.
    async fn accounts(&self, query: &AccountQuery) -> Result<ListedAccounts, StoreError>;

    /// The account with this id, if it is of one of these tenants.
    async fn account(
        &self,
        id: AccountId,
        tenants: &Tenants,
    ) -> Result<Option<AccountRow>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_what_is_typed() {
        let search = |text: &str| text.parse::<AccountSearch>();
        let person = Ok(AccountSearch::Person(PersonId(6_120_458_831)));
        assert_eq!(search(" 6120458831 "), person);
        let name = Ok(AccountSearch::Username("amina_o".to_owned()));
        assert_eq!(search("@Amina_O"), name);
        assert_eq!(search("Amina_O"), name);
        for id in ["6c37e81a", "019a1c55-80d2-7e11-b2a4-9d0f6c37e812"] {
            assert_eq!(search(id), Ok(AccountSearch::Id(id.parse().unwrap())));
        }
        for text in ["", "@", "two words", "ёж", "99999999999999999999"] {
            assert_eq!(search(text), Err(AccountSearchError), "{text}");
        }
    }
}
