//! The table `key_versions`.

use std::fmt;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::StoreError;

use super::parts::stored;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub id: String,
    pub provider: String,
    pub reference: Option<String>,
    pub created_at: DateTimeUtc,
    pub encryptions: i64,
    pub handover: Option<Vec<u8>>,
    pub is_active: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Only the number: the rest names keys, or is sealed.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// The version, given the lowest number that opens anything. One that is
    /// said to be active and is below that opens nothing, and is retired;
    /// whoever wants to seal with it is refused by [`Self::sealing`].
    pub(crate) fn version(self, minimum: i64) -> KeyVersion {
        let state = match (self.is_active, self.number < minimum) {
            (true, false) => KeyState::Active,
            (false, false) => KeyState::Accepted,
            (_, true) => KeyState::Retired,
        };
        KeyVersion {
            number: self.number,
            provider: Provider::from(self.provider),
            id: self.id,
            reference: self.reference,
            state,
            created_at: self.created_at,
            encryptions: encryptions(self.encryptions),
            handover: self.handover,
        }
    }

    /// The version that seals.
    pub(crate) fn sealing(self, minimum: i64) -> Result<KeyVersion, StoreError> {
        if self.number < minimum {
            return Err(StoreError::inconsistent("an active key below the minimum"));
        }
        Ok(self.version(minimum))
    }
}

impl ActiveModel {
    /// A version that becomes active.
    pub(crate) fn active(number: i64, key: NewKey) -> Self {
        Self {
            number: Set(number),
            id: Set(key.id),
            provider: Set(key.provider.as_str().to_owned()),
            reference: Set(key.reference),
            created_at: Set(stored(key.created_at)),
            encryptions: Set(0),
            handover: Set(key.handover),
            is_active: Set(true),
        }
    }

    /// A version that was registered before, not active.
    pub(crate) fn restored(key: &KeyVersion) -> Self {
        Self {
            number: Set(key.number),
            id: Set(key.id.clone()),
            provider: Set(key.provider.as_str().to_owned()),
            reference: Set(key.reference.clone()),
            created_at: Set(stored(key.created_at)),
            encryptions: Set(stored_encryptions(key.encryptions)),
            handover: Set(key.handover.clone()),
            is_active: Set(false),
        }
    }
}

/// A count of encryptions out of its column. One that cannot be is the highest
/// there is: too low would be dangerous, too high only has the key rotated.
pub(crate) fn encryptions(column: i64) -> u64 {
    column.try_into().unwrap_or(u64::MAX)
}

/// A count of encryptions for its column.
pub(crate) fn stored_encryptions(count: u64) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
