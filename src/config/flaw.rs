//! What is wrong with a value, in words that do not show it.

use std::any::Any;
use std::fmt::Display;
use std::net::{AddrParseError, IpAddr};
use std::num::{IntErrorKind, ParseIntError};

use sesame_domain::plural::counted;
use sesame_domain::wrapping::is_quote;

/// What stands in a value that should have plain letters, digits and signs, and
/// does not belong there.
pub(super) fn stray(text: &str) -> Option<String> {
    let (index, c) = (1..)
        .zip(text.chars())
        .find(|(_, c)| !c.is_ascii_graphic())
        .or_else(|| (1..).zip(text.chars()).find(|(_, c)| is_quote(*c)))?;
    let what = match c {
        c if c.is_whitespace() => "a blank or a line end",
        c if is_quote(c) => "a quotation mark that does not belong there",
        char::REPLACEMENT_CHARACTER => "bytes that are no text",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "a dash that is none of those on a keyboard (-)",
        '…' => "three dots: it was shortened when it was shown",
        '\u{ff01}'..='\u{ff5e}' => {
            "a wide letter, digit or sign, as Chinese and Japanese \
                                    keyboards type them"
        }
        '\u{370}'..='\u{52f}' => "a Greek or Cyrillic letter, which may look like a Latin one",
        _ => "a letter or sign that does not belong there",
    };
    Some(format!("has {what} (its character {index})"))
}

/// What is wrong with a text that should have these characters.
pub(super) fn characters(text: &str, allowed: impl Fn(u8) -> bool) -> Option<String> {
    stray(text).or_else(|| {
        let index = text.bytes().position(|byte| !allowed(byte))?;
        let index = index + 1;
        Some(format!(
            "has a character that cannot be in it (number {index})"
        ))
    })
}

/// What is wrong with the length of a text.
pub(super) fn length(length: usize, shortest: usize, longest: usize) -> Option<String> {
    let bounds = if (shortest..=longest).contains(&length) {
        return None;
    } else if shortest == longest {
        format!("not {shortest}")
    } else if length < shortest {
        format!("fewer than {shortest}")
    } else {
        format!("more than {longest}")
    };
    Some(format!("has {}, {bounds}", counted(length, "character")))
}

/// Why a text was not understood.
pub(super) fn of_parsing(text: &str, error: &(impl Display + 'static), shown: bool) -> String {
    let error_as_any: &dyn Any = error;
    let known = if let Some(error) = error_as_any.downcast_ref::<ParseIntError>() {
        Some(of_number(text, error))
    } else if error_as_any.is::<AddrParseError>() {
        Some(of_address(text))
    } else {
        let of_url = |error: &url::ParseError| of_url(text, *error);
        error_as_any.downcast_ref().map(of_url)
    };
    known.or_else(|| stray(text)).unwrap_or_else(|| {
        if shown {
            format!("is not understood ({error})")
        } else {
            "is not understood".to_owned()
        }
    })
}

fn of_number(text: &str, error: &ParseIntError) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match error.kind() {
        IntErrorKind::PosOverflow => return "is too large a number".to_owned(),
        IntErrorKind::NegOverflow => return "is below zero".to_owned(),
        _ => {}
    }
    if text.strip_prefix('-').is_some_and(digits) {
        return "is below zero".to_owned();
    }
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    if let Some(stray) = stray(text) {
        return format!("is not a number: it {stray}");
    }
    if begins && text.contains(['.', ',', '_', '\'']) {
        return "is not a whole number, written with digits alone".to_owned();
    }
    if begins {
        return "has more than digits: leave out what comes after the number".to_owned();
    }
    "is not a number".to_owned()
}

fn of_address(text: &str) -> String {
    let port = |text: &str| text.parse::<u16>().is_ok();
    if let Some(stray) = stray(text) {
        return stray;
    }
    if port(text.strip_prefix(':').unwrap_or(text)) {
        return "is a port alone: put an IP address and a colon before it".to_owned();
    }
    if text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return "has no port".to_owned();
    }
    if text.contains("//") {
        return "is a URL: leave out what comes before the IP address and after the port"
            .to_owned();
    }
    match text.rsplit_once(':') {
        Some((name, number)) if port(number) && name.contains(char::is_alphabetic) => {
            "has a name where an IP address must be".to_owned()
        }
        _ => "is not an IP address and a port".to_owned(),
    }
}

fn of_url(text: &str, error: url::ParseError) -> String {
    if error == url::ParseError::RelativeUrlWithoutBase {
        return "does not begin with http:// or https://".to_owned();
    }
    match stray(text) {
        Some(stray) => format!("is not an address: it {stray}"),
        None => format!("is not an address ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use rstest::rstest;
    use url::Url;

    use super::*;

    #[rstest]
    #[case("12 34", "blank")]
    #[case("12\n34", "line end")]
    #[case("12\"34", "quotation mark")]
    #[case("12”34", "quotation mark")]
    #[case("12–34", "dash")]
    #[case("１２34", "wide")]
    #[case("12а34", "Cyrillic")]
    #[case("12\u{fffd}", "no text")]
    #[case("12…", "shortened")]
    #[case("12é", "does not belong there")]
    fn what_does_not_belong_is_named_with_its_place(#[case] text: &str, #[case] what: &str) {
        let said = stray(text).unwrap();
        assert!(said.contains(what), "{said}");
        assert!(said.contains("its character"), "{said}");
        assert!(!said.contains("34"), "{said}");
    }

    #[rstest]
    #[case("7 days", "blank")]
    #[case("7d", "leave out")]
    #[case("7.0", "whole number")]
    #[case("1_000", "whole number")]
    #[case("-7", "below zero")]
    #[case("99999999999", "too large")]
    #[case("seven", "not a number")]
    #[case("７", "wide")]
    fn numbers_are_told_what_is_wrong_with_them(#[case] text: &str, #[case] what: &str) {
        let said = of_parsing(text, &text.parse::<u32>().unwrap_err(), true);
        assert!(said.contains(what), "{said}");
    }

    #[rstest]
    #[case("8080", "port alone")]
    #[case(":8080", "port alone")]
    #[case("0.0.0.0", "no port")]
    #[case("::1", "no port")]
    #[case("localhost:8080", "a name")]
    #[case("http://127.0.0.1:8080", "URL")]
    #[case("127.0.0.1 :8080", "blank")]
    #[case("256.0.0.1:1", "not an IP address")]
    fn addresses_are_told_what_is_wrong_with_them(#[case] text: &str, #[case] what: &str) {
        let said = of_parsing(text, &text.parse::<SocketAddr>().unwrap_err(), true);
        assert!(said.contains(what), "{said}");
    }

    #[rstest]
    #[case("sesame.example.org", "does not begin with")]
    #[case("https://", "not an address")]
    #[case("https://a b.example", "blank")]
    fn urls_are_told_what_is_wrong_with_them(#[case] text: &str, #[case] what: &str) {
        let said = of_parsing(text, &text.parse::<Url>().unwrap_err(), true);
        assert!(said.contains(what), "{said}");
    }
}
