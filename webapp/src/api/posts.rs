//! Posts of the channels that are read for the person.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use sesame_domain::channel::SubscribedChannel;
use sesame_domain::ids::Owner;
use sesame_domain::page::{BrokenRow, Page};
use sesame_domain::ports::PostPlace;
use sesame_domain::post::{Post, PostId, PostQuery, SearchWords};
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::channel_json::channel_id;
use super::post_json::PostJson;
use crate::app::App;
use crate::channel_problem::ChannelProblem;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};
use crate::signed;

/// How many posts are answered unless it is said.
const DEFAULT_LIMIT: u32 = 50;
/// How many posts can be asked for.
const MAX_LIMIT: u32 = 100;
/// What cursors are signed for; never changed.
const CURSOR: &str = "posts_cursor";

/// Which posts of a channel are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelPostsQuery {
    /// Only those in which all of these words are, in any case and order; the last one
    /// may be the beginning of one.
    query: Option<String>,
    /// `next` of the answer before, of the same list.
    cursor: Option<String>,
    /// How many at most; 1 to 100, 50 unless it is said.
    limit: Option<u32>,
}

/// Which posts are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostsQuery {
    /// Only those of this channel.
    channel: Option<String>,
    /// Only those in which all of these words are, in any case and order; the last one
    /// may be the beginning of one.
    query: Option<String>,
    /// `next` of the answer before, of the same list.
    cursor: Option<String>,
    /// How many at most; 1 to 100, 50 unless it is said.
    limit: Option<u32>,
}

/// A part of the person's posts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostsJson {
    /// The posts, the newest first.
    posts: Vec<PostJson>,
    /// Where it goes on: the `cursor` of the next request; null: this was all.
    next: Option<String>,
}

/// The channels of the person that are meant.
///
/// # Errors
/// [`ApiError::NotFound`] when one is named that is not read for them.
pub(super) async fn channels_of(
    app: &App,
    owner: &Owner,
    named: Option<&str>,
) -> Result<Vec<SubscribedChannel>, ApiError> {
    let requests = &app.ports.channels.requests;
    match named.filter(|named| !named.is_empty()) {
        None => Ok(requests.list(owner).await?),
        Some(named) => {
            let found = requests.find(owner, channel_id(named)?).await?;
            Ok(vec![found.ok_or(ApiError::NotFound)?])
        }
    }
}

/// The channel of a post, if the post is one that is shown to the person.
pub(super) fn shown_in<'a>(
    channels: &'a [SubscribedChannel],
    post: &Post,
    now: Timestamp,
) -> Option<&'a SubscribedChannel> {
    let mut channels = channels.iter();
    let found = channels.find(|it| it.channel.id == post.id.channel);
    found.filter(|it| it.subscription.shows(&post.content, now))
}

/// Says what cannot be read: it keeps no one from reading the rest.
pub(super) fn note_broken(broken: &[BrokenRow]) {
    for row in broken {
        tracing::warn!(post.id = row.id, what = row.what, "a post cannot be read");
    }
}

/// What a cursor is about: another list's is none of this one.
struct About {
    tenant: String,
    person: String,
    channel: String,
    words: String,
}

impl About {
    fn of(owner: &Owner, channel: Option<i64>, words: Option<&SearchWords>) -> Self {
        Self {
            tenant: owner.tenant.to_string(),
            person: owner.person.to_string(),
            channel: channel.map(|it| it.to_string()).unwrap_or_default(),
            words: words.map(|it| it.words().join(" ")).unwrap_or_default(),
        }
    }

    fn parts(&self) -> [&str; 4] {
        [&self.tenant, &self.person, &self.channel, &self.words]
    }

    fn cursor(&self, app: &App, at: PostPlace) -> String {
        let PostPlace { at, id } = at;
        let text = format!("{}.{id}", at.timestamp_micros());
        signed::sign(&*app.ports.token_keys, CURSOR, &self.parts(), &text)
    }

    fn place(&self, app: &App, cursor: &str) -> Option<PostPlace> {
        let text = signed::read(&*app.ports.token_keys, CURSOR, &self.parts(), cursor)?;
        let (at, id) = text.split_once('.')?;
        Some(PostPlace {
            at: Timestamp::from_timestamp_micros(at.parse().ok()?)?,
            id: id.parse().ok()?,
        })
    }
}

async fn page(
    app: &App,
    owner: &Owner,
    channel: Option<&str>,
    asked: ChannelPostsQuery,
) -> Result<Json<PostsJson>, ApiError> {
    let channel = channel.filter(|channel| !channel.is_empty());
    let number = channel.map(channel_id).transpose()?;
    let words = asked.query.as_deref().and_then(SearchWords::of);
    let about = About::of(owner, number, words.as_ref());
    let after = match asked.cursor {
        None => None,
        Some(cursor) => Some(about.place(app, &cursor).ok_or(ApiError::CursorInvalid)?),
    };
    let page = Page {
        after,
        limit: asked.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT),
    };
    let channels = channels_of(app, owner, channel).await?;
    let now = app.ports.clock.now();
    let scopes = channels.iter().map(|it| it.subscription.scope(now));
    let query = PostQuery {
        channels: scopes.collect(),
        words,
    };
    let posts = &app.ports.channels.posts;
    let found = posts.list(&owner.tenant, &query, page).await?;
    note_broken(&found.broken);
    let shown = found.rows.into_iter().filter_map(|post| {
        let of = shown_in(&channels, &post, now)?;
        Some(PostJson::of(post, of))
    });
    Ok(Json(PostsJson {
        posts: shown.collect(),
        next: found.next.map(|next| about.cursor(app, next)),
    }))
}

/// The posts of one of the person's channels that are shown to them, the newest first.
#[utoipa::path(
    get,
    path = "/channels/{id}/posts",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(("id" = String, Path, description = "The channel."), ChannelPostsQuery),
    responses(
        (status = 200, body = PostsJson),
        (status = 400, description = "`cursor_invalid`: of another list; `malformed`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No channel that is read for the person.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn of_channel(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    query: Result<Query<ChannelPostsQuery>, QueryRejection>,
) -> Result<Json<PostsJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    page(&app, &owner, Some(&id), query).await
}

/// The posts of all channels of the person, or of one, that are shown to them; the
/// newest first.
#[utoipa::path(
    get,
    path = "/posts",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(PostsQuery),
    responses(
        (status = 200, body = PostsJson),
        (status = 400, description = "`cursor_invalid`: of another list; `malformed`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No channel that is read for the person.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    query: Result<Query<PostsQuery>, QueryRejection>,
) -> Result<Json<PostsJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let asked = ChannelPostsQuery {
        query: query.query,
        cursor: query.cursor,
        limit: query.limit,
    };
    page(&app, &owner, query.channel.as_deref(), asked).await
}

/// A post that is shown to the person; also one that is deleted at Telegram.
#[utoipa::path(
    get,
    path = "/posts/{id}",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(("id" = String, Path, description = "The post.")),
    responses(
        (status = 200, body = PostJson),
        (status = 404, description = "`post_not_found`: there is none, or it is not shown to them.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<Json<PostJson>, ApiError> {
    let none = ChannelProblem::NoPost;
    let id: PostId = id.parse().map_err(|_| none)?;
    let ports = &app.ports.channels;
    let channel = ports.requests.find(&owner, id.channel).await?;
    let channels = [channel.ok_or(none)?];
    let post = ports.posts.find(&owner.tenant, id).await?.ok_or(none)?;
    let of = shown_in(&channels, &post, app.ports.clock.now()).ok_or(none)?;
    Ok(Json(PostJson::of(post, of)))
}
