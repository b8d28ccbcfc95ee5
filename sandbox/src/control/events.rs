//! What happens on a person's phone, as it happens.

use std::convert::Infallible;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use crate::bots::PhoneEvent;

use super::answer::{ControlError, Refusal};
use super::state::ControlState;

/// News for a person's phone, as server-sent events; each holds one
/// `PhoneEvent` as JSON.
#[utoipa::path(
    get, path = "/people/{id}/events", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = PhoneEvent, content_type = "text/event-stream"),
        (status = 404, body = Refusal),
    ),
)]
pub(super) async fn events(
    State(state): State<ControlState>,
    Path(id): Path<i64>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ControlError> {
    let person = state.person(id)?.id;
    let stop = state.stop.clone();
    let news = BroadcastStream::new(state.bot.events())
        .filter_map(move |item| async move {
            match item {
                Ok(news) if news.person == person => Some(encode(&news.event)),
                Ok(_) => None,
                // Some news were missed: the page reads everything again.
                Err(_) => Some(encode(&PhoneEvent::Chat)),
            }
        })
        .map(Ok)
        .take_until(async move { stop.cancelled().await });
    Ok(Sse::new(news).keep_alive(KeepAlive::default()))
}

fn encode(event: &PhoneEvent) -> Event {
    let json = serde_json::to_string(event).unwrap_or_default();
    Event::default().data(json)
}
