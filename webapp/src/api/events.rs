//! `GET /logins/{id}/events`: a login as it changes, as server-sent events.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use sesame_domain::ids::LoginId;
use sesame_domain::login::Login;
use sesame_domain::ports::ServiceError;
use sesame_domain::reason::Reason;
use sesame_words::Language;

use super::logins::{json_for, login_id};
use super::stream as events_stream;
use crate::app::App;
use crate::identity::{self, Viewer};
use crate::login_view::LoginView;
use crate::problem::{ApiError, Problem};
use crate::streams::Watching;

/// A login as it changes: events `login`, their ids being its versions. Ends
/// after the login is over, or with a `retry:` when the node stops, or with
/// `replaced` when the person has opened many others since.
#[utoipa::path(
    get,
    path = "/logins/{id}/events",
    tag = "logins",
    security(("token" = []), ("init_data" = []), ("screen" = [])),
    params(
        ("id" = Uuid, Path, description = "The login."),
        ("Last-Event-ID" = Option<i64>, Header, description = "The version that is known."),
    ),
    responses(
        (status = 200, content_type = "text/event-stream", body = String),
        (status = 204, description = "It is over, and the last event was seen."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = login_id(&id)?;
    let owner = viewer.owner_of(id)?;
    let seen = last_event_id(&headers)?;
    let login = app.ports.logins.find(owner, id).await?;
    if login.is_over() && seen.is_some_and(|seen| seen >= login.version) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let open = app.streams.open(owner)?;
    let watching = app.watchers.watch(&*app.ports.logins, owner, id).await?;
    let language = identity::accepted(&headers);
    let live = Listener::new(app.clone(), viewer, id, seen, language).events(watching);
    Ok(events_stream::answer(&app, open, live))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .and_then(|id| id.parse().ok())
        .map(Some)
        .ok_or(ApiError::Malformed)
}

/// One connection.
struct Listener {
    app: App,
    viewer: Viewer,
    login: LoginId,
    /// The newest version that the other side has.
    seen: Option<i64>,
    /// In which it is told what went wrong.
    language: Language,
}

impl Listener {
    fn new(
        app: App,
        viewer: Viewer,
        login: LoginId,
        seen: Option<i64>,
        language: Language,
    ) -> Self {
        Self {
            app,
            viewer,
            login,
            seen,
            language,
        }
    }

    fn events(self, watching: Watching) -> impl Stream<Item = Event> {
        stream::unfold(Some((self, watching)), |state| async {
            let (mut listener, mut watching) = state?;
            loop {
                let update = watching.next().await?;
                match listener.event(update).await {
                    Ok(None) => {}
                    Ok(Some(event)) => return Some((event, Some((listener, watching)))),
                    Err(error) => return Some((listener.problem(&error), None)),
                }
            }
        })
    }

    async fn event(
        &mut self,
        update: Result<Login, ServiceError>,
    ) -> Result<Option<Event>, ApiError> {
        let login = update?;
        if self.seen.is_some_and(|seen| seen >= login.version) {
            return Ok(None);
        }
        self.seen = Some(login.version);
        let version = login.version.to_string();
        let shown = LoginView::open(&self.app, login).await?;
        let json = json_for(&self.app, &self.viewer, &shown).await?;
        Event::default()
            .event("login")
            .id(version)
            .json_data(json)
            .map(Some)
            .map_err(ApiError::internal)
    }

    /// The other side is told why the stream ends; it comes back or not.
    fn problem(&self, error: &ApiError) -> Event {
        tracing::warn!(
            login.id = %self.login,
            error = %Reason::of(error),
            "a stream of events ended early"
        );
        events_stream::problem(error, self.language)
    }
}
