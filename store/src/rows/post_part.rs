//! The table `post_parts`: the messages of albums.

use std::fmt;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, Set};
use serde::{Deserialize, Serialize};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::StoreError;
use sesame_domain::post::PostPart;
use sesame_domain::time::Timestamp;

use super::post::source;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub message: i32,
    pub post: i32,
    pub is_gone: bool,
    pub part: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Without texts.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("channel", &self.channel)
            .field("message", &self.message)
            .field("post", &self.post)
            .field("is_gone", &self.is_gone)
            .finish_non_exhaustive()
    }
}

/// The messages of albums of a channel.
pub(crate) fn of_channel(tenant: &TenantId, channel: i64) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant.as_str()))
        .add(Column::Channel.eq(channel))
}

/// A message of an album as it lies in a row. Fields are added, never renamed.
#[derive(Serialize, Deserialize)]
struct Part {
    album: Option<i64>,
    at: Timestamp,
    edited_at: Option<Timestamp>,
    text: String,
    hashtags: Vec<String>,
    links: Vec<String>,
    is_forwarded: bool,
    forward_from: Option<String>,
    forward_message: Option<i32>,
    action: Option<String>,
    has_media: bool,
}

impl ActiveModel {
    /// A message of the album that this post is.
    pub(crate) fn of(
        tenant: &TenantId,
        channel: i64,
        post: i32,
        part: &PostPart,
    ) -> Result<Self, StoreError> {
        let origin = part.source.origin();
        let json = serde_json::to_string(&Part {
            album: part.album,
            at: part.at,
            edited_at: part.edited_at,
            text: part.text.clone(),
            hashtags: part.hashtags.clone(),
            links: part.links.clone(),
            is_forwarded: part.source.is_forwarded(),
            forward_from: origin.map(|it| it.from.to_string()),
            forward_message: origin.and_then(|it| it.message),
            action: part.action.clone(),
            has_media: part.has_media,
        });
        Ok(Self {
            tenant: Set(tenant.to_string()),
            channel: Set(channel),
            message: Set(part.message),
            post: Set(post),
            is_gone: Set(false),
            part: Set(json.map_err(|_| StoreError::inconsistent("a message of an album"))?),
        })
    }
}

impl TryFrom<Model> for PostPart {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let part = serde_json::from_str(&row.part);
        let part: Part = part.map_err(|_| StoreError::inconsistent("a message of an album"))?;
        Ok(Self {
            message: row.message,
            album: part.album,
            at: part.at,
            edited_at: part.edited_at,
            text: part.text,
            hashtags: part.hashtags,
            links: part.links,
            source: source(
                part.is_forwarded,
                part.forward_from.as_deref(),
                part.forward_message,
            )?,
            action: part.action,
            has_media: part.has_media,
        })
    }
}
