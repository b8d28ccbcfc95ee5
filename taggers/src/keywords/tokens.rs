//! The words of a line.

use unicode_segmentation::UnicodeSegmentation as _;

/// A word with digits and signs that belong to it, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As it is written.
    pub(super) text: String,
    /// What stands before it.
    pub(super) before: Before,
    /// Whether it stands in quotation marks.
    pub(super) quoted: bool,
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Before {
    /// Blanks: both may be of one phrase.
    Blank,
    /// A comma, a dash, a bracket, a link: another phrase, in the same sentence.
    Gap,
    /// The end of a sentence, or nothing at all: a capital says nothing here.
    Sentence,
}

/// Ends of addresses that people write without `https://`.
const DOMAINS: [&str; 24] = [
    "com", "org", "net", "info", "io", "ai", "dev", "app", "me", "gg", "tv", "co", "eu", "ru",
    "рф", "su", "by", "ua", "kz", "br", "pt", "es", "de", "fr",
];

/// The words of a line. Links, addresses, names with `@` and hashtags are none.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut reader = Reader::default();
    for (at, piece) in line.split_whitespace().enumerate() {
        if at > 0 {
            reader.blank();
        }
        if is_address(piece) {
            reader.apart(Before::Gap);
        } else {
            reader.piece(piece);
        }
    }
    reader.tokens
}

/// The hashtags of a line, without `#`.
pub(super) fn hashtags(line: &str) -> impl Iterator<Item = &str> {
    let pieces = line.split_whitespace();
    let tags = pieces.flat_map(|piece| piece.split('#').skip(1));
    tags.map(|tag| {
        let end = tag.find(|it: char| !it.is_alphanumeric() && it != '_');
        &tag[..end.unwrap_or(tag.len())]
    })
    .filter(|tag| !tag.is_empty())
}

/// Whether it is a link, an e-mail address, a name with `@` or a hashtag.
pub(super) fn is_address(piece: &str) -> bool {
    let bare = piece.trim_matches(|it: char| !it.is_alphanumeric() && !matches!(it, '@' | '#'));
    if bare.starts_with('@') || bare.starts_with('#') || bare.contains("://") {
        return true;
    }
    let end = bare.find(['/', '?', ':']);
    let host = &bare[..end.unwrap_or(bare.len())];
    if host.starts_with("www.") || host.contains('@') && host.contains('.') {
        return true;
    }
    // "example.com", and not the end of a sentence that no blank follows.
    host.rsplit_once('.').is_some_and(|(name, end)| {
        let small = !host.chars().any(char::is_uppercase) || bare.contains('/');
        small && !name.is_empty() && DOMAINS.contains(&end.to_lowercase().as_str())
    })
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    /// What stands before the word that comes next.
    before: Option<Before>,
    /// What joins the word that comes next to the one before it.
    joint: Option<char>,
    quoted: bool,
}

impl Reader {
    fn blank(&mut self) {
        if self.joint.take().is_some() {
            self.apart(Before::Gap);
        }
        self.apart(Before::Blank);
    }

    fn apart(&mut self, before: Before) {
        self.before = Some(self.before.map_or(before, |it| it.max(before)));
    }

    fn piece(&mut self, piece: &str) {
        for segment in piece.split_word_bounds() {
            if segment.chars().any(char::is_alphanumeric) {
                self.word(segment);
            } else {
                segment.chars().for_each(|sign| self.sign(sign));
            }
        }
    }

