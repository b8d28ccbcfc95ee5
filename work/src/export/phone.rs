//! Telephone numbers as Telegram writes them.

use sesame_domain::reading::PhoneFormat;

/// How telephone numbers are written: Telegram's list of countries. Without it
/// numbers stay as they are, as in Telegram Desktop before it has the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhonePatterns(pub Vec<PhoneFormat>);

impl PhonePatterns {
    /// A number as Telegram Desktop writes it in an export.
    pub fn written(&self, number: &str) -> String {
        if number.starts_with('0') {
            return number.to_owned();
        }
        let digits = number.replace(' ', "");
        let digits = digits.strip_prefix('+').unwrap_or(&digits);
        match self.country_of(digits) {
            None => digits.to_owned(),
            Some(country) => {
                let rest = &digits[country.code.len()..];
                format!("+{} {}", country.code, spaced(country, rest))
            }
        }
    }

    /// The country whose code and prefix fit longest.
    fn country_of(&self, digits: &str) -> Option<&PhoneFormat> {
        let mut best = (0, None);
        for country in &self.0 {
            let Some(rest) = digits.strip_prefix(country.code.as_str()) else {
                continue;
            };
            for prefix in &country.prefixes {
                let length = country.code.len() + prefix.len();
                if length > best.0 && rest.starts_with(prefix.as_str()) {
                    best = (length, Some(country));
                }
            }
        }
        best.1
    }
}

/// Digits by the pattern in which the most digits stand for themselves; of several,
/// the last.
fn spaced(country: &PhoneFormat, digits: &str) -> String {
    let mut best = (0, digits.to_owned());
    for pattern in &country.patterns {
        if let Some((fixed, written)) = by_pattern(pattern, digits)
            && fixed >= best.0
        {
            best = (fixed, written);
        }
    }
    best.1
}

/// Digits by a pattern, and how many of its own digits were among them; `None`: it
/// wants others.
fn by_pattern(pattern: &str, digits: &str) -> Option<(usize, String)> {
    let mut pattern = pattern.chars().peekable();
    let mut fixed = 0;
    let mut written = String::new();
    for digit in digits.chars() {
        while let Some(between) = pattern.next_if(|c| *c != 'X' && !c.is_ascii_digit()) {
            written.push(between);
        }
        match pattern.next() {
            None | Some('X') => {}
            Some(own) if own == digit => fixed += 1,
            Some(_) => return None,
        }
        written.push(digit);
    }
    Some((fixed, written))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str, prefixes: &[&str], patterns: &[&str]) -> PhoneFormat {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        PhoneFormat {
            code: code.to_owned(),
            prefixes: owned(prefixes),
            patterns: owned(patterns),
        }
    }

    #[test]
    fn numbers_are_written_by_the_list_of_countries() {
        let patterns = PhonePatterns(vec![
            country("7", &[""], &["XXX XXX XXXX"]),
            country("7", &["6", "7"], &["XXX XXX XX XX"]),
            country("42", &[""], &["XX", "1X-XX", "2XX"]),
        ]);
        for (given, written) in [
            ("79991234567", "+7 999 123 4567"),
            ("+7 999 1234567", "+7 999 123 4567"),
            ("77011234567", "+7 701 123 45 67"),
            ("7999", "+7 999"),
            ("799912345678", "+7 999 123 45678"),
            ("421234", "+42 12-34"),
            ("429", "+42 9"),
            ("015112345", "015112345"),
            ("999", "999"),
            ("", ""),
        ] {
            assert_eq!(patterns.written(given), written, "{given}");
        }
        assert_eq!(
            PhonePatterns::default().written("+79991234567"),
            "79991234567"
        );
    }
}
