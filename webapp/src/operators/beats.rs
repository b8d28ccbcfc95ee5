//! A stream of two events some time apart, by which a browser sees whether what is on
//! the way to it holds events back.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use sesame_domain::operator::{Permission, Scope};

use super::error::PageError;
use super::signed_in::SignedIn;
use crate::streams::OpenStream;

/// How long after the first event the second one is sent: longer than answers are
/// on their way, shorter than people wait.
const APART: Duration = Duration::from_millis(600);

/// `GET /admin/diagnostics/events`.
pub(super) async fn events(who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let app = &who.app;
    let open = app.streams.open(&who.session.owner)?;
    let stop = app.shutdown.clone().cancelled_owned();
    let mut response = Sse::new(beats(open).take_until(stop)).into_response();
    // As streams of logins do: what is found here holds for them.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn beats(open: OpenStream) -> impl Stream<Item = Result<Event, Infallible>> {
    let replaced = open.replaced.clone().cancelled_owned();
    let beat = |number: u32| Ok(Event::default().event("beat").data(number.to_string()));
    let first = stream::iter([beat(1)]);
    let second = stream::once(async move {
        tokio::time::sleep(APART).await;
        drop(open);
        beat(2)
    });
    first.chain(second).take_until(replaced)
}
