//! The table `posts`.

use std::fmt;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, Set};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{ChangedPost, StoreError};
use sesame_domain::post::{Post, PostContent, PostId, PostOrigin, PostSource, SearchWords};

use super::stored;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub tenant: String,
    pub channel: i64,
    pub message: i32,
    pub album: Option<i64>,
    pub at: DateTimeUtc,
    pub edited_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    pub text: String,
    pub words: String,
    pub hashtags: String,
    pub links: String,
    pub messages: i32,
    pub is_forwarded: bool,
    pub forward_from: Option<String>,
    pub forward_message: Option<i32>,
    pub action: Option<String>,
    pub has_media: bool,
    pub revision: i32,
    pub change_number: i64,
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
            .finish_non_exhaustive()
    }
}

/// The posts of a channel.
pub(crate) fn of_channel(tenant: &TenantId, channel: i64) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant.as_str()))
        .add(Column::Channel.eq(channel))
}

/// Whose words a post is, by its columns.
pub(super) fn source(
    is_forwarded: bool,
    from: Option<&str>,
    message: Option<i32>,
) -> Result<PostSource, StoreError> {
    let Some(from) = from.filter(|_| is_forwarded) else {
        let unnamed = is_forwarded.then_some(PostSource::Unnamed);
        return Ok(unnamed.unwrap_or_default());
    };
    let from = from.parse();
    let from = from.map_err(|_| StoreError::inconsistent("the origin of a post"))?;
    Ok(PostSource::Forwarded(PostOrigin { from, message }))
}

impl Model {
    /// Which post it is.
    pub(crate) fn id(&self) -> PostId {
        PostId {
            channel: self.channel,
            message: self.message,
        }
    }
}

impl ActiveModel {
    /// What a post says.
    pub(crate) fn saying(content: &PostContent) -> Result<Self, StoreError> {
        let list = |list: &[String]| {
            let json = serde_json::to_string(list);
            json.map_err(|_| StoreError::inconsistent("a list of a post"))
        };
        let origin = content.source.origin();
        Ok(Self {
            at: Set(stored(content.at)),
            edited_at: Set(content.edited_at.map(stored)),
            text: Set(content.text.clone()),
            words: Set(SearchWords::index_of(&content.text)),
            hashtags: Set(list(&content.hashtags)?),
            links: Set(list(&content.links)?),
            messages: Set(i32::try_from(content.messages).unwrap_or(i32::MAX)),
            is_forwarded: Set(content.source.is_forwarded()),
            forward_from: Set(origin.map(|it| it.from.to_string())),
            forward_message: Set(origin.and_then(|it| it.message)),
            action: Set(content.action.clone()),
            has_media: Set(content.has_media),
            ..Default::default()
        })
    }

    /// One that was not there before.
    pub(crate) fn new(
        tenant: &TenantId,
        id: PostId,
        album: Option<i64>,
        content: &PostContent,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: Set(tenant.to_string()),
            channel: Set(id.channel),
            message: Set(id.message),
            album: Set(album),
            deleted_at: Set(None),
            revision: Set(1),
            ..Self::saying(content)?
        })
    }
}

impl TryFrom<Model> for ChangedPost {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            change: row.change_number,
            post: row.try_into()?,
        })
    }
}

impl TryFrom<Model> for Post {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let id = row.id();
        let list = |json: &str| {
            let list = serde_json::from_str(json);
            list.map_err(|_| StoreError::inconsistent("a list of a post"))
        };
        let count = |number: i32| {
            let count = u32::try_from(number);
            count.map_err(|_| StoreError::inconsistent("a count of a post"))
        };
        Ok(Self {
            id,
            content: PostContent {
                at: row.at,
                edited_at: row.edited_at,
                hashtags: list(&row.hashtags)?,
                links: list(&row.links)?,
                messages: count(row.messages)?,
                source: source(
                    row.is_forwarded,
                    row.forward_from.as_deref(),
                    row.forward_message,
                )?,
                action: row.action,
                has_media: row.has_media,
                text: row.text,
            },
            deleted_at: row.deleted_at,
            revision: count(row.revision)?,
        })
    }
}
