//! The files of the phone page, built into the program.

/// One file of the page.
pub(super) struct Asset {
    pub(super) content_type: &'static str,
    pub(super) text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($kind:expr, $name:literal) => {
        Asset {
            content_type: $kind,
            text: include_str!(concat!("../../templates/phone/", $name)),
        }
    };
}

/// The file with this name.
pub(super) fn find(name: &str) -> Option<Asset> {
    Some(match name {
        "index.html" => asset!(HTML, "index.html"),
        "icon.svg" => asset!(PICTURE, "icon.svg"),
        "room.css" => asset!(CSS, "room.css"),
        "device.css" => asset!(CSS, "device.css"),
        "chat.css" => asset!(CSS, "chat.css"),
        "miniapp.css" => asset!(CSS, "miniapp.css"),
        "platforms.css" => asset!(CSS, "platforms.css"),
        "api.js" => asset!(SCRIPT, "api.js"),
        "bots.js" => asset!(SCRIPT, "bots.js"),
        "chat.js" => asset!(SCRIPT, "chat.js"),
        "codes.js" => asset!(SCRIPT, "codes.js"),
        "dom.js" => asset!(SCRIPT, "dom.js"),
        "home.js" => asset!(SCRIPT, "home.js"),
        "links.js" => asset!(SCRIPT, "links.js"),
        "main.js" => asset!(SCRIPT, "main.js"),
        "miniapp.js" => asset!(SCRIPT, "miniapp.js"),
        "popup.js" => asset!(SCRIPT, "popup.js"),
        "requests.js" => asset!(SCRIPT, "requests.js"),
        "room.js" => asset!(SCRIPT, "room.js"),
        "scan.js" => asset!(SCRIPT, "scan.js"),
        "screens.js" => asset!(SCRIPT, "screens.js"),
        "settings.js" => asset!(SCRIPT, "settings.js"),
        "sidebar.js" => asset!(SCRIPT, "sidebar.js"),
        "signin.js" => asset!(SCRIPT, "signin.js"),
        "storage.js" => asset!(SCRIPT, "storage.js"),
        "store.js" => asset!(SCRIPT, "store.js"),
        // One script for Mini Apps, as Telegram's own is one.
        "telegram-web-app.js" => Asset {
            content_type: SCRIPT,
            text: concat!(
                include_str!("../../templates/phone/telegram-web-app.js"),
                include_str!("../../templates/phone/telegram-web-app-device.js"),
            ),
        },
        "text.js" => asset!(SCRIPT, "text.js"),
        "unsupported.js" => asset!(SCRIPT, "unsupported.js"),
        "use.js" => asset!(SCRIPT, "use.js"),
        "writing.js" => asset!(SCRIPT, "writing.js"),
        _ => return None,
    })
}
