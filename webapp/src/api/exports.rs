//! Copies of chats that are kept on the server, sealed.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Extensions, StatusCode};
use serde::{Deserialize, Serialize};
use sesame_domain::account::Account;
use sesame_domain::export::{
    Export, ExportChoice, ExportRun, ExportWay, LookBack, MadeExport, MediaChoice,
};
use sesame_domain::ids::{AccountId, ExportId, Owner};
use sesame_domain::page::Page;
use sesame_domain::ports::ExportBegin;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::accounts::account_id;
use super::renewal_json::RenewalJson;
use crate::app::App;
use crate::body::Body;
use crate::dialogs::account_of;
use crate::edge::request_id;
use crate::identity::Identity;
use crate::ports::ExportPorts;
use crate::problem::{ApiError, Problem};

/// How many are answered unless it is said.
const DEFAULT_LIMIT: u32 = 20;
/// How many can be asked for.
const MAX_LIMIT: u32 = 100;

/// Which chat is to be copied, and what of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportBody {
    /// Which chat, by the `id` that the list of dialogs has: `user1`, `group2`,
    /// `channel3`.
    dialog: String,
    /// Which kinds of files: `photos`, `videos`, `round_videos`, `voice`, `music`,
    /// `animations`, `stickers`, `files`. All of them, unless it is said; an empty
    /// list: none.
    media: Option<Vec<String>>,
    /// Files of no more than so many bytes.
    largest: Option<u64>,
    /// Messages from this moment on.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Messages from before this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only what the account itself wrote.
    #[serde(default)]
    only_mine: bool,
    /// When there is a copy, and it is brought up to date: how many days before the
    /// newest message that it has it is looked for what was edited or deleted; 0: not
    /// at all; 7 unless it is said.
    #[schema(maximum = 9999)]
    look_back: Option<u16>,
    /// Read inside of an export of Telegram's (a takeout), which has milder limits.
    /// Telegram tells the person's other devices of it, and may ask there first: the
    /// job waits meanwhile, for `takeout_delay`. The copy has the same by either way.
    #[serde(default)]
    takeout: bool,
}

impl ExportBody {
    /// The chat, and what of it.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] when there can be no such copy.
    pub(super) fn read(body: &Body) -> Result<AskedFor, ApiError> {
        let body: Self = body.json()?;
        let dialog = body.dialog.parse().map_err(|_| ApiError::Malformed)?;
        let media = body.media.map(MediaChoice::try_from).transpose();
        if let (Some(from), Some(until)) = (body.from, body.until)
            && from >= until
        {
            return Err(ApiError::Malformed);
        }
        let choice = ExportChoice {
            media: media.map_err(|_| ApiError::Malformed)?.unwrap_or_default(),
            largest: body.largest,
            from: body.from,
            until: body.until,
            only_mine: body.only_mine,
        };
        Ok(AskedFor {
            dialog,
            choice,
            run: ExportRun {
                way: ExportWay::by_takeout(body.takeout),
                look_back: look_back(body.look_back)?,
            },
        })
    }
}

/// What is asked for.
pub(super) struct AskedFor {
    /// The chat.
    pub(super) dialog: PeerId,
    /// What of it.
    pub(super) choice: ExportChoice,
    /// How the run goes.
    run: ExportRun,
}

/// How far back it is looked for what was edited or deleted, in days.
///
/// # Errors
/// [`ApiError::Malformed`] when that is farther than there can be.
pub(super) fn look_back(days: Option<u16>) -> Result<LookBack, ApiError> {
    let look_back = days.map_or(Some(LookBack::default()), LookBack::days);
    look_back.ok_or(ApiError::Malformed)
}

/// A copy that is made, or brought up to date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedJson {
    /// The copy.
    export: Uuid,
    /// The job that does it.
    job: Uuid,
}

/// A copy of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportJson {
    /// Its id.
    id: Uuid,
    /// The account that reads the chat.
    account: Option<Uuid>,
    /// The chat, by its `id`. What it is called is not kept here.
    dialog: String,
    /// What of it was chosen.
    choice: ChoiceJson,
    /// How many bytes it takes.
    bytes: u64,
    /// When it was asked for first.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it is removed.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What can be fetched; null: nothing yet.
    made: Option<MadeJson>,
    /// How it is brought up to date by itself; null: it is not.
    renewal: Option<RenewalJson>,
}

/// What of a chat was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChoiceJson {
    /// Which kinds of files.
    media: Vec<String>,
    /// Files of no more than so many bytes; null: of any size.
    largest: Option<u64>,
    /// Messages from this moment on.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Messages from before this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only what the account itself wrote.
    only_mine: bool,
}

/// A copy that can be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeJson {
    /// When it was put together.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How many messages it has.
    messages: u64,
    /// How many files.
    files: u64,
    /// How many messages and files did not come, and may the next time.
    missing: u64,
    /// How many bytes the archive has that it is fetched as.
    archive_bytes: u64,
}

