//! What a browser says of itself, in two words, and from where it comes.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use ipnet::{Ipv4Net, Ipv6Net};

/// By what browsers are known, the more special first: most say that they are
/// several.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// By what systems are known.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Who asks, as it says itself: "Firefox 145, Linux".
pub(super) fn browser(headers: &HeaderMap) -> String {
    let said = headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
    describe(said.unwrap_or_default())
}

fn describe(agent: &str) -> String {
    let system = SYSTEMS.into_iter().find(|(mark, _)| agent.contains(mark));
    let system = system.map_or("an unknown system", |(_, name)| name);
    let browser = BROWSERS.into_iter().find_map(|(mark, name)| {
        let (_, rest) = agent.split_once(mark)?;
        let version: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!version.is_empty() && version.len() < 6).then(|| format!("{name} {version}"))
    });
    let browser = browser.unwrap_or_else(|| "an unknown browser".to_owned());
    format!("{browser}, {system}")
}

/// The network that an address is in: enough to know it again, and not whose
/// it is.
pub(super) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "an unknown address".to_owned(),
        Some(IpAddr::V4(address)) => Ipv4Net::new_assert(address, 24).trunc().to_string(),
        Some(IpAddr::V6(address)) => Ipv6Net::new_assert(address, 48).trunc().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Firefox 145, Linux"
    )]
    #[case(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Edge 142, Windows"
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        "Safari 18, iOS"
    )]
    #[case("curl/8.14.1", "an unknown browser, an unknown system")]
    #[case("Firefox/<script>", "an unknown browser, an unknown system")]
    #[case("", "an unknown browser, an unknown system")]
    fn a_browser_is_named_in_two_words(#[case] agent: &str, #[case] name: &str) {
        assert_eq!(describe(agent), name);
    }

    #[rstest]
    #[case(Some("203.0.113.77"), "203.0.113.0/24")]
    #[case(Some("::ffff:203.0.113.77"), "203.0.113.0/24")]
    #[case(Some("2001:db8:1:2::5"), "2001:db8:1::/48")]
    #[case(None, "an unknown address")]
    fn an_address_is_named_by_its_network(#[case] address: Option<&str>, #[case] name: &str) {
        assert_eq!(network(address.map(|it| it.parse().unwrap())), name);
    }
}
