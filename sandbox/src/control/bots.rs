//! The bots, and making one, as with Telegram's `@BotFather`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bots::Bot;

use super::answer::{ControlError, Refusal};
use super::state::{ControlState, NamedBot};

/// A bot and what drives it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnedBot {
    /// Telegram's user id of the bot.
    id: i64,
    /// Its public name.
    username: String,
    /// Its name.
    name: String,
    /// Its token.
    token: String,
}

impl OwnedBot {
    fn of(bot: &Bot) -> Self {
        let owner = bot.owner_view();
        Self {
            id: owner.identity.id,
            username: owner.identity.username,
            name: owner.name,
            token: owner.identity.token,
        }
    }
}

/// A bot to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBot {
    /// The name that people see, 1 to 64 characters.
    name: String,
    /// The public name, without the `@`: 5 to 32 Latin letters, digits and
    /// underscores, with `bot` at the end.
    username: String,
}

/// All bots, in the order in which they were made.
#[utoipa::path(get, path = "/bots", tag = "bot", responses((status = 200, body = Vec<OwnedBot>)))]
pub(super) async fn list(State(state): State<ControlState>) -> Json<Vec<OwnedBot>> {
    let bots = state.bots.list();
    Json(bots.iter().map(|bot| OwnedBot::of(bot)).collect())
}

/// Makes a bot.
#[utoipa::path(
    post, path = "/bots", tag = "bot", request_body = CreateBot,
    responses((status = 201, body = OwnedBot), (status = 400, body = Refusal)),
)]
pub(super) async fn create(
    State(state): State<ControlState>,
    Json(wish): Json<CreateBot>,
) -> Result<(StatusCode, Json<OwnedBot>), ControlError> {
    let bot = state.bots.create(&wish.name, &wish.username)?;
    Ok((StatusCode::CREATED, Json(OwnedBot::of(&bot))))
}

/// Gives a bot another token. The former one is answered 401 from now on, and
/// the webhook that was set with it is gone.
#[utoipa::path(
    post, path = "/bots/{bot}/revoke", tag = "bot",
    params(("bot" = i64, Path, description = "The bot")),
    responses((status = 200, body = OwnedBot), (status = 404, body = Refusal)),
)]
pub(super) async fn revoke(NamedBot(bot): NamedBot) -> Json<OwnedBot> {
    bot.revoke_token();
    Json(OwnedBot::of(&bot))
}
