//! Text and addresses in HTML.

use std::fmt::Write as _;

/// The schemes that a link may lead to.
const SCHEMES: [&str; 5] = ["http", "https", "tg", "mailto", "tel"];

/// Adds a text; nothing in it is markup, also within quotes. What turns the
/// direction of a text around stays within its element ([`dir="auto"`] isolates).
pub(super) fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML has no way to write these.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// A text as HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

/// An address that a link may lead to; `None`: it may not. One without a scheme
/// is a web page's, as people type them.
pub(super) fn address(url: &str) -> Option<String> {
    let url = url.trim();
    let is_strange = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    if url.is_empty() || url.contains(is_strange) {
        return None;
    }
    let scheme = url.split([':', '/', '?', '#']).next().unwrap_or_default();
    let has_scheme = url[scheme.len()..].starts_with(':');
    // `example.com:8080` has a port, not a scheme.
    let is_host = scheme.contains('.') || scheme == "localhost";
    if has_scheme && !is_host {
        let scheme = scheme.to_ascii_lowercase();
        return SCHEMES.contains(&scheme.as_str()).then(|| url.to_owned());
    }
    if url.starts_with(['/', '?', '#']) {
        return None;
    }
    Some(format!("https://{url}"))
}

/// A path within the export as an address: no name can lead elsewhere.
pub(super) fn path(path: &str) -> String {
    let mut out = String::from("./");
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b'@' => {
                out.push(byte.into());
            }
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_lead_only_where_links_may_lead() {
        for (given, leads) in [
            (
                "https://a.example/?b=1&c=2",
                Some("https://a.example/?b=1&c=2"),
            ),
            ("HTTP://a.example", Some("HTTP://a.example")),
            ("a.example/b", Some("https://a.example/b")),
            ("a.example:8080/b", Some("https://a.example:8080/b")),
            ("tg://resolve?domain=a", Some("tg://resolve?domain=a")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            ("tel:+49301234", Some("tel:+49301234")),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("\u{1}javascript:alert(1)", None),
            (" javascript:alert(1)", None),
            ("data:text/html,a", None),
            ("file:///etc/passwd", None),
            ("//a.example", None),
            ("/etc/passwd", None),
            ("\\\\server\\share", None),
            ("#top", None),
            ("", None),
        ] {
            assert_eq!(address(given).as_deref(), leads, "{given}");
        }
    }

    #[test]
    fn a_path_is_an_address_in_the_export() {
        assert_eq!(
            path("files/a #1%?é \"<.txt"),
            "./files/a%20%231%25%3F%C3%A9%20%22%3C.txt"
        );
        assert_eq!(path("javascript:x"), "./javascript%3Ax");
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text in any::<String>()) {
            let html = escaped(&text);
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            let bare = html.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            let bare = bare.replace("&quot;", "").replace("&#39;", "");
            prop_assert!(!bare.contains('&'));
        }

        #[test]
        fn no_address_runs_anything(text in "[ -~\n]{0,30}") {
            if let Some(address) = address(&text) {
                let scheme = address.split(':').next().unwrap().to_ascii_lowercase();
                prop_assert!(SCHEMES.contains(&scheme.as_str()), "{address}");
            }
        }
    }
}
