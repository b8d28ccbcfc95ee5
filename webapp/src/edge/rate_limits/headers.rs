//! What an answer says of the budget that its request took from.
//!
//! Source: draft-ietf-httpapi-ratelimit-headers-06, the last with a field each.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use sesame_domain::ports::Verdict;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Adds the headers.
pub(super) fn add(headers: &mut HeaderMap, verdict: &Verdict) {
    headers.insert(LIMIT, HeaderValue::from(verdict.limit));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    headers.insert(RESET, HeaderValue::from(whole_seconds(verdict.reset)));
}

/// In seconds, rounded up: whoever waits so long does not come too early.
pub(crate) fn whole_seconds(length: Duration) -> u64 {
    length.as_secs() + u64::from(length.subsec_nanos() > 0)
}
