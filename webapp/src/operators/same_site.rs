//! Whether a request was sent by a page of ours.
//!
//! Browsers say from where a request comes in `Sec-Fetch-Site`, and older ones,
//! for whatever may change something, in `Origin`. No page can make up either.
//! Source: Fetch Metadata Request Headers, section 2.4; RFC 6454, section 7.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue};
use url::Url;

const SEC_FETCH_SITE: &str = "sec-fetch-site";
const SEC_FETCH_MODE: &str = "sec-fetch-mode";
const SEC_FETCH_DEST: &str = "sec-fetch-dest";
const PURPOSES: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// Whether a page of this site sent what changes something. Whatever does not
/// say where it comes from did not.
pub(super) fn is_ours(headers: &HeaderMap, public_url: &Url) -> bool {
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let ours = public_url.origin().ascii_serialization();
    match headers.get(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin" && origin != Some(b"null"),
        None => origin == Some(ours.as_bytes()),
    }
}

/// Whether someone opens a page: not a program that looks at links before
/// people do, and not a browser that fetches what might be opened next.
pub(super) fn is_opened(headers: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| headers.get(name).is_some_and(|it| it == word);
    let ahead = PURPOSES.into_iter().any(|name| headers.contains_key(name));
    says(SEC_FETCH_MODE, "navigate") && says(SEC_FETCH_DEST, "document") && !ahead
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use rstest::rstest;

    use super::*;

    fn with(headers: &[(&'static str, &str)]) -> HeaderMap {
        let headers = headers.iter();
        headers
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[rstest]
    #[case(&[("sec-fetch-site", "same-origin")], true)]
    #[case(&[("sec-fetch-site", "same-origin"), ("origin", "https://e.org")], true)]
    #[case(&[("origin", "https://e.org")], true)]
    #[case(&[], false)]
    #[case(&[("sec-fetch-site", "none")], false)]
    #[case(&[("sec-fetch-site", "same-site")], false)]
    #[case(&[("sec-fetch-site", "cross-site"), ("origin", "https://e.org")], false)]
    #[case(&[("sec-fetch-site", "same-origin"), ("origin", "null")], false)]
    #[case(&[("origin", "null")], false)]
    #[case(&[("origin", "https://e.org:8443")], false)]
    #[case(&[("origin", "http://e.org")], false)]
    #[case(&[("origin", "https://e.org.evil.example")], false)]
    fn only_our_pages_change_something(
        #[case] headers: &[(&'static str, &str)],
        #[case] ours: bool,
    ) {
        let public = "https://e.org/sesame/".parse().unwrap();
        assert_eq!(is_ours(&with(headers), &public), ours);
    }

    #[rstest]
    #[case(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")], true)]
    #[case(&[], false)]
    #[case(&[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")], false)]
    #[case(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")], false)]
    #[case(
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("sec-purpose", "prefetch;prerender")],
        false
    )]
    fn what_looks_at_a_link_does_not_open_it(
        #[case] headers: &[(&'static str, &str)],
        #[case] opens: bool,
    ) {
        assert_eq!(is_opened(&with(headers)), opens);
    }
}
