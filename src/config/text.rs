//! Rules for values that several sections share.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::flaw;

/// The longest time in days that can be set: longer than anything lasts.
pub(super) const LONGEST_DAYS: u32 = 36_500;

/// A time in days, where 0 and nothing mean that it never ends.
pub(super) fn days(number: Option<u32>) -> Option<TimeDelta> {
    let number = number.filter(|days| *days > 0)?;
    Some(TimeDelta::days(number.into()))
}

/// An address that shows no one how to sign in.
pub(super) fn no_credentials(url: &Url) -> garde::Result {
    if url.username().is_empty() && url.password().is_none() {
        Ok(())
    } else {
        Err(garde::Error::new("must not hold a name or a password"))
    }
}

/// A region of AWS or of what resembles it.
pub(super) fn is_region(region: &Option<String>, (): &()) -> garde::Result {
    match region {
        Some(region) if !is_region_name(region) => Err(garde::Error::new("is not a region")),
        _ => Ok(()),
    }
}

/// Whether a text can stand for a region.
pub(super) fn is_region_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// A name that Telegram shows to people.
pub(super) fn is_shown_name(text: &str, (): &()) -> garde::Result {
    if let Some(what) = flaw::length(text.chars().count(), 1, 64) {
        return Err(garde::Error::new(what));
    }
    if text.chars().any(char::is_control) {
        return Err(garde::Error::new(
            "has a line end or a control character in it",
        ));
    }
    Ok(())
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

/// Looks at a secret for what is wrong with it, which does not quote it.
pub(super) fn check_secret(
    secret: &SecretString,
    flaw: impl FnOnce(&str) -> Option<String>,
) -> garde::Result {
    match flaw(secret.expose_secret()) {
        Some(what) => Err(garde::Error::new(what)),
        None => Ok(()),
    }
}
