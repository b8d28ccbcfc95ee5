//! Counts in sentences for operators, who read English: `1 record`, `2 records`.
//! What people read is in `words`, whose languages have plurals of their own.

use std::fmt::Display;

/// A number, and the noun for what there are so many of.
pub fn counted<N>(count: N, noun: &str) -> String
where
    N: Copy + Display + PartialEq + From<u8>,
{
    if count == N::from(1) {
        format!("{count} {noun}")
    } else {
        format!("{count} {}", plural(noun))
    }
}

/// The word that agrees with a count: `is` or `are`, `this one` or `these`.
pub fn agreeing<N>(count: N, one: &'static str, many: &'static str) -> &'static str
where
    N: Copy + PartialEq + From<u8>,
{
    if count == N::from(1) { one } else { many }
}

/// The plural of a regular noun.
fn plural(noun: &str) -> String {
    let before_last = noun.chars().rev().nth(1);
    let has_vowel = before_last.is_some_and(|letter| "aeiou".contains(letter));
    match noun.strip_suffix('y') {
        Some(stem) if !has_vowel => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_else_plural() {
        assert_eq!(counted(1_u64, "record"), "1 record");
        for count in [0, 2, 11, 21, 101] {
            assert_eq!(counted(count, "record"), format!("{count} records"));
        }
        assert_eq!(counted(1_usize, "data key"), "1 data key");
        assert_eq!(counted(-1_i64, "day"), "-1 days");
    }

    #[test]
    fn regular_nouns_have_their_plural() {
        let plurals = [
            ("entry", "entries"),
            ("key", "keys"),
            ("day", "days"),
            ("address", "addresses"),
            ("index", "indexes"),
            ("match", "matches"),
        ];
        for (noun, many) in plurals {
            assert_eq!(counted(2, noun), format!("2 {many}"));
        }
    }

    #[test]
    fn words_agree_with_their_count() {
        assert_eq!(agreeing(1, "is", "are"), "is");
        assert_eq!(agreeing(0, "is", "are"), "are");
        assert_eq!(agreeing(2_u32, "does", "do"), "do");
    }
}
