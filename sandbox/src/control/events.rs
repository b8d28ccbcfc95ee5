//! What happens on a person's phone, as it happens.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{Stream, StreamExt as _};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::bots::{Addressed, PhoneEvent};

use super::answer::Refusal;
use super::state::{ControlState, NamedChat, NamedPerson};

/// Something that a person's phone shows at once, and in which chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChatEvent {
    /// The bot.
    bot: i64,
    /// What is shown.
    #[serde(flatten)]
    event: PhoneEvent,
}

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
    chat: NamedChat,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (bot, person) = (chat.bot.id(), chat.person.id);
    stream(state.stop, state.bots.events(), move |news| match news {
        Some(news) => (news.bot == bot && news.person == person).then(|| encode(&news.event)),
        // Some news were missed: the page reads everything again.
        None => Some(encode(&PhoneEvent::Chat)),
    })
}

/// News for a person's phone from the chats with all bots, as server-sent
/// events; each holds one `ChatEvent` as JSON. `chat` also comes when some news
/// were missed, and from a bot that is new.
#[utoipa::path(
    get, path = "/people/{id}/chats/events", tag = "chat",
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = ChatEvent, content_type = "text/event-stream"),
        (status = 404, body = Refusal),
    ),
)]
pub(super) async fn all(
    State(state): State<ControlState>,
    NamedPerson(person): NamedPerson,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = state.bots.first().id();
    stream(state.stop, state.bots.events(), move |news| {
        let (bot, event) = match news {
            Some(news) if news.person == person.id => (news.bot, news.event),
            Some(_) => return None,
            None => (first, PhoneEvent::Chat),
        };
        Some(encode(&ChatEvent { bot, event }))
    })
}

/// What of the news is shown, until the sandbox stops. `None` stands for news
/// that were missed.
fn stream(
    stop: CancellationToken,
    news: Receiver<Addressed>,
    show: impl Fn(Option<Addressed>) -> Option<Event> + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let shown = BroadcastStream::new(news)
        .filter_map(move |item| std::future::ready(show(item.ok())))
        .map(Ok)
        .take_until(async move { stop.cancelled().await });
    Sse::new(shown).keep_alive(KeepAlive::default())
}

fn encode(event: &impl Serialize) -> Event {
    let json = serde_json::to_string(event).unwrap_or_default();
    Event::default().data(json)
}
