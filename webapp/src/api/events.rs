//! `GET /logins/{id}/events`: a login as it changes, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, future, stream};
use sesame_domain::ids::LoginId;
use sesame_domain::login::Login;
use sesame_domain::ports::ServiceError;
use sesame_domain::reason::Reason;
use sesame_words::Language;

use super::logins::{json_for, login_id};
use crate::app::App;
use crate::identity::{self, Viewer};
use crate::login_view::LoginView;
use crate::problem::{ApiError, Problem};
use crate::streams::{OpenStream, Watching};

/// Often enough for every proxy on the way to keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// When to come back after this node stopped.
const RETRY: Duration = Duration::from_secs(1);

/// When to come back after newer streams of the same person took its place.
/// Earlier, it would take the place of another.
const REPLACED_RETRY: Duration = Duration::from_secs(30);

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
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let events = Listener::new(app, viewer, id, seen, language).events(watching, open);
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    response.headers_mut().insert(
        "x-accel-buffering",
        axum::http::HeaderValue::from_static("no"),
    );
    Ok(response)
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

    fn events(
        self,
        watching: Watching,
        open: OpenStream,
    ) -> impl Stream<Item = Result<Event, Infallible>> {
        let shutdown = self.app.shutdown.clone();
        let replaced = open.replaced.clone();
        let live = stream::unfold(Some((self, watching)), |state| async {
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
        .take_until(shutdown.clone().cancelled_owned())
        .take_until(replaced.clone().cancelled_owned());
        let bye = stream::once(async move {
            // Until here it is open.
            drop(open);
            if shutdown.is_cancelled() {
                return Some(Event::default().retry(RETRY).comment("stopping"));
            }
            let event = Event::default().event("replaced").data("{}");
            replaced.is_cancelled().then(|| event.retry(REPLACED_RETRY))
        })
        .filter_map(future::ready);
        live.chain(bye).map(Ok)
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
        let event = Event::default().event("problem").retry(RETRY);
        event
            .json_data(error.problem(self.language, ""))
            .unwrap_or_else(|_| Event::default().event("problem"))
    }
}
