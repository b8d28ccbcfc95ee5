//! What people are called where they are shown.

use std::fmt;

use crate::ids::PersonId;

/// The longest name that is shown, in characters. Telegram takes 64 for the
/// first name and as many for the last.
/// Source: core.telegram.org/method/account.updateProfile.
const LONGEST: usize = 64;

/// How many marks one letter may carry. No script needs more; names that cover
/// the lines around them have dozens.
const MARKS_A_LETTER: usize = 4;

/// What a person or an account is called where it is shown: a name that shows
/// something, in one line, and that turns no text around it.
///
/// Telegram lets people choose names of which nothing can be seen, or that
/// change the direction of what follows. Of such a name the username is shown
/// instead, or the id: something that a person can be told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName {
    text: String,
    source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Name,
    Username,
    Id,
}

impl DisplayName {
    /// Out of what a person calls themselves, their public name (without the
    /// `@`) and their id: the first of them that shows something.
    pub fn new(name: &str, username: Option<&str>, person: PersonId) -> Self {
        if let Some(text) = legible(name) {
            let source = Source::Name;
            return Self { text, source };
        }
        match username.and_then(legible) {
            Some(username) => Self {
                text: format!("@{username}"),
                source: Source::Username,
            },
            None => Self {
                text: person.0.to_string(),
                source: Source::Id,
            },
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The public name, where it is to stand beside the name: `None` if it
    /// stands in its place already.
    pub fn beside<'a>(&self, username: Option<&'a str>) -> Option<&'a str> {
        match self.source {
            Source::Name | Source::Id => username.filter(|name| legible(name).is_some()),
            Source::Username => None,
        }
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.text
    }
}

/// Whether a character shows nothing where it stands, or only changes the
/// letter before it: what people write means the same without it.
pub fn is_unseen(letter: char) -> bool {
    match Kind::of(letter) {
        Kind::Hidden | Kind::Joiner | Kind::Mark => true,
        Kind::Blank | Kind::Visible => false,
    }
}

/// Whether a character shows nothing, but takes room.
pub fn is_blank(letter: char) -> bool {
    Kind::of(letter) == Kind::Blank
}

/// A name in one line, without what turns or hides text; `None` if nothing of
/// it can be seen.
fn legible(name: &str) -> Option<String> {
    let mut line = Line::default();
    for letter in name.chars() {
        line.add(letter);
    }
    line.finish()
}

/// A line as it is written, letter by letter.
#[derive(Default)]
struct Line {
    text: String,
    letters: usize,
    marks: usize,
    gap: bool,
    seen: bool,
    cut: bool,
}

impl Line {
    fn add(&mut self, letter: char) {
        match Kind::of(letter) {
            Kind::Hidden => {}
            Kind::Blank => self.gap = !self.text.is_empty(),
            // What joins is kept inside a name: families of emoji and Persian
            // need it.
            Kind::Joiner => {
                if !self.text.is_empty() && !self.gap {
                    self.put(letter);
                }
            }
            Kind::Mark => {
                self.marks += 1;
                if self.marks <= MARKS_A_LETTER && !self.text.is_empty() && !self.gap {
                    self.put(letter);
                }
            }
            Kind::Visible => {
                self.marks = 0;
                self.seen = true;
                if std::mem::take(&mut self.gap) {
                    self.put(' ');
                }
                self.put(letter);
            }
        }
    }

    fn put(&mut self, letter: char) {
        if self.letters < LONGEST {
            self.text.push(letter);
            self.letters += 1;
        } else {
            self.cut = true;
        }
    }

    fn finish(mut self) -> Option<String> {
        if self.cut {
            self.text.pop();
        }
        while let Some(last) = self.text.chars().next_back() {
            let dangles = match Kind::of(last) {
                Kind::Joiner => !is_selector(last) || self.cut,
                Kind::Blank => true,
                Kind::Hidden | Kind::Mark | Kind::Visible => false,
            };
            if !dangles {
                break;
            }
            self.text.pop();
        }
        if self.cut {
            self.text.push('…');
        }
        self.seen.then_some(self.text)
    }
}

/// What a character does to the line that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It can be seen.
    Visible,
    /// It goes with the letter before it, and shows nothing alone.
    Mark,
    /// It joins or chooses a shape, and shows nothing.
    Joiner,
    /// It shows nothing, but takes room.
    Blank,
    /// It shows nothing, or turns what follows.
    Hidden,
}

impl Kind {
    fn of(letter: char) -> Self {
        if letter.is_whitespace() || letter.is_control() || in_ranges(letter, BLANK) {
            Self::Blank
        } else if matches!(letter, '\u{200c}' | '\u{200d}') || is_selector(letter) {
            Self::Joiner
        } else if in_ranges(letter, HIDDEN) {
            Self::Hidden
        } else if in_ranges(letter, MARKS) {
            Self::Mark
        } else {
            Self::Visible
        }
    }
}

fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}')
}

fn in_ranges(letter: char, ranges: &[(u32, u32)]) -> bool {
    let code = u32::from(letter);
    ranges
        .iter()
        .any(|(from, to)| (*from..=*to).contains(&code))
}

/// Letters by name that are empty where they stand.
const BLANK: &[(u32, u32)] = &[
    (0x115f, 0x1160), // Hangul fillers
    (0x2800, 0x2800), // the Braille pattern without dots
    (0x3164, 0x3164), // the Hangul filler
    (0xffa0, 0xffa0), // the same, half as wide
    (0xfffc, 0xfffc), // in place of an object
];

