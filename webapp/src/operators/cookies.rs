//! The cookies of operators.
//!
//! A session's cookie is sent by this site's own pages alone (`SameSite=Strict`)
//! and seen by no script. Over https it has the prefix `__Host-`: no other host,
//! not even one below the same domain, can set one of that name.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use sesame_domain::operator::OneTimeSecret;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The secret of a session.
    Session,
    /// What a browser is known by that opened a link, until it signs in.
    Browser,
    /// The colours that its operator chose.
    Scheme,
}

impl Cookie {
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-sesame-operator",
            (Self::Session, false) => "sesame-operator",
            (Self::Browser, true) => "__Host-sesame-browser",
            (Self::Browser, false) => "sesame-browser",
            (Self::Scheme, true) => "__Host-sesame-scheme",
            (Self::Scheme, false) => "sesame-scheme",
        }
    }

    /// Its value, if there is exactly one: of two, one is someone else's.
    pub(super) fn read(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let name = self.name(secure);
        let lines = headers.get_all(COOKIE).into_iter();
        let mut values = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(other, _)| *other == name)
            .map(|(_, value)| value);
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// The secret in it.
    pub(super) fn secret(self, headers: &HeaderMap, secure: bool) -> Option<OneTimeSecret> {
        OneTimeSecret::shown(self.read(headers, secure)?)
    }

    /// Has the browser keep a value for so long, in seconds; 0: forget it.
    pub(super) fn keep(self, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
        let name = self.name(secure);
        let secure = if secure { "; Secure" } else { "" };
        let mut header = HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        ))
        .ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// Has the browser forget it.
    pub(super) fn forget(self, secure: bool) -> Option<HeaderValue> {
        self.keep("", 0, secure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in cookies {
            headers.append(COOKIE, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let headers = with(&["a=1; sesame-operator=x; xsesame-operator=y", "b=2"]);
        assert_eq!(Cookie::Session.read(&headers, false), Some("x"));
        assert_eq!(Cookie::Session.read(&headers, true), None);
        assert_eq!(Cookie::Browser.read(&headers, false), None);
    }

    #[test]
    fn of_two_cookies_with_one_name_none_counts() {
        let twice = with(&["sesame-operator=x", "sesame-operator=y"]);
        assert_eq!(Cookie::Session.read(&twice, false), None);
    }

    #[test]
    fn a_cookie_is_for_this_site_and_no_script() {
        let kept = Cookie::Session.keep("abc", 60, true).unwrap();
        assert_eq!(
            kept.to_str().unwrap(),
            "__Host-sesame-operator=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert!(kept.is_sensitive());
        let forgotten = Cookie::Browser.forget(false).unwrap();
        assert_eq!(
            forgotten.to_str().unwrap(),
            "sesame-browser=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
