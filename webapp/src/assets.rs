//! Styles and scripts of pages, embedded, served and cached by versions of what
//! is in them.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::base_path::BasePath;

/// Which version a page asks for.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    v: Option<String>,
}

/// An embedded file.
pub(crate) struct Asset {
    kind: &'static str,
    content: &'static str,
    version: String,
    url: String,
}

impl Asset {
    fn new(kind: &'static str, content: &'static str, path: &str) -> Self {
        let version = hex::encode(&Sha256::digest(content.as_bytes())[..8]);
        Self {
            kind,
            content,
            url: format!("{path}?v={version}"),
            version,
        }
    }

    /// Where pages find it, in this version.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// The file, for whoever wants it in a version.
    pub(crate) fn answer(&self, wanted: &Wanted) -> Response {
        // Only under its own version may it be kept for good: during an update a
        // page may ask this node for what only the other one has.
        let cache = if wanted.v.as_deref() == Some(self.version.as_str()) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let headers = [
            (CONTENT_TYPE, self.kind.to_owned()),
            (CACHE_CONTROL, cache.to_owned()),
            (ETAG, format!("\"{}\"", self.version)),
        ];
        (headers, self.content).into_response()
    }
}

/// What pages of one kind load.
pub(crate) struct Assets {
    pub(crate) style: Asset,
    pub(crate) script: Asset,
}

impl Assets {
    /// Of the Mini App.
    pub(crate) fn of_miniapp(base: &BasePath) -> Self {
        let style = concat!(
            include_str!("../../templates/miniapp/app.css"),
            include_str!("../../templates/miniapp/chats.css"),
            include_str!("../../templates/miniapp/copies.css"),
        );
        // One script a page: what it stands on comes first.
        let script = concat!(
            include_str!("../../templates/miniapp/colours.js"),
            include_str!("../../templates/miniapp/chats.js"),
            include_str!("../../templates/miniapp/copies.js"),
            include_str!("../../templates/miniapp/app.js"),
        );
        Self::new(base, "/app/app", style, script)
    }

    /// Of the operators' pages.
    pub(crate) fn of_operators(base: &BasePath) -> Self {
        let style = include_str!("../../templates/admin/admin.css");
        let script = include_str!("../../templates/admin/admin.js");
        Self::new(base, "/admin/admin", style, script)
    }

    /// Those at `{name}.css` and `{name}.js`, below the path of Sesame.
    fn new(base: &BasePath, name: &str, style: &'static str, script: &'static str) -> Self {
        let (css, js) = (format!("{base}{name}.css"), format!("{base}{name}.js"));
        Self {
            style: Asset::new("text/css; charset=utf-8", style, &css),
            script: Asset::new("text/javascript; charset=utf-8", script, &js),
        }
    }
}