    fn word(&mut self, word: &str) {
        // "end.Next" without a blank between is two sentences; "3.14" and "Node.js" are not.
        let parts: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
        let letters = |part: &&str| part.chars().filter(|it| it.is_alphabetic()).count();
        let is_name = matches!(parts.last(), Some(&("js" | "ts" | "net" | "io" | "ai")));
        if parts.len() < 2 || is_name || parts.iter().any(|part| letters(part) < 2) {
            self.push(word);
            return;
        }
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                self.apart(Before::Sentence);
            }
            self.push(part);
        }
    }

    fn push(&mut self, word: &str) {
        let word = word.trim_matches(['\'', '’', '_']);
        let word = ["'s", "’s"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word);
        if word.is_empty() {
            return;
        }
        let before = self.before.take();
        if let (Some(joint), None, Some(last)) = (self.joint.take(), before, self.tokens.last_mut())
        {
            last.text.push(joint);
            last.text.push_str(word);
            return;
        }
        self.tokens.push(Token {
            text: word.to_owned(),
            before: if self.tokens.is_empty() {
                Before::Sentence
            } else {
                before.unwrap_or(Before::Gap)
            },
            quoted: self.quoted,
        });
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '-' | '\u{2010}' | '\u{2011}' if self.touches() => self.joint = Some('-'),
            '&' if self.touches() => self.joint = Some('&'),
            '+' | '#' if self.touches() && self.takes(sign) => self.add(sign),
            '.' | '!' | '?' | '…' | ':' | '•' | '|' => self.apart(Before::Sentence),
            '«' | '“' | '„' | '‹' => self.quote(true),
            '»' | '”' | '›' => self.quote(false),
            '"' => self.quote(!self.quoted),
            // What joins or colours an emoji, or is not seen at all.
            '\u{200b}'..='\u{200f}' | '\u{fe0f}' | '\u{2060}' | '\u{ad}' | '\u{feff}' => {}
            ',' | ';' | '(' | ')' | '[' | ']' | '/' | '–' | '—' | '-' | '%' | '&' | '\'' | '’' =>
            {
                self.apart(Before::Gap);
            }
            it if it.is_ascii() || it.is_whitespace() => self.apart(Before::Gap),
            // Emoji stand where lines and sentences begin.
            _ => self.apart(Before::Sentence),
        }
    }

    fn quote(&mut self, begins: bool) {
        self.quoted = begins;
        self.apart(if begins {
            Before::Sentence
        } else {
            Before::Gap
        });
    }

    /// Whether nothing stands between the last word and what comes.
    fn touches(&self) -> bool {
        self.before.is_none() && self.joint.is_none() && !self.tokens.is_empty()
    }

    /// Whether a sign belongs to the word before it: "C++", "C#".
    fn takes(&self, sign: char) -> bool {
        self.tokens.last().is_some_and(|last| match sign {
            '#' => matches!(last.text.as_str(), "C" | "F" | "c" | "f"),
            _ => matches!(last.text.trim_end_matches('+'), "C" | "c" | "Notepad"),
        })
    }

    fn add(&mut self, sign: char) {
        if let Some(last) = self.tokens.last_mut() {
            last.text.push(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn words(line: &str) -> Vec<String> {
        tokens(line).into_iter().map(|token| token.text).collect()
    }

    #[rstest]
    #[case("AI and 5G, ИИ", &["AI", "and", "5G", "ИИ"])]
    #[case("GPT-4 in Wi-Fi", &["GPT-4", "in", "Wi-Fi"])]
    #[case("C++, C# and Notepad++", &["C++", "C#", "and", "Notepad++"])]
    #[case("AT&T and R&D", &["AT&T", "and", "R&D"])]
    #[case("Node.js 3.14", &["Node.js", "3.14"])]
    #[case("Конец.Начало", &["Конец", "Начало"])]
    #[case("Apple's phone don’t", &["Apple", "phone", "don’t"])]
    #[case("see https://example.com/a-b?c now", &["see", "now"])]
    #[case("see (example.com), a@b.org or t.me/some", &["see", "or"])]
    #[case("by @someone #tag", &["by"])]
    #[case("10% – off", &["10", "off"])]
    #[case("🔥🔥👨‍👩‍👧 👍🏽", &[])]
    fn words_are_told_apart(#[case] line: &str, #[case] expected: &[&str]) {
        assert_eq!(words(line), expected);
    }

    #[test]
    fn what_stands_before_a_word_is_known() {
        let before: Vec<Before> = tokens("One two, three. Four: «five» 🔥 six")
            .into_iter()
            .map(|token| token.before)
            .collect();
        let expected = [
            Before::Sentence,
            Before::Blank,
            Before::Gap,
            Before::Sentence,
            Before::Sentence,
            Before::Sentence,
        ];
        assert_eq!(before, expected);
    }

    #[test]
    fn what_is_quoted_is_known() {
        let quoted: Vec<_> = tokens("a «b c» d \"e\" f")
            .into_iter()
            .map(|token| token.quoted)
            .collect();
        assert_eq!(quoted, [false, true, true, false, true, false]);
    }

    #[test]
    fn hashtags_are_found_wherever_they_stand() {
        let found: Vec<&str> = hashtags("(#rust) and #ИИ_новости, #a#b # C#").collect();
        assert_eq!(found, ["rust", "ИИ_новости", "a", "b"]);
    }
}
