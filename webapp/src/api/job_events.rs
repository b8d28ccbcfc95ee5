//! `GET /jobs/{id}/events`: a job as it gets on, as server-sent events.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use futures::stream;
use sesame_domain::ids::{JobId, Owner};
use sesame_domain::reason::Reason;
use sesame_words::Language;

use super::jobs::{LOOK_EVERY, job_id, job_of};
use super::stream as events_stream;
use crate::app::App;
use crate::identity::{self, Identity};
use crate::problem::{ApiError, Problem};

/// A job as it gets on: events `job`, their ids being its tags; first as it is,
/// unless that is known. Ends after it is over, or with a `retry:` when the node
/// stops, or with `replaced` when the person has opened many others since.
#[utoipa::path(
    get,
    path = "/jobs/{id}/events",
    tag = "jobs",
    security(("token" = []), ("init_data" = [])),
    params(
        ("id" = Uuid, Path, description = "The job."),
        ("Last-Event-ID" = Option<String>, Header, description = "The tag that is known."),
    ),
    responses(
        (status = 200, content_type = "text/event-stream", body = String),
        (status = 204, description = "It is over, and the last event was seen."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = job_id(&id)?;
    let seen = headers.get("last-event-id");
    let seen = seen.and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let job = job_of(&app, &owner, id).await?;
    if job.is_over() && seen.as_deref() == Some(job.tag()) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let open = app.streams.open(&owner)?;
    let listener = Listener {
        app: app.clone(),
        owner,
        id,
        seen,
        has_looked: false,
        language: identity::accepted(&headers),
    };
    let live = stream::unfold(Some(listener), |listener| async {
        let mut listener = listener?;
        Some(match listener.next().await {
            Ok((event, is_last)) => (event, (!is_last).then_some(listener)),
            Err(error) => (listener.problem(&error), None),
        })
    });
    Ok(events_stream::answer(&app, open, live))
}

/// One connection.
struct Listener {
    app: App,
    owner: Owner,
    id: JobId,
    /// The tag that the other side has.
    seen: Option<String>,
    has_looked: bool,
    language: Language,
}

impl Listener {
    /// The next state that the other side does not have, and whether it is the last.
    async fn next(&mut self) -> Result<(Event, bool), ApiError> {
        loop {
            if self.has_looked {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            self.has_looked = true;
            let job = job_of(&self.app, &self.owner, self.id).await?;
            if self.seen.as_deref() != Some(job.tag()) {
                self.seen = Some(job.tag().to_owned());
                let event = Event::default().event("job").id(job.tag());
                let event = event.json_data(&job).map_err(ApiError::internal)?;
                return Ok((event, job.is_over()));
            }
        }
    }

    fn problem(&self, error: &ApiError) -> Event {
        tracing::warn!(job.id = %self.id, error = %Reason::of(error), "a stream about a job ended early");
        events_stream::problem(error, self.language)
    }
}
