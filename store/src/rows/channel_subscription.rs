//! The table `channel_subscriptions`: which channels are read for whom.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, Set};
use sesame_domain::channel::{ReadingPolicy, Subscription, TaggingConsent};
use sesame_domain::ids::{AccountId, Owner, TenantId};
use sesame_domain::ports::StoreError;

use super::parts::{needed, owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: i64,
    pub account: Uuid,
    pub wanted_from: Option<DateTimeUtc>,
    pub kept_days: Option<i32>,
    pub forwards: bool,
    pub service_messages: bool,
    pub shortest: i32,
    pub consent_wording: Option<i32>,
    pub consent_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub lost_at: Option<DateTimeUtc>,
    pub tagged_to: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The channels of a person.
pub(crate) fn of_person(owner: &Owner) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(owner.tenant.as_str()))
        .add(Column::Person.eq(owner.person.0))
}

/// A channel of a person.
pub(crate) fn this_one(owner: &Owner, channel: i64) -> Condition {
    of_person(owner).add(Column::Channel.eq(channel))
}

/// Those who want a channel.
pub(crate) fn of_channel(tenant: &TenantId, channel: i64) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant.as_str()))
        .add(Column::Channel.eq(channel))
}

impl ActiveModel {
    /// What is wanted of it.
    pub(crate) fn wanting(policy: &ReadingPolicy) -> Self {
        Self {
            wanted_from: Set(policy.from.map(stored)),
            kept_days: Set(policy.kept_days.map(i32::from)),
            forwards: Set(policy.forwards),
            service_messages: Set(policy.service_messages),
            shortest: Set(policy.shortest.into()),
            ..Default::default()
        }
    }

    /// Whether its texts may be given to a service.
    pub(crate) fn consenting(consent: Option<TaggingConsent>) -> Result<Self, StoreError> {
        let wording = consent.map(|it| i32::try_from(it.wording)).transpose();
        let wording = wording.map_err(|_| StoreError::inconsistent("the words of a consent"))?;
        Ok(Self {
            consent_wording: Set(wording),
            consent_at: Set(consent.map(|it| stored(it.at))),
            ..Default::default()
        })
    }

    /// A new one.
    pub(crate) fn new(it: &Subscription) -> Result<Self, StoreError> {
        let consenting = Self::consenting(it.consent)?;
        Ok(Self {
            tenant: Set(it.owner.tenant.to_string()),
            person: Set(it.owner.person.0),
            channel: Set(it.channel),
            account: Set(it.account.as_uuid()),
            consent_wording: consenting.consent_wording,
            consent_at: consenting.consent_at,
            created_at: Set(stored(it.created_at)),
            lost_at: Set(it.lost_at.map(stored)),
            tagged_to: Set(it.tagged_to),
            ..Self::wanting(&it.policy)
        })
    }
}

impl Model {
    fn consent(&self) -> Result<Option<TaggingConsent>, StoreError> {
        const STRANGE: &str = "what someone consented to";
        let Some(wording) = self.consent_wording else {
            return Ok(None);
        };
        let wording = u32::try_from(wording);
        Ok(Some(TaggingConsent {
            wording: wording.map_err(|_| StoreError::inconsistent(STRANGE))?,
            at: needed(self.consent_at, STRANGE)?,
        }))
    }
}

impl TryFrom<Model> for Subscription {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        const STRANGE: &str = "what is wanted of a channel";
        let number = |column: i32| u16::try_from(column);
        let kept_days = row.kept_days.map(number).transpose();
        let consent = row.consent()?;
        Ok(Self {
            owner: owner(row.tenant, row.person)?,
            channel: row.channel,
            account: AccountId::from(row.account),
            policy: ReadingPolicy {
                from: row.wanted_from,
                kept_days: kept_days.map_err(|_| StoreError::inconsistent(STRANGE))?,
                forwards: row.forwards,
                service_messages: row.service_messages,
                shortest: number(row.shortest).map_err(|_| StoreError::inconsistent(STRANGE))?,
            },
            consent,
            created_at: row.created_at,
            lost_at: row.lost_at,
            tagged_to: row.tagged_to,
        })
    }
}
