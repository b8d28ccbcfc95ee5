//! The table `login_attempts`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login_budget::LoginAttempt;
use sesame_domain::time::Timestamp;

use super::parts::stored;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub login_id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub begun_at: DateTimeUtc,
    pub scanned_at: Option<DateTimeUtc>,
    /// Whose account scanned the code.
    pub account: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The attempt, as it counts for this person.
    pub(crate) fn counted_for(&self, owner: &Owner) -> LoginAttempt {
        LoginAttempt {
            is_own: self.tenant == owner.tenant.as_str() && self.person == owner.person.0,
            begun_at: self.begun_at,
            scanned_at: self.scanned_at,
        }
    }
}

impl ActiveModel {
    /// One that was begun.
    pub(crate) fn begun(login: LoginId, owner: &Owner, at: Timestamp) -> Self {
        Self {
            login_id: Set(login.as_uuid()),
            tenant: Set(owner.tenant.to_string()),
            person: Set(owner.person.0),
            begun_at: Set(stored(at)),
            scanned_at: Set(None),
            account: Set(None),
        }
    }
}
