//! The table `channels`: channels as they are read for a tenant.

use std::fmt;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, Set};
use sesame_domain::channel::{
    Channel, ChannelFailure, Gap, History, Reached, ReadingProgress, Trouble,
};
use sesame_domain::ids::{PersonId, TenantId};
use sesame_domain::ports::StoreError;

use super::parts::{needed, stored, tenant_id};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: i64,
    pub title: String,
    pub username: Option<String>,
    pub reader: Option<i64>,
    pub history_from: Option<DateTimeUtc>,
    pub reached_message: Option<i32>,
    pub reached_at: Option<DateTimeUtc>,
    pub is_whole: bool,
    pub gap_below: Option<i32>,
    pub gap_down_to: Option<i32>,
    pub failure: Option<String>,
    pub failing_since: Option<DateTimeUtc>,
    pub failures: i32,
    pub is_told: bool,
    pub read_at: Option<DateTimeUtc>,
    pub posted_at: Option<DateTimeUtc>,
    pub swept_at: Option<DateTimeUtc>,
    pub next_at: DateTimeUtc,
    pub last_change: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Without its title.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// A channel of a tenant.
pub(crate) fn this_one(tenant: &TenantId, channel: i64) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant.as_str()))
        .add(Column::Channel.eq(channel))
}

impl ActiveModel {
    /// How far it is read, without how far it is wanted.
    pub(crate) fn reading(progress: &ReadingProgress) -> Self {
        let (history, gap) = (progress.history, progress.gap);
        Self {
            reached_message: Set(history.reached.map(|it| it.message)),
            reached_at: Set(history.reached.map(|it| stored(it.at))),
            is_whole: Set(history.is_whole),
            gap_below: Set(gap.and_then(|gap| gap.below)),
            gap_down_to: Set(gap.map(|gap| gap.down_to)),
            ..Default::default()
        }
    }

    /// How reading it stands.
    pub(crate) fn standing(channel: &Channel) -> Self {
        let trouble = channel.trouble.as_ref();
        let failures = trouble.map_or(0, |it| it.failures);
        Self {
            failure: Set(trouble.map(|it| it.failure.as_str().to_owned())),
            failing_since: Set(trouble.map(|it| stored(it.since))),
            failures: Set(i32::try_from(failures).unwrap_or(i32::MAX)),
            is_told: Set(trouble.is_some_and(|it| it.is_told)),
            read_at: Set(channel.read_at.map(stored)),
            swept_at: Set(channel.swept_at.map(stored)),
            next_at: Set(stored(channel.next_at)),
            ..Self::reading(&channel.progress)
        }
    }

    /// One that was not read before.
    pub(crate) fn new(channel: &Channel) -> Self {
        Self {
            tenant: Set(channel.tenant.to_string()),
            channel: Set(channel.id),
            title: Set(channel.title.clone()),
            username: Set(channel.username.clone()),
            reader: Set(channel.reader.map(|it| it.0)),
            history_from: Set(channel.progress.history.from.map(stored)),
            posted_at: Set(channel.posted_at.map(stored)),
            last_change: Set(channel.last_change),
            ..Self::standing(channel)
        }
    }
}

impl Model {
    fn trouble(&self) -> Result<Option<Trouble>, StoreError> {
        const STRANGE: &str = "why a channel is not read";
        let Some(name) = &self.failure else {
            return Ok(None);
        };
        let failures = u32::try_from(self.failures);
        Ok(Some(Trouble {
            failure: ChannelFailure::from_name(name),
            since: needed(self.failing_since, STRANGE)?,
            failures: failures.map_err(|_| StoreError::inconsistent(STRANGE))?,
            is_told: self.is_told,
        }))
    }

    fn reached(&self) -> Result<Option<Reached>, StoreError> {
        let Some(message) = self.reached_message else {
            return Ok(None);
        };
        let at = needed(self.reached_at, "how far a channel is read")?;
        Ok(Some(Reached { message, at }))
    }
}

impl TryFrom<Model> for Channel {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let (trouble, reached) = (row.trouble()?, row.reached()?);
        let gap = row.gap_down_to.map(|down_to| Gap {
            below: row.gap_below,
            down_to,
        });
        Ok(Self {
            tenant: tenant_id(row.tenant)?,
            id: row.channel,
            title: row.title,
            username: row.username,
            reader: row.reader.map(PersonId),
            progress: ReadingProgress {
                history: History {
                    from: row.history_from,
                    reached,
                    is_whole: row.is_whole,
                },
                gap,
            },
            trouble,
            read_at: row.read_at,
            posted_at: row.posted_at,
            swept_at: row.swept_at,
            next_at: row.next_at,
            last_change: row.last_change,
        })
    }
}
