//! What changes in the person's channels, for programs that pull.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sesame_domain::page::Page;
use sesame_domain::ports::ChangedPost;
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::post_json::PostJson;
use super::posts::{channels_of, note_broken, shown_in};
use crate::app::App;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How many changes are looked at, unless it is said and at most.
const LIMIT: u32 = 100;

/// Which changes are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangesQuery {
    /// Those behind this number: `next` of the answer before; 0, and unless it is said:
    /// from the beginning.
    since: Option<i64>,
    /// Only those of this channel.
    channel: Option<String>,
    /// How many at most; 1 to 100, 100 unless it is said.
    limit: Option<u32>,
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesJson {
    /// Posts that are new, say something else or were deleted, in the order in which
    /// that was kept; of one that changed again, the last change alone. There may be few
    /// or none although there is more: what is not shown to the person is left out.
    changes: Vec<ChangeJson>,
    /// What to ask from the next time.
    next: i64,
    /// Whether there is more at once.
    has_more: bool,
}

/// A post that changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeJson {
    /// The number of the change.
    change: i64,
    /// The post.
    id: String,
    /// When it was noticed that it is deleted at Telegram.
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_at: Option<Timestamp>,
    /// As it is now; null: it is deleted.
    post: Option<PostJson>,
}

/// What is new, changed or was deleted in the person's channels, in the order in which
/// that was kept: for a program that asks again and again, from `next` on. A channel that
/// was read before for someone else has changes of before it was added: after adding one,
/// or wanting more of it, ask once for it alone from the beginning.
#[utoipa::path(
    get,
    path = "/posts/changes",
    tag = "channels",
    security(("token" = []), ("init_data" = [])),
    params(ChangesQuery),
    responses(
        (status = 200, body = ChangesJson),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No channel that is read for the person.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    query: Result<Query<ChangesQuery>, QueryRejection>,
) -> Result<Json<ChangesJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let since = query.since.unwrap_or_default();
    if since < 0 {
        return Err(ApiError::Malformed);
    }
    let page = Page {
        after: Some(since),
        limit: query.limit.unwrap_or(LIMIT).clamp(1, LIMIT),
    };
    let channels = channels_of(&app, &owner, query.channel.as_deref()).await?;
    let ids: Vec<i64> = channels.iter().map(|it| it.channel.id).collect();
    let posts = &app.ports.channels.posts;
    let found = posts.changes(&owner.tenant, &ids, page).await?;
    note_broken(&found.broken);
    let last = found.rows.last().map(|it| it.change);
    let now = app.ports.clock.now();
    let shown = found.rows.into_iter().filter_map(|changed| {
        let ChangedPost { change, post } = changed;
        let of = shown_in(&channels, &post, now)?;
        let (id, deleted_at) = (post.id.to_string(), post.deleted_at);
        let is_there = deleted_at.is_none();
        Some(ChangeJson {
            change,
            id,
            deleted_at,
            post: is_there.then(|| PostJson::of(post, of)),
        })
    });
    Ok(Json(ChangesJson {
        changes: shown.collect(),
        next: found.next.or(last).unwrap_or(since),
        has_more: found.next.is_some(),
    }))
}
