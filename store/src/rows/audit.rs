//! The table `audit`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::audit::{Action, Actor, AuditEntry, Outcome};
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    /// Counts up from 1, for each tenant, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub person: i64,
    pub at: DateTimeUtc,
    pub subject: Uuid,
    pub actor_kind: String,
    pub actor_name: Option<String>,
    pub action: String,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            at: row.at,
            owner: owner(row.tenant, row.person)?,
            subject: row.subject,
            actor: actor(&row.actor_kind, row.actor_name)?,
            action: action(&row.action)?,
            reason: row.reason,
            origin: String::new(),
            outcome: Outcome::Done,
        })
    }
}

fn actor(kind: &str, name: Option<String>) -> Result<Actor, StoreError> {
    match (kind, name) {
        ("owner", None) => Ok(Actor::Owner),
        ("system", Some(part)) => Ok(Actor::System { part }),
        ("operator", Some(name)) => Ok(Actor::Operator { name }),
        _ => Err(StoreError::Inconsistent("the actor of an audit entry")),
    }
}

fn action(name: &str) -> Result<Action, StoreError> {
    Action::from_name(name).ok_or(StoreError::Inconsistent("the action of an audit entry"))
}

impl ActiveModel {
    /// Every column of an entry.
    pub(crate) fn of(seq: i64, entry: AuditEntry) -> Self {
        let (kind, name) = match entry.actor {
            Actor::Owner => ("owner", None),
            Actor::System { part } => ("system", Some(part)),
            Actor::Operator { name } => ("operator", Some(name)),
        };
        Self {
            tenant: Set(entry.owner.tenant.to_string()),
            seq: Set(seq),
            person: Set(entry.owner.person.0),
            at: Set(stored(entry.at)),
            subject: Set(entry.subject),
            actor_kind: Set(kind.to_owned()),
            actor_name: Set(name),
            action: Set(entry.action.as_str().to_owned()),
            reason: Set(entry.reason),
        }
    }
}
