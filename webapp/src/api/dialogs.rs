//! The dialogs of a linked account.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sesame_domain::account::Account;
use sesame_domain::dialog_list::ListedDialog;
use sesame_domain::reading::DialogFolder;
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::accounts::account_id;
use crate::app::App;
use crate::dialogs::{self, Asked};
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// For how long a browser keeps a picture: another one has another address.
const KEPT: &str = "private, max-age=86400, immutable";

/// Which dialogs are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DialogsQuery {
    /// Only those of this kind: `user` (with Saved Messages), `group`, `channel` or
    /// `bot`.
    kind: Option<String>,
    /// Only those in whose name or public name each of these words stands, in any
    /// case and order. At most 64 characters count.
    query: Option<String>,
    /// `next` of the answer before, of the same account, `kind` and `query`.
    cursor: Option<String>,
    /// How many at most, besides those that are pinned, which all come with the
    /// first answer of their list; 1 to 100, 50 unless it is said.
    limit: Option<u32>,
}

/// A part of an account's list of dialogs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DialogsJson {
    /// The dialogs as Telegram orders them: pinned ones, the others, the latest
    /// first, then the same of the archive. There may be few or none although
    /// more are to come: an answer looks through some hundred dialogs at most.
    dialogs: Vec<DialogJson>,
    /// Where it goes on: the `cursor` of the next request; null: this was all.
    next: Option<String>,
    /// How many dialogs were looked through since the list began.
    seen: u32,
    /// How many there are, as far as that is known; those in the archive are
    /// counted once it is reached.
    total: Option<u32>,
}

/// A dialog.
#[derive(Debug, Serialize, ToSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own in the answer"
)]
pub(crate) struct DialogJson {
    /// With whom: `user`, `group` or `channel` and their number.
    id: String,
    /// `user`, `bot`, `saved_messages`, `group`, `supergroup` or `channel`.
    kind: &'static str,
    /// First and last name, or the title; empty for a deleted account.
    name: String,
    /// The public name, without the `@`.
    username: Option<String>,
    /// How many messages were not read.
    unread: u32,
    /// How many of those mention the account.
    unread_mentions: u32,
    /// Whether it was marked as unread by hand.
    is_marked_unread: bool,
    /// Whether it is pinned to the top of its list.
    is_pinned: bool,
    /// Whether it lies in the archive.
    is_archived: bool,
    /// Whether copying from it is not allowed.
    is_protected: bool,
    /// When the last message was sent, if there is one.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_message_at: Option<Timestamp>,
    /// Where its small picture is, if it has one; asked for like everything else
    /// here. It changes with the picture, so what is there may be kept.
    photo: Option<String>,
}

impl DialogJson {
    fn of(app: &App, account: &Account, listed: ListedDialog) -> Self {
        let ListedDialog { folder, dialog } = listed;
        let peer = dialog.peer;
        let photo = dialog.photo.map(|photo| {
            let path = dialogs::photo_path(app, account, peer.id, photo);
            format!("{}{path}", app.base)
        });
        Self {
            id: peer.id.to_string(),
            kind: peer.kind.as_str(),
            name: peer.name,
            username: peer.username,
            unread: dialog.unread,
            unread_mentions: dialog.unread_mentions,
            is_marked_unread: dialog.is_marked_unread,
            is_pinned: dialog.is_pinned,
            is_archived: folder == DialogFolder::Archive,
            is_protected: peer.is_protected,
            last_message_at: dialog.last.map(|last| last.at),
            photo,
        }
    }
}

/// The dialogs of the account, part by part: read of Telegram each time, and kept
/// nowhere. That its session was opened for it stands in the person's activity.
#[utoipa::path(
    get,
    path = "/accounts/{id}/dialogs",
    tag = "accounts",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The account."), DialogsQuery),
    responses(
        (status = 200, body = DialogsJson),
        (status = 400, description = "No kind or number, or (`cursor_invalid`) the cursor of another list.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such account of the person's.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`session_ended`: it is to be linked again; `account_frozen`.", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`telegram_refused`, with its name for it in `detail`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`telegram_flood` and `telegram_down` (`retry_at` says until when), `telegram_silent`, `session_elsewhere`, `busy`, `timeout`: again when `Retry-After` is over.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    query: Result<Query<DialogsQuery>, QueryRejection>,
) -> Result<Json<DialogsJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let account = dialogs::account_of(&app, &owner, account_id(&id)?).await?;
    let asked = Asked {
        kind: query.kind.as_deref(),
        name: query.query.as_deref(),
        cursor: query.cursor.as_deref(),
        limit: query.limit,
    };
    let read = dialogs::read(&app, &account, &asked).await?;
    let all = read.list.dialogs.into_iter();
    Ok(Json(DialogsJson {
        dialogs: all.map(|it| DialogJson::of(&app, &account, it)).collect(),
        next: read.next,
        seen: read.list.seen,
        total: read.list.total,
    }))
}

/// The small picture of someone in the account's list of dialogs, under the address
/// that the list gave.
#[utoipa::path(
    get,
    path = "/accounts/{id}/photos/{photo}",
    tag = "accounts",
    security(("token" = []), ("init_data" = [])),
    params(
        ("id" = Uuid, Path, description = "The account."),
        ("photo" = String, Path, description = "Which picture, as the list says it."),
    ),
    responses(
        (status = 200, content_type = "image/jpeg", body = Vec<u8>),
        (status = 404, description = "There is none: `file_gone`, `chat_unknown`, or not of this account.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`session_ended`, `account_frozen`.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "As for the list.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn photo(
    State(app): State<App>,
    Identity(owner): Identity,
    Path((id, photo)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let account = dialogs::account_of(&app, &owner, account_id(&id)?).await?;
    let picture = dialogs::picture(&app, &account, &photo).await?;
    let headers = [
        (CONTENT_TYPE, picture.kind),
        (CACHE_CONTROL, KEPT),
        (VARY, "authorization"),
    ];
    Ok((headers, picture.bytes).into_response())
}
