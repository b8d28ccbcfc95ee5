//! Opens the Mini App for a person.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bots::{Door, Launch, MenuButton, Platform, Press, PressError, Theme};

use super::answer::{ControlError, Refusal};
use super::state::NamedChat;
use super::talk::PressRequest;

/// How to open the Mini App: by a button, the menu or a link (`start_param`).
/// With none of them: the menu.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenRequest {
    /// By a button in the chat.
    button: Option<PressRequest>,
    /// By the button beside the input field.
    #[serde(default)]
    menu: bool,
    /// By a link `t.me/<bot>?startapp=<start_param>`.
    start_param: Option<String>,
    /// The person's app.
    #[serde(default)]
    platform: Platform,
    /// Its colours.
    #[serde(default)]
    theme: Theme,
    /// When the data claims to be made, in Unix seconds; now if absent.
    auth_date: Option<i64>,
    /// Seconds to add to that time; negative for data that is old.
    #[serde(default)]
    auth_date_offset: i64,
}

/// Where the Mini App is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Opened {
    /// The address with its fragment.
    url: String,
    /// What the opened app is called.
    title: String,
}

/// Opens the Mini App.
#[utoipa::path(
    post, path = "/people/{id}/open", tag = "mini app", request_body = OpenRequest,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = Opened),
        (status = 404, body = Refusal), (status = 409, body = Refusal), (status = 422, body = Refusal),
    ),
)]
pub(super) async fn open(
    chat: NamedChat,
    Json(request): Json<OpenRequest>,
) -> Result<Json<Opened>, ControlError> {
    let base = request.auth_date;
    let auth_date = match (base, request.auth_date_offset) {
        (None, 0) => None,
        (base, offset) => Some(base.unwrap_or_else(|| chat.bot.now()) + offset),
    };
    let (platform, theme) = (request.platform, request.theme);
    let launch = Launch {
        door: door(&chat, request)?,
        platform,
        theme,
        auth_date,
    };
    Ok(Json(Opened {
        url: chat.bot.launch(&chat.person, &launch)?,
        title: chat.bot.introduction_for(&chat.person).0,
    }))
}

fn door(chat: &NamedChat, request: OpenRequest) -> Result<Door, ControlError> {
    match (request.button, request.start_param, request.menu) {
        (Some(button), None, false) => app_behind(chat, &button.read()?),
        (None, Some(parameter), false) => Ok(Door::Link(parameter)),
        (None, None, true) => Ok(Door::Menu),
        (None, None, false) => Ok(match chat.bot.menu_for(chat.person.id) {
            MenuButton::WebApp { .. } => Door::Menu,
            MenuButton::Commands | MenuButton::Default => Door::Link(String::new()),
        }),
        _ => Err(ControlError::Invalid(
            "open the app by a button, by the menu or by a link, not by several",
        )),
    }
}

fn app_behind(chat: &NamedChat, press: &Press) -> Result<Door, ControlError> {
    match chat.bot.app_behind(&chat.person, press) {
        Ok(door) => Ok(door),
        Err(PressError::NoButton) => Err(ControlError::Invalid("this button opens no Mini App")),
        Err(error) => Err(error.into()),
    }
}