/// What Unicode calls ignorable by default (`DerivedCoreProperties.txt`), and
/// what a font has no picture of.
const HIDDEN: &[(u32, u32)] = &[
    (0x00ad, 0x00ad),      // soft hyphen
    (0x034f, 0x034f),      // combining grapheme joiner
    (0x061c, 0x061c),      // Arabic letter mark
    (0x17b4, 0x17b5),      // Khmer inherent vowels
    (0x180b, 0x180f),      // Mongolian selectors and separator
    (0x200b, 0x200f),      // no width; marks of direction
    (0x202a, 0x202e),      // embeddings and overrides of direction
    (0x2060, 0x206f),      // word joiner, invisible operators, isolates
    (0xe000, 0xf8ff),      // for private use
    (0xfdd0, 0xfdef),      // no characters
    (0xfeff, 0xfeff),      // byte order mark
    (0xfff0, 0xfffb),      // annotations
    (0xfffe, 0xffff),      // no characters
    (0x1_bca0, 0x1_bca3),  // shorthand
    (0x1_d173, 0x1_d17a),  // musical
    (0xe_0000, 0xe_0fff),  // tags and selectors
    (0xf_0000, 0x10_ffff), // for private use
];

/// Marks that go with the letter before them (the general ones, of no script).
const MARKS: &[(u32, u32)] = &[
    (0x0300, 0x036f),
    (0x0483, 0x0489),
    (0x0591, 0x05bd),
    (0x05bf, 0x05bf),
    (0x05c1, 0x05c2),
    (0x05c4, 0x05c5),
    (0x05c7, 0x05c7),
    (0x0610, 0x061a),
    (0x064b, 0x065f),
    (0x0670, 0x0670),
    (0x06d6, 0x06dc),
    (0x06df, 0x06e4),
    (0x06e7, 0x06e8),
    (0x06ea, 0x06ed),
    (0x0e31, 0x0e31),
    (0x0e34, 0x0e3a),
    (0x0e47, 0x0e4e),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x20d0, 0x20ff),
    (0x302a, 0x302f),
    (0x3099, 0x309a),
    (0xfe20, 0xfe2f),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, username: Option<&str>) -> String {
        DisplayName::new(name, username, PersonId(7_000_123)).into()
    }

    #[test]
    fn names_of_every_kind_stay_as_they_are() {
        for name in [
            "Nina & Co",
            "Анна Ли",
            "محمد علی",
            "می‌خواهم",
            "अनिता",
            "ณัฐวุฒิ",
            "김민수",
            "山田 太郎",
            "José",
            "Jose\u{301}",
            "👨‍👩‍👧",
            "❤️",
            "🇵🇹 Rui",
            ".",
            "x",
            "-",
        ] {
            assert_eq!(shown(name, Some("nina")), name);
        }
    }

    #[test]
    fn names_that_show_nothing_give_way_to_the_username_or_the_id() {
        for name in [
            "",
            "   ",
            "\u{3164}",
            "\u{3164} \u{3164}",
            "\u{2800}\u{2800}",
            "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{301}\u{302}",
            "\u{20dd}",
            "\u{202e}\u{202d}",
            "\u{2067}\u{2069}",
            "\u{ad}",
            "\u{34f}\u{17b4}\u{180e}",
            "\u{fe0f}",
            "\u{e0061}\u{e007f}",
            "\u{a0}\u{2003}\u{3000}",
            "\u{e000}\u{f0000}",
            "\u{1}\u{7f}\u{85}",
            "\u{1d173}",
            "\u{fffc}",
        ] {
            assert_eq!(shown(name, Some("nina")), "@nina", "{name:?}");
            assert_eq!(shown(name, None), "7000123", "{name:?}");
            assert_eq!(shown(name, Some("\u{200b}")), "7000123", "{name:?}");
        }
    }

    #[test]
    fn what_turns_or_breaks_the_text_around_is_taken_out() {
        assert_eq!(shown("\u{202e}Nina\u{202c}", None), "Nina");
        assert_eq!(shown("Ni\u{200b}na", None), "Nina");
        assert_eq!(
            shown("Nina\nUnlink everything", None),
            "Nina Unlink everything"
        );
        assert_eq!(shown("  Nina \u{2028}\t Lee \u{3164}", None), "Nina Lee");
        assert_eq!(shown("\u{301}Nina\u{200d}", None), "Nina");
        let zalgo = format!("Ni{}na", "\u{301}".repeat(40));
        assert_eq!(shown(&zalgo, None), "Ni\u{301}\u{301}\u{301}\u{301}na");
    }

    #[test]
    fn names_that_are_too_long_are_shortened() {
        let long = "Maximiliana ".repeat(12);
        let short = shown(&long, None);
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.starts_with("Maximiliana Maximiliana "), "{short}");
        assert!(short.ends_with('…'), "{short}");
        let whole = "x".repeat(LONGEST);
        assert_eq!(shown(&whole, None), whole);
    }

    #[test]
    fn the_username_does_not_stand_beside_itself() {
        let named = DisplayName::new("Nina", Some("nina"), PersonId(1));
        assert_eq!(named.beside(Some("nina")), Some("nina"));
        let nameless = DisplayName::new("\u{3164}", Some("nina"), PersonId(1));
        assert_eq!(nameless.as_str(), "@nina");
        assert_eq!(nameless.beside(Some("nina")), None);
    }
}
