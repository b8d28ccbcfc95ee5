//! What editors, spreadsheets and secret stores put around a text, without
//! anyone seeing it.

/// White space and control characters, and what is not seen at all: marks of
/// byte order and of direction, soft hyphens, spaces without width.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// All quotation marks that editors make of `"` and `'`.
pub fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '´' | '«' | '»' | '‹' | '›' | '\u{2018}'
            ..='\u{201f}' | '″' | '′' | '＂' | '＇'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_neither() {
        for c in "aZ09_-=+/:.,;()é中".chars() {
            assert!(!is_blank(c) && !is_quote(c), "{c}");
        }
        for c in " \t\r\n\u{a0}\u{200b}\u{feff}\u{2060}\u{3000}\0".chars() {
            assert!(is_blank(c), "{c:?}");
        }
        for c in "\"'“”„‘’‚«»`".chars() {
            assert!(is_quote(c), "{c}");
        }
    }
}
