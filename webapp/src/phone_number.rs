//! Phone numbers, as people type them.

use std::fmt;

use phonenumber::{Mode, PhoneNumber as Parsed};
use secrecy::SecretString;

/// The longest text that is looked at, in bytes: more than any way to write one.
const MAX_BYTES: usize = 64;
/// How many digits a number has (ITU-T E.164; Telegram takes no shorter ones).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Numbers that only Telegram knows: of its test data centres
/// (<https://core.telegram.org/api/auth#test-accounts>) and those that are bought
/// on fragment.com.
const TELEGRAMS_OWN: [&str; 2] = ["9996", "888"];

/// A phone number that can be one: never shown in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Digits after a plus sign, the country's code first.
    international: String,
    /// As it is written where it is from.
    national: String,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

impl PhoneNumber {
    /// Reads a number that was typed with its country's code: `+49 30 901820`,
    /// `0049…`, `49…`.
    pub fn read(text: &str) -> Option<Self> {
        let international = international(text)?;
        let own = TELEGRAMS_OWN.iter();
        if own.clone().any(|own| international[1..].starts_with(own)) {
            return Some(Self {
                national: international.clone(),
                international,
                country: None,
            });
        }
        let parsed = phonenumber::parse(None, &international).ok()?;
        parsed.is_valid().then(|| Self::of(&parsed))
    }

    fn of(parsed: &Parsed) -> Self {
        Self {
            international: parsed.format().mode(Mode::E164).to_string(),
            national: parsed.format().mode(Mode::National).to_string(),
            country: parsed.country().id().map(|id| id.as_ref().to_owned()),
        }
    }

    /// As Telegram takes it.
    pub fn secret(&self) -> SecretString {
        self.international.clone().into()
    }

    /// As it is written where it is from.
    pub fn national(&self) -> &str {
        &self.national
    }

    /// Where it is from (ISO 3166-1 alpha-2), if that is known.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }
}

/// The digits after a plus sign; `None`: that is no number.
fn international(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return None;
    }
    let written = |c: char| c.is_ascii_digit() || "+-() ./\u{a0}\u{202f}".contains(c);
    if !text.chars().all(written) || text.rfind('+').is_some_and(|at| at > 0) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.strip_prefix("00") {
        Some(rest) if !text.starts_with('+') => rest,
        _ => &digits,
    };
    DIGITS.contains(&digits.len()).then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("+49 30 901820", "+4930901820", "030 901820", Some("DE"))]
    #[case("0049 30 90 18 20", "+4930901820", "030 901820", Some("DE"))]
    #[case("49(30)90-1820", "+4930901820", "030 901820", Some("DE"))]
    #[case("+1 212 555 2368", "+12125552368", "(212) 555-2368", Some("US"))]
    #[case("+55 11 96123-4567", "+5511961234567", "(11) 96123-4567", Some("BR"))]
    #[case("+7 912 345-67-89", "+79123456789", "8 (912) 345-67-89", Some("RU"))]
    #[case("+99966 1 2345", "+9996612345", "+9996612345", None)]
    #[case("+888 0123 4567", "+88801234567", "+88801234567", None)]
    fn numbers_are_read_as_people_write_them(
        #[case] typed: &str,
        #[case] international: &str,
        #[case] national: &str,
        #[case] country: Option<&str>,
    ) {
        let number = PhoneNumber::read(typed).unwrap();
        assert_eq!(number.international, international);
        assert_eq!(number.national(), national);
        assert_eq!(number.country(), country);
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_word("my number")]
    #[case::too_short("+49 30")]
    #[case::too_long("+49 30 901820 901820 901820")]
    #[case::of_no_country("+000 123 4567")]
    #[case::without_its_country("030 901820")]
    #[case::two("+4930901820 +4930901821")]
    #[case::other_digits("+٤٩٣٠٩٠١٨٢٠")]
    fn what_is_no_number_is_told(#[case] typed: &str) {
        assert_eq!(PhoneNumber::read(typed), None);
    }

    #[test]
    fn no_debug_shows_one() {
        let number = PhoneNumber::read("+49 30 901820").unwrap();
        assert_eq!(format!("{number:?}"), "PhoneNumber(…)");
    }
}
