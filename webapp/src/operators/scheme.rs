//! The colours that an operator chose: those of their system, or one of two.

use axum::http::HeaderMap;

use super::cookies::Cookie;

/// The colours of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// As the system has it.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// What whoever sent these headers chose.
    pub(super) fn of(headers: &HeaderMap, secure: bool) -> Self {
        Self::named(Cookie::Scheme.read(headers, secure).unwrap_or_default())
    }

    /// The one with this name; the system's, if there is none.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// The name, in the page and the cookie.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
