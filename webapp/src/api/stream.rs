//! What streams of events have in common: how they are kept open, and how they end.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, future, stream};
use sesame_words::Language;

use crate::app::App;
use crate::problem::ApiError;
use crate::streams::OpenStream;

/// Often enough for every proxy on the way to keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// When to come back after this node stopped.
const RETRY: Duration = Duration::from_secs(1);

/// When to come back after newer streams of the same person took its place.
/// Earlier, it would take the place of another.
const REPLACED_RETRY: Duration = Duration::from_secs(30);

/// These events, until the node stops or newer streams took the place of this one.
pub(super) fn answer<S>(app: &App, open: OpenStream, live: S) -> Response
where
    S: Stream<Item = Event> + Send + 'static,
{
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let mut response = Sse::new(until_over(app, open, live))
        .keep_alive(keep_alive)
        .into_response();
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn until_over<S>(
    app: &App,
    open: OpenStream,
    live: S,
) -> impl Stream<Item = Result<Event, Infallible>> + use<S>
where
    S: Stream<Item = Event> + Send + 'static,
{
    let shutdown = app.shutdown.clone();
    let replaced = open.replaced.clone();
    let live = live
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

/// The other side is told why the stream ends; it comes back or not.
pub(super) fn problem(error: &ApiError, language: Language) -> Event {
    let event = Event::default().event("problem").retry(RETRY);
    event
        .json_data(error.problem(language, ""))
        .unwrap_or_else(|_| Event::default().event("problem"))
}
