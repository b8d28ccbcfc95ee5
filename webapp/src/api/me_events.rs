//! `GET /me/events`: what a person sees of their account as it changes, as
//! server-sent events.

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use futures::{StreamExt as _, stream};
use serde::Serialize;
use sesame_domain::account::Account;
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::ports::{Topic, WakeUps};
use sesame_domain::reason::Reason;
use sesame_words::Language;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::AccountJson;
use super::stream as events_stream;
use crate::app::App;
use crate::identity::{self, Identity};
use crate::problem::{ApiError, Problem};

/// How often it is looked although no wake-up came: they may be lost.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// What a person sees of their account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeJson {
    /// The account that is linked.
    account: Option<AccountJson>,
    /// The login that is under way.
    login: Option<Uuid>,
}

impl MeJson {
    /// Of this account and this login.
    pub(crate) fn of(account: Option<&Account>, login: Option<LoginId>) -> Self {
        Self {
            account: account.map(AccountJson::from),
            login: login.map(LoginId::as_uuid),
        }
    }

    /// As it is now.
    async fn now(app: &App, owner: &Owner) -> Result<Self, ApiError> {
        let account = app.ports.accounts.linked(owner).await?;
        let login = app.ports.logins.running(owner).await?;
        Ok(Self::of(account.as_ref(), login.map(|login| login.id)))
    }

    /// What tells one state from the others.
    ///
    /// # Errors
    /// If it cannot be written as JSON, which it can.
    pub(crate) fn tag(&self) -> Result<String, ApiError> {
        let json = serde_json::to_vec(self).map_err(ApiError::internal)?;
        Ok(hex::encode(&Sha256::digest(&json)[..8]))
    }
}

/// What the person sees of their account as it changes: events `me`, first as it is,
/// unless that is known, then each time that it differs. Ends with a `retry:` when the
/// node stops, or with `replaced` when the person has opened many others since.
#[utoipa::path(
    get,
    path = "/me/events",
    tag = "me",
    security(("token" = []), ("init_data" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The state that is known.")),
    responses(
        (status = 200, content_type = "text/event-stream", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(app): State<App>,
    Identity(owner): Identity,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let seen = headers.get("last-event-id");
    let seen = seen.and_then(|id| id.to_str().ok()).map(str::to_owned);
    let open = app.streams.open(&owner)?;
    let listener = Listener {
        wake_ups: wake_ups(&app, &owner).await,
        app: app.clone(),
        owner,
        seen,
        has_looked: false,
        language: identity::accepted(&headers),
    };
    let live = stream::unfold(Some(listener), |listener| async {
        let mut listener = listener?;
        Some(match listener.next().await {
            Ok(event) => (event, Some(listener)),
            Err(error) => (listener.problem(&error), None),
        })
    });
    Ok(events_stream::answer(&app, open, live))
}

/// Listening begins before the first look, so that nothing falls between. Without
/// wake-ups, the clock alone says when to look.
async fn wake_ups(app: &App, owner: &Owner) -> WakeUps {
    let topic = Topic::Account(owner.person);
    match app.ports.signals.subscribe(topic).await {
        Ok(wake_ups) => wake_ups,
        Err(error) => {
            tracing::debug!(error = %Reason::of(&error), "no wake-ups for an account");
            stream::pending().boxed()
        }
    }
}

/// One connection.
struct Listener {
    app: App,
    owner: Owner,
    wake_ups: WakeUps,
    /// The state that the other side has.
    seen: Option<String>,
    has_looked: bool,
    language: Language,
}

impl Listener {
    /// The next state that the other side does not have.
    async fn next(&mut self) -> Result<Event, ApiError> {
        loop {
            if self.has_looked {
                self.wait().await;
            }
            self.has_looked = true;
            let me = MeJson::now(&self.app, &self.owner).await?;
            let tag = me.tag()?;
            if self.seen.as_ref() != Some(&tag) {
                let event = Event::default().event("me").id(&tag).json_data(me);
                self.seen = Some(tag);
                return event.map_err(ApiError::internal);
            }
        }
    }

    /// Waits until a look is worth while.
    async fn wait(&mut self) {
        tokio::select! {
            woken = self.wake_ups.next() => if woken.is_none() {
                self.wake_ups = stream::pending().boxed();
            },
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }

    fn problem(&self, error: &ApiError) -> Event {
        tracing::warn!(error = %Reason::of(error), "a stream about an account ended early");
        events_stream::problem(error, self.language)
    }
}
