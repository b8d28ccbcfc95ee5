//! A bot as its owner sees it, and errors on command.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::bots::{Bot, Command, MenuButton, MethodCall, MethodFault, WebhookInfo};

use super::answer::{ControlError, Refusal};
use super::state::NamedBot;

/// The bot as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BotView {
    /// Telegram's user id of the bot.
    id: i64,
    /// Its name.
    name: String,
    /// Its public name.
    username: String,
    /// Its token.
    token: String,
    /// The public key of `signature` in launch data, Ed25519, hexadecimal.
    webapp_public_key: String,
    /// The app that `?startapp=` opens; the menu button's if absent.
    main_app: Option<String>,
    /// The commands for everyone.
    commands: Vec<Command>,
    /// The menu button for everyone.
    menu_button: MenuButton,
    /// The webhook.
    webhook: WebhookInfo,
}

/// What the owner may set, as with Telegram's `@BotFather`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BotPatch {
    /// The app that `?startapp=` opens; null for the menu button's.
    main_app: Option<String>,
}

/// The bot.
#[utoipa::path(get, path = "/bot", tag = "bot", responses((status = 200, body = BotView)))]
pub(super) async fn bot(NamedBot(bot): NamedBot) -> Json<BotView> {
    Json(view(&bot))
}

/// Sets the bot's main Mini App.
#[utoipa::path(
    patch, path = "/bot", tag = "bot", request_body = BotPatch,
    responses((status = 200, body = BotView), (status = 422, body = Refusal)),
)]
pub(super) async fn patch(
    NamedBot(bot): NamedBot,
    Json(patch): Json<BotPatch>,
) -> Result<Json<BotView>, ControlError> {
    bot.set_main_app(patch.main_app)
        .map_err(|_| ControlError::Invalid("main_app must be an https or a local http address"))?;
    Ok(Json(view(&bot)))
}

fn view(bot: &Bot) -> BotView {
    let owner = bot.owner_view();
    BotView {
        id: owner.identity.id,
        name: owner.name,
        username: owner.identity.username,
        token: owner.identity.token,
        webapp_public_key: owner.webapp_public_key,
        main_app: owner.main_app,
        commands: owner.commands,
        menu_button: owner.menu_button,
        webhook: bot.webhook_info(),
    }
}

/// Orders an error for the next calls of a method.
#[utoipa::path(
    post, path = "/bot/faults", tag = "bot", request_body = MethodFault,
    responses((status = 201, body = MethodFault), (status = 422, body = Refusal)),
)]
pub(super) async fn order_fault(
    NamedBot(bot): NamedBot,
    Json(fault): Json<MethodFault>,
) -> Result<(StatusCode, Json<MethodFault>), ControlError> {
    let known = fault.error_code == 0 || (400..600).contains(&fault.error_code);
    if !known || fault.times == 0 {
        return Err(ControlError::Invalid(
            "error_code must be 0 or 400 to 599, and times at least 1",
        ));
    }
    bot.order_fault(fault.clone());
    Ok((StatusCode::CREATED, Json(fault)))
}

/// The errors that are still to be given.
#[utoipa::path(get, path = "/bot/faults", tag = "bot", responses((status = 200, body = [MethodFault])))]
pub(super) async fn faults(NamedBot(bot): NamedBot) -> Json<Vec<MethodFault>> {
    Json(bot.faults())
}

/// Forgets all ordered errors.
#[utoipa::path(delete, path = "/bot/faults", tag = "bot", responses((status = 204)))]
pub(super) async fn clear_faults(NamedBot(bot): NamedBot) -> StatusCode {
    bot.clear_faults();
    StatusCode::NO_CONTENT
}

/// Puts an update into the bot's queue as it is, but for its number.
#[utoipa::path(
    post, path = "/bot/updates", tag = "bot", request_body = Value,
    responses((status = 202), (status = 422, body = Refusal)),
)]
pub(super) async fn push_update(
    NamedBot(bot): NamedBot,
    Json(update): Json<Value>,
) -> Result<StatusCode, ControlError> {
    if !update.is_object() {
        return Err(ControlError::Invalid("an update is an object"));
    }
    bot.push_update(update);
    Ok(StatusCode::ACCEPTED)
}

/// The bot's latest calls, oldest first.
#[utoipa::path(get, path = "/bot/calls", tag = "bot", responses((status = 200, body = [MethodCall])))]
pub(super) async fn calls(NamedBot(bot): NamedBot) -> Json<Vec<MethodCall>> {
    Json(bot.calls())
}
