//! Rules for values that several sections share: what is wrong with one.

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::flaw;
use super::setting::Derived;

/// The longest time in days that can be set: longer than anything lasts.
pub(super) const LONGEST_DAYS: i64 = 36_500;

/// A time in days, where 0 and nothing mean that it never ends.
pub(super) fn days(number: Option<u32>) -> Option<TimeDelta> {
    let number = number.filter(|days| *days > 0)?;
    Some(TimeDelta::days(number.into()))
}

/// An address that shows no one how to sign in.
pub(super) fn no_credentials(url: &Url) -> Option<String> {
    let shows = !url.username().is_empty() || url.password().is_some();
    shows.then(|| "must not hold a name or a password".to_owned())
}

/// A region of AWS or of what resembles it.
#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
pub(super) fn region(name: &String) -> Option<String> {
    (!is_region_name(name)).then(|| "is not a region".to_owned())
}

/// Whether a text can stand for a region.
pub(super) fn is_region_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// A name that Telegram shows to people.
#[expect(clippy::ptr_arg, reason = "rules get the value as it is held")]
pub(super) fn shown_name(text: &String) -> Option<String> {
    flaw::length(text.chars().count(), 1, 64).or_else(|| {
        let has = text.chars().any(char::is_control);
        has.then(|| "has a line end or a control character in it".to_owned())
    })
}

/// An address that pages can be reached under.
pub(super) fn http(url: &Url) -> Option<String> {
    (!is_http_url(url)).then(|| "is not an http or https address".to_owned())
}

/// Whether a browser can open it.
pub(super) fn is_http_url(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// A rule for a secret, which does not quote it.
pub(super) fn of_secret(
    flaw: impl Fn(&str) -> Option<String> + 'static,
) -> impl Fn(&SecretString) -> Option<String> {
    move |secret| flaw(secret.expose_secret())
}

/// An address that follows from other settings.
pub(super) fn derived_url(url: Url) -> Derived<Url> {
    Derived {
        shown: url.to_string(),
        value: url,
    }
}
