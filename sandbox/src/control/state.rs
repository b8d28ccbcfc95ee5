//! What the control interface reaches.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::bots::{Bot, Bots};
use crate::dc::Dcs;
use crate::posting::Schedules;
use crate::world::{Person, World};

use super::answer::ControlError;

/// What the control interface reaches.
#[derive(Clone, Debug)]
pub struct ControlState {
    /// The people and their accounts.
    pub world: Arc<World>,
    /// The bots and their chats.
    pub bots: Arc<Bots>,
    /// The data centres.
    pub dcs: Arc<Dcs>,
    /// The channels that post by themselves.
    pub(crate) schedules: Arc<Schedules>,
    /// Ends streams when the sandbox stops.
    pub stop: CancellationToken,
}

/// The bot that an address is about: the one that it names, or the first.
#[derive(Clone, Debug)]
pub(super) struct NamedBot(pub(super) Arc<Bot>);

/// The person that an address names.
#[derive(Clone, Debug)]
pub(super) struct NamedPerson(pub(super) Person);

/// A person's chat with a bot, as an address names both.
#[derive(Clone, Debug)]
pub(super) struct NamedChat {
    pub(super) bot: Arc<Bot>,
    pub(super) person: Person,
}

#[derive(Deserialize)]
struct BotInPath {
    bot: Option<i64>,
}

#[derive(Deserialize)]
struct PersonInPath {
    id: i64,
}

impl FromRequestParts<ControlState> for NamedBot {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ControlState) -> Result<Self, Response> {
        let path: Result<Path<BotInPath>, _> = Path::from_request_parts(parts, state).await;
        let Path(BotInPath { bot }) = path.map_err(IntoResponse::into_response)?;
        let found = match bot {
            Some(id) => state.bots.get(id),
            None => Some(Arc::clone(state.bots.first())),
        };
        let found = found.ok_or_else(|| ControlError::NoBot.into_response())?;
        Ok(Self(found))
    }
}

impl FromRequestParts<ControlState> for NamedPerson {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ControlState) -> Result<Self, Response> {
        let path: Result<Path<PersonInPath>, _> = Path::from_request_parts(parts, state).await;
        let Path(PersonInPath { id }) = path.map_err(IntoResponse::into_response)?;
        let person = state.world.people().get(id);
        let person = person.ok_or_else(|| ControlError::NoPerson.into_response())?;
        Ok(Self(person))
    }
}

impl FromRequestParts<ControlState> for NamedChat {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ControlState) -> Result<Self, Response> {
        let NamedBot(bot) = NamedBot::from_request_parts(parts, state).await?;
        let NamedPerson(person) = NamedPerson::from_request_parts(parts, state).await?;
        Ok(Self { bot, person })
    }
}
