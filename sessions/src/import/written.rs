//! Sessions, tokens and keys as people keep them: in quotes, in a line of a
//! program, with an alphabet of base64 that is another than meant.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sesame_domain::wrapping::{is_blank, is_quote};
use zeroize::Zeroizing;

/// What a program calls a session of Telethon, with what opens its arguments.
const CONSTRUCTOR: &str = "StringSession(";
/// How a database shows bytes.
const BYTES_OF_POSTGRES: &str = "\\x";
/// No name in front of a session is longer.
const LONGEST_NAME: usize = 64;

/// Padding or none, and bits at the end that mean nothing: what Python takes.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64 in either alphabet, with or without padding.
pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let safe = collected(text, |c| match c {
        '+' => Some('-'),
        '/' => Some('_'),
        other => Some(other),
    });
    let bytes = LENIENT.decode(safe.trim_end_matches('=')).ok()?;
    Some(Zeroizing::new(bytes))
}

/// What was written, without what programs and people put around it.
pub(super) fn bare(text: &str) -> Zeroizing<String> {
    let mut rest = text;
    loop {
        let before = rest;
        rest = rest.trim_matches(is_wrapping);
        if let Some((_, inside)) = rest.split_once(CONSTRUCTOR) {
            rest = inside;
        }
        rest = without_prefix_of_literal(without_name(rest));
        for end in ["\\n", "\\r"] {
            rest = rest.strip_suffix(end).unwrap_or(rest);
        }
        if rest == before {
            break;
        }
    }
    let text = collected(rest, |c| (!is_blank(c)).then_some(c));
    bytes_of_postgres(&text).unwrap_or(text)
}

/// The text with these characters instead, in memory that does not grow: what
/// is left behind when it does is not overwritten.
fn collected(text: &str, change: impl Fn(char) -> Option<char>) -> Zeroizing<String> {
    let mut changed = Zeroizing::new(String::with_capacity(text.len()));
    changed.extend(text.chars().filter_map(change));
    changed
}

/// Characters that are not part of what is written, but stand around it.
fn is_wrapping(c: char) -> bool {
    is_quote(c) || is_blank(c) || ",;()[]{}<>".contains(c)
}

/// `SESSION = …`, `export SESSION=…`, `session: …`
fn without_name(text: &str) -> &str {
    let Some((name, rest)) = text.split_once(['=', ':']) else {
        return text;
    };
    let name = name.trim().trim_matches(is_quote);
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= LONGEST_NAME
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c));
    // What is left must be more than the padding of a short text.
    if is_name && !rest.trim_matches(['=', ' ']).is_empty() {
        rest
    } else {
        text
    }
}

/// `b'…'`, as Python shows bytes.
fn without_prefix_of_literal(text: &str) -> &str {
    let rest = text.trim_start_matches(['b', 'B', 'u', 'U', 'r', 'R', 'f', 'F']);
    let literal = text.len() - rest.len() <= 2 && rest.starts_with(is_quote);
    if literal { rest } else { text }
}

/// The text in `\x3141…`, as an export shows a column of bytes.
fn bytes_of_postgres(text: &str) -> Option<Zeroizing<String>> {
    let digits = text.strip_prefix(BYTES_OF_POSTGRES)?;
    if digits.is_empty() {
        return None;
    }
    // Not one that grows: it would leave copies behind.
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 2]);
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    Some(Zeroizing::new(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "1BVtsOK4Bu-_9x==";

    #[test]
    fn what_stands_around_it_is_taken_off() {
        for written in [
            "1BVtsOK4Bu-_9x==",
            "  1BVtsOK4Bu-_9x==\r\n",
            "\u{feff}1BVtsOK4Bu-_9x==\u{200b}",
            "\"1BVtsOK4Bu-_9x==\",",
            "'1BVtsOK4Bu-_9x==';",
            "“1BVtsOK4Bu-_9x==”",
            "„1BVtsOK4Bu-_9x==“",
            "«1BVtsOK4Bu-_9x==»",
            "‘1BVtsOK4Bu-_9x==’,",
            "`1BVtsOK4Bu-_9x==`",
            "b'1BVtsOK4Bu-_9x=='",
            "SESSION=1BVtsOK4Bu-_9x==",
            "export SESSION = \"1BVtsOK4Bu-_9x==\"",
            "session: '1BVtsOK4Bu-_9x=='",
            "StringSession(\"1BVtsOK4Bu-_9x==\")",
            "client = TelegramClient(StringSession('1BVtsOK4Bu-_9x=='))",
            "[\"1BVtsOK4Bu-_9x==\"]",
            "1BVts\nOK4Bu\n-_9x==",
            "1BVtsOK4Bu-_9x==\\n",
            "\\x31425674734f4b3442752d5f39783d3d",
        ] {
            assert_eq!(bare(written).as_str(), TEXT, "{written:?}");
        }
    }

    #[test]
    fn what_is_the_text_itself_stays() {
        for text in [
            "gAAAAABl_x-9==",
            "1===",
            "",
            "7000000001:AAF0sandbox-x_y",
            "AQ==",
            "\\x+1+2",
            "\\x414",
        ] {
            assert_eq!(bare(text).as_str(), text);
        }
    }

    #[test]
    fn both_alphabets_are_read_with_and_without_padding() {
        for text in ["-_-_-w==", "+/+/+w==", "-_-_-w", "+/-_-w=", "-_-_-x=="] {
            assert_eq!(
                decode(text).unwrap().as_slice(),
                [251, 255, 191, 251],
                "{text}"
            );
        }
        assert!(decode("1****").is_none());
        assert!(decode("A").is_none());
    }
}
