//! `Retry-After`, in both of its forms (RFC 9110, 10.2.3).

use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use hyper::header::RETRY_AFTER;
use sesame_domain::time::Timestamp;

/// Nothing is left alone for longer, whatever it says.
const LONGEST: Duration = Duration::from_hours(24);

/// How long the service wants to be left alone.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match said.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) if !said.is_empty() && said.bytes().all(|it| it.is_ascii_digit()) => LONGEST,
        Err(_) => {
            let until = httpdate::parse_http_date(said).ok()?;
            until
                .duration_since(SystemTime::from(now))
                .unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0", Some(0))]
    #[case("7", Some(7))]
    #[case(" 120 ", Some(120))]
    #[case::absurd("99999999999999999999999999", Some(86_400))]
    #[case::far("1000000", Some(86_400))]
    #[case::date("Sun, 06 Nov 1994 08:50:07 GMT", Some(30))]
    #[case::of_older_servers("Sunday, 06-Nov-94 08:50:07 GMT", Some(30))]
    #[case::of_c("Sun Nov  6 08:50:07 1994", Some(30))]
    #[case::past("Sun, 06 Nov 1994 08:00:00 GMT", Some(0))]
    #[case::nothing("", None)]
    #[case::negative("-3", None)]
    #[case::words("soon", None)]
    fn both_forms_are_read(#[case] said: &str, #[case] seconds: Option<u64>) {
        let now = Timestamp::from_timestamp(784_111_777, 0).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, said.parse().unwrap());
        assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs));
    }
}
