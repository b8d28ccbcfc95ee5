//! Rules for values that several sections share.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// A name that Telegram shows to people.
pub(super) fn is_shown_name(text: &str, (): &()) -> garde::Result {
    let fits = (1..=64).contains(&text.chars().count());
    if fits && text.trim() == text && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(garde::Error::new("does not fit"))
    }
}

/// An address that pages can be reached under.
pub(super) fn is_http(url: &Option<Url>, (): &()) -> garde::Result {
    match url {
        Some(url) if !is_http_url(url) => Err(garde::Error::new("is not an http or https address")),
        _ => Ok(()),
    }
}

/// Whether a browser can open it.
pub(super) fn is_http_url(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Looks at a secret.
pub(super) fn check_secret(
    secret: &SecretString,
    fits: impl FnOnce(&str) -> bool,
) -> garde::Result {
    if fits(secret.expose_secret()) {
        Ok(())
    } else {
        Err(garde::Error::new("does not look right"))
    }
}
