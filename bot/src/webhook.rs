//! Updates that are pushed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, StreamExt as _};
use secrecy::{ExposeSecret, SecretString};
use sesame_domain::ids::TenantId;
use sesame_domain::time::Clock;
use subtle::ConstantTimeEq;
use teloxide::stop::{StopFlag, StopToken, mk_stop_token};
use teloxide::types::Update;
use teloxide::update_listeners::{AsUpdateStream, UpdateListener};
use tokio::sync::mpsc;
use tracing::warn;

use crate::hearing::LastUpdate;
use crate::reading::{self, Reader};
use crate::settings::Webhook;

/// The header with the secret.
///
/// Source: core.telegram.org/bots/api#setwebhook.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// How many updates may wait to be dealt with. Beyond that Telegram keeps them.
const WAITING: usize = 256;

/// An update has a message of 4,096 characters at most, and little else.
const MAX_BODY_BYTES: usize = 1 << 20;

#[derive(Clone)]
struct Door {
    secret: Arc<SecretString>,
    updates: mpsc::Sender<Update>,
    reader: Reader,
    last_update: LastUpdate,
    clock: Arc<dyn Clock>,
}

/// Updates that are pushed.
pub(crate) struct Delivered {
    updates: mpsc::Receiver<Update>,
    stop: StopToken,
    stopped: StopFlag,
}

/// The door at which Telegram knocks, and what comes in through it.
pub(crate) fn open(
    tenant: &TenantId,
    webhook: &Webhook,
    reader: Reader,
    last_update: LastUpdate,
    clock: Arc<dyn Clock>,
) -> (Router, Delivered) {
    let (sender, updates) = mpsc::channel(WAITING);
    let door = Door {
        secret: Arc::new(webhook.secret.clone()),
        updates: sender,
        reader,
        last_update,
        clock,
    };
    let router = Router::new()
        .route(&Webhook::path(tenant), post(take_in))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(door);
    let (stop, stopped) = mk_stop_token();
    let delivered = Delivered {
        updates,
        stop,
        stopped,
    };
    (router, delivered)
}

async fn take_in(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let given = headers
        .get(SECRET_HEADER)
        .map_or(&[][..], |it| it.as_bytes());
    let expected = door.secret.expose_secret().as_bytes();
    if !bool::from(given.ct_eq(expected)) {
        return StatusCode::UNAUTHORIZED;
    }
    let Some(raw) = reading::update(&body) else {
        warn!("what was pushed is not an update");
        return StatusCode::BAD_REQUEST;
    };
    // What cannot be read is taken in as well: Telegram would push it again and
    // again, and nothing after it.
    if let Some(update) = door.reader.read(&raw)
        && door.updates.try_send(update).is_err()
    {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    door.last_update.note(door.clock.now());
    StatusCode::OK
}

impl<'a> AsUpdateStream<'a> for Delivered {
    type StreamErr = Infallible;
    type Stream = BoxStream<'a, Result<Update, Infallible>>;

    fn as_stream(&'a mut self) -> Self::Stream {
        let mut stopped = self.stopped.clone();
        let updates = &mut self.updates;
        let mut closed = false;
        stream::poll_fn(move |context| {
            // Telegram has been told that what waits here was received: nothing
            // more is let in, and the rest is still dealt with.
            if !closed && stopped.poll_unpin(context).is_ready() {
                updates.close();
                closed = true;
            }
            updates.poll_recv(context)
        })
        .map(Ok)
        .boxed()
    }
}

impl UpdateListener for Delivered {
    type Err = Infallible;

    fn stop_token(&mut self) -> StopToken {
        self.stop.clone()
    }
}
