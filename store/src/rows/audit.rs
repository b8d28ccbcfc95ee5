//! The table `audit_entries`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::audit::{Action, Actor, AuditEntry, ChainedEntry, Outcome};
use sesame_domain::ports::StoreError;

use super::audit_strand;
use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub strand: i16,
    /// Counts up from 1, for each strand, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub person: i64,
    pub at: DateTimeUtc,
    pub subject: Uuid,
    pub actor_kind: String,
    pub actor_name: Option<String>,
    pub action: String,
    pub reason: String,
    pub origin: String,
    pub outcome: String,
    pub link: Vec<u8>,
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
            origin: row.origin,
            outcome: outcome(&row.outcome)?,
        })
    }
}

impl TryFrom<Model> for ChainedEntry {
    type Error = StoreError;

    fn try_from(mut row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            strand: audit_strand::strand(row.strand)?,
            seq: row.seq,
            link: audit_strand::link(std::mem::take(&mut row.link))?,
            entry: row.try_into()?,
        })
    }
}

fn actor(kind: &str, name: Option<String>) -> Result<Actor, StoreError> {
    match (kind, name) {
        ("owner", None) => Ok(Actor::Owner),
        ("system", Some(part)) => Ok(Actor::System { part }),
        ("operator", Some(name)) => Ok(Actor::Operator { name }),
        _ => Err(StoreError::inconsistent("the actor of an audit entry")),
    }
}

fn action(name: &str) -> Result<Action, StoreError> {
    Action::from_name(name).ok_or(StoreError::inconsistent("the action of an audit entry"))
}

fn outcome(name: &str) -> Result<Outcome, StoreError> {
    Outcome::from_name(name).ok_or(StoreError::inconsistent("the outcome of an audit entry"))
}

impl ActiveModel {
    /// Every column of an entry at its place.
    pub(crate) fn of(chained: ChainedEntry) -> Result<Self, StoreError> {
        let entry = chained.entry;
        let (kind, name) = match entry.actor {
            Actor::Owner => ("owner", None),
            Actor::System { part } => ("system", Some(part)),
            Actor::Operator { name } => ("operator", Some(name)),
        };
        Ok(Self {
            tenant: Set(entry.owner.tenant.to_string()),
            strand: Set(audit_strand::column(chained.strand)?),
            seq: Set(chained.seq),
            person: Set(entry.owner.person.0),
            at: Set(stored(entry.at)),
            subject: Set(entry.subject),
            actor_kind: Set(kind.to_owned()),
            actor_name: Set(name),
            action: Set(entry.action.as_str().to_owned()),
            reason: Set(entry.reason),
            origin: Set(entry.origin),
            outcome: Set(entry.outcome.as_str().to_owned()),
            link: Set(chained.link.0.to_vec()),
        })
    }
}
