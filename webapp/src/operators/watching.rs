//! Whether a page's script asks by itself, and what it has.

use axum::http::HeaderMap;

/// By which a page's script says that it watches, and what it has.
const WATCHES: &str = "sesame-live";

/// What a page's script has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watching {
    /// The version of the parts, as they were answered.
    known: String,
}

impl Watching {
    /// Whether a script asks that watches; `None`: a person opens the page.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let known = headers.get(WATCHES)?.to_str().unwrap_or_default();
        Some(Self {
            known: known.to_owned(),
        })
    }

    /// Whether it has this version.
    pub(super) fn has(&self, version: &str) -> bool {
        self.known == version
    }
}
