//! Where links lead to.

use url::Url;

/// Hosts that say nothing: Telegram's own, and those that only lead on.
const NOTHING: [&str; 15] = [
    "t.me",
    "telegram.me",
    "telegram.org",
    "telegra.ph",
    "telegram.dog",
    "bit.ly",
    "t.co",
    "clck.ru",
    "goo.gl",
    "tinyurl.com",
    "vk.cc",
    "lnkd.in",
    "amzn.to",
    "is.gd",
    "taplink.cc",
];

/// The host of a link, as it is shown; `None`: it says nothing.
pub(super) fn host(link: &str) -> Option<String> {
    let link = link.trim();
    let url = if link.contains("://") {
        Url::parse(link)
    } else {
        Url::parse(&format!("https://{link}"))
    };
    let url = url.ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if !url.username().is_empty() {
        // An e-mail address.
        return None;
    }
    let host = url.domain()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let says_nothing = NOTHING.iter().any(|it| {
        host.strip_suffix(it)
            .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    });
    (host.contains('.') && !says_nothing && !host.starts_with("xn--")).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://www.Example.com/a?b#c", Some("example.com"))]
    #[case("github.com/rust-lang/rust", Some("github.com"))]
    #[case("https://t.me/some/1", None)]
    #[case("https://some.t.me", None)]
    #[case("https://bit.ly/3x", None)]
    #[case("tg://resolve?domain=some", None)]
    #[case("mailto:a@b.org", None)]
    #[case("https://127.0.0.1/", None)]
    #[case("http://localhost", None)]
    #[case("", None)]
    fn hosts_say_where_it_leads(#[case] link: &str, #[case] expected: Option<&str>) {
        assert_eq!(host(link).as_deref(), expected);
    }
}
