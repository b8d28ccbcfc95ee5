//! The table `audit_entries`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason, ChainedEntry, Outcome};
use sesame_domain::ports::StoreError;

use super::audit_strand;
use super::parts::{needed, owner, stored};

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
        let action = Action::of(&row.action);
        Ok(Self {
            at: row.at,
            owner: owner(row.tenant, row.person)?,
            subject: row.subject,
            actor: needed(
                Actor::from_parts(&row.actor_kind, row.actor_name),
                "the actor of an audit entry",
            )?,
            reason: AuditReason::of(&action, &row.reason),
            action,
            origin: row.origin,
            outcome: Outcome::of(&row.outcome),
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

impl ActiveModel {
    /// Every column of an entry at its place.
    pub(crate) fn of(chained: ChainedEntry) -> Result<Self, StoreError> {
        let entry = chained.entry;
        Ok(Self {
            tenant: Set(entry.owner.tenant.to_string()),
            strand: Set(audit_strand::column(chained.strand)?),
            seq: Set(chained.seq),
            person: Set(entry.owner.person.0),
            at: Set(stored(entry.at)),
            subject: Set(entry.subject),
            actor_kind: Set(entry.actor.kind().to_owned()),
            actor_name: Set(entry.actor.name().map(str::to_owned)),
            action: Set(entry.action.as_str().to_owned()),
            reason: Set(entry.reason.to_string()),
            origin: Set(entry.origin),
            outcome: Set(entry.outcome.as_str().to_owned()),
            link: Set(chained.link.0.to_vec()),
        })
    }
}