impl ExportJson {
    pub(super) fn of(export: Export) -> Self {
        let ExportChoice {
            media,
            largest,
            from,
            until,
            only_mine,
        } = export.choice;
        Self {
            id: export.id.as_uuid(),
            account: export.account.map(AccountId::as_uuid),
            dialog: export.dialog.to_string(),
            choice: ChoiceJson {
                media: media.into(),
                largest,
                from,
                until,
                only_mine,
            },
            bytes: export.bytes,
            created_at: export.created_at,
            expires_at: export.expires_at,
            made: export.made.as_ref().map(MadeJson::of),
            renewal: export.renewal.map(RenewalJson::of),
        }
    }
}

impl MadeJson {
    fn of(made: &MadeExport) -> Self {
        Self {
            at: made.at,
            messages: made.messages,
            files: made.files,
            missing: made.missing,
            archive_bytes: made.archive_bytes,
        }
    }
}

/// The place for copies.
///
/// # Errors
/// [`ApiError::ExportsOff`] when there is none.
pub(crate) fn export_ports(app: &App) -> Result<&ExportPorts, ApiError> {
    app.ports.exports.as_ref().ok_or(ApiError::ExportsOff)
}

/// The id in a path. What is no id names nothing.
pub(super) fn export_id(text: &str) -> Result<ExportId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound)
}

/// A copy of the person's.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub(super) async fn export_of(app: &App, owner: &Owner, id: &str) -> Result<Export, ApiError> {
    let found = export_ports(app)?.rows.find(export_id(id)?, owner).await?;
    found.ok_or(ApiError::NotFound)
}

async fn begin(
    app: &App,
    account: &Account,
    asked: AskedFor,
    extensions: &Extensions,
) -> Result<(StatusCode, Json<AskedJson>), ApiError> {
    let caused_by = request_id(extensions).parse().ok();
    let requests = &export_ports(app)?.requests;
    let AskedFor {
        dialog,
        choice,
        run,
    } = asked;
    let begun = requests.ask(account, dialog, choice, run, caused_by);
    answer(&begun.await?)
}

/// What is answered to who asked for a copy.
pub(super) fn answer(begun: &ExportBegin) -> Result<(StatusCode, Json<AskedJson>), ApiError> {
    match begun {
        ExportBegin::Begun { export, job } => Ok((
            StatusCode::ACCEPTED,
            Json(AskedJson {
                export: export.as_uuid(),
                job: job.as_uuid(),
            }),
        )),
        ExportBegin::Differs(_) => Err(ApiError::ExportDiffers),
        ExportBegin::NoRoom { .. } => Err(ApiError::QuotaExceeded),
        ExportBegin::NoAccount => Err(ApiError::NotFound),
    }
}

/// Has a copy made of a chat, or the one that is there brought up to date, with the
/// files that are missing. It takes a while: its job says how far it is.
#[utoipa::path(
    post,
    path = "/accounts/{id}/exports",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The account.")),
    request_body = ExportBody,
    responses(
        (status = 202, description = "It is made.", body = AskedJson),
        (status = 403, description = "`exports_off`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such account of the person's.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`export_differs`: there is one of the chat for which something else was chosen; `quota_exceeded`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ask(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    extensions: Extensions,
    body: Body,
) -> Result<(StatusCode, Json<AskedJson>), ApiError> {
    export_ports(&app)?;
    let account = account_of(&app, &owner, account_id(&id)?).await?;
    let asked = ExportBody::read(&body)?;
    begin(&app, &account, asked, &extensions).await
}

/// Which copies are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportsQuery {
    /// `next` of the answer before.
    cursor: Option<Uuid>,
    /// How many at most; 1 to 100, 20 unless it is said.
    limit: Option<u32>,
}

/// A part of the person's copies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportsJson {
    /// The copies, newest first.
    exports: Vec<ExportJson>,
    /// Where it goes on: the `cursor` of the next request; null: this was all.
    next: Option<Uuid>,
}

/// The person's copies of chats, the newest first.
#[utoipa::path(
    get,
    path = "/exports",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(ExportsQuery),
    responses(
        (status = 200, body = ExportsJson),
        (status = 403, description = "`exports_off`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    query: Result<Query<ExportsQuery>, QueryRejection>,
) -> Result<Json<ExportsJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let page = Page {
        after: query.cursor.map(ExportId::from),
        limit: query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT),
    };
    let found = export_ports(&app)?.rows.list(&owner, page).await?;
    for broken in &found.broken {
        tracing::warn!(
            export.id = broken.id,
            what = broken.what,
            "an export cannot be read"
        );
    }
    Ok(Json(ExportsJson {
        exports: found.rows.into_iter().map(ExportJson::of).collect(),
        next: found.next.map(ExportId::as_uuid),
    }))
}

/// A copy of a chat.
#[utoipa::path(
    get,
    path = "/exports/{id}",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    responses(
        (status = 200, body = ExportJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<Json<ExportJson>, ApiError> {
    let export = export_of(&app, &owner, &id).await?;
    Ok(Json(ExportJson::of(export)))
}

/// Removes a copy, its key first: nothing of it opens any more. What is being done
/// for it is cancelled.
#[utoipa::path(
    delete,
    path = "/exports/{id}",
    tag = "exports",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The copy.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let requests = &export_ports(&app)?.requests;
    if requests.remove(&owner, export_id(&id)?).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound)
    }
}
