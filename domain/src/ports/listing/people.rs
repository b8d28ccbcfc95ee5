//! The people who talk to the bots.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;

use crate::ids::{AccountId, PersonId};
use crate::listing::{CursorError, Listed, Query, Tenants};
use crate::ports::{PersonRecord, StoreError};
use crate::time::Timestamp;

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    /// This one.
    pub person: Option<PersonId>,
    /// Who blocked the bot, or did not.
    pub is_blocked: Option<bool>,
    /// Who have an account linked, or have not.
    pub is_linked: Option<bool>,
    /// Whose language begins like this tag (`pt` finds `pt-BR` too).
    pub language: Option<String>,
    /// Who were last seen then or later.
    pub seen_since: Option<Timestamp>,
    /// Who were last seen before then.
    pub seen_before: Option<Timestamp>,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// What is remembered of them.
    pub record: PersonRecord,
    /// Their account, if one is linked.
    pub account: Option<AccountId>,
}

/// What tells people apart who were seen at the same moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonKey {
    /// The name of the tenant, as the row has it.
    pub tenant: String,
    /// The person.
    pub person: PersonId,
}

impl fmt::Display for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.person, self.tenant)
    }
}

impl FromStr for PersonKey {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (person, tenant) = text.split_once('.').ok_or(CursorError)?;
        Ok(Self {
            tenant: tenant.to_owned(),
            person: PersonId(person.parse().map_err(|_| CursorError)?),
        })
    }
}

/// What is asked of the list.
pub type PersonQuery = Query<PersonFilter, PersonKey>;
/// A page of it.
pub type ListedPeople = Listed<PersonRow, PersonKey>;

/// The people who talk to the bots.
#[async_trait]
pub trait PersonListing: Send + Sync {
    /// Those that the filter lets through, last seen first.
    async fn people(&self, query: &PersonQuery) -> Result<ListedPeople, StoreError>;

    /// A person with this number, at each of these tenants that knows one.
    async fn person(&self, person: PersonId, tenants: &Tenants)
    -> Result<ListedPeople, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Cursor;

    #[test]
    fn a_place_among_people_survives_an_address() {
        for tenant in ["main", "Tenant. of the Future"] {
            let cursor = Cursor {
                at: chrono::DateTime::UNIX_EPOCH,
                key: PersonKey {
                    tenant: tenant.to_owned(),
                    person: PersonId(-7),
                },
            };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert_eq!("7.x.y".parse::<Cursor<PersonKey>>(), Err(CursorError));
    }
}
