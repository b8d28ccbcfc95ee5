//! The control interface's own description.

use utoipa::OpenApi;

/// The frame of the OpenAPI document; the paths are added by the router.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sandbox control",
        description = "Drives a local Telegram: its people, their chats with the bot, \
                       their devices, and errors on command.",
    ),
    servers((url = "/control")),
)]
pub(super) struct Docs;
