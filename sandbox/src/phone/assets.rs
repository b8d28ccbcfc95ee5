//! The files of the phone page, built into the program.

/// One file of the page.
pub(super) struct Asset {
    pub(super) content_type: &'static str,
    pub(super) text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
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
        "phone.css" => asset!(CSS, "phone.css"),
        "phone.js" => asset!(SCRIPT, "phone.js"),
        "telegram-web-app.js" => asset!(SCRIPT, "telegram-web-app.js"),
        _ => return None,
    })
}
