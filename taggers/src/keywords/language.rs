//! In which language a post is written.

use lingua::{LanguageDetector, LanguageDetectorBuilder};

/// How many characters of a post are looked at.
const LOOKED_AT: usize = 600;
/// The usual language of a channel is that of a post as well, unless another one is so
/// many times as likely.
const USUAL_WEIGHT: f64 = 4.0;
/// Less sure than this is not known.
const SURE: f64 = 0.3;

/// A language whose words are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Italian.
    Italian,
    /// Polish.
    Polish,
    /// Portuguese.
    Portuguese,
    /// Russian.
    Russian,
    /// Turkish.
    Turkish,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::French,
        Self::Italian,
        Self::Polish,
        Self::Portuguese,
        Self::Russian,
        Self::Turkish,
        Self::Ukrainian,
    ];

    /// Its code (ISO 639-1).
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Polish => "pl",
            Self::Portuguese => "pt",
            Self::Russian => "ru",
            Self::Turkish => "tr",
            Self::Ukrainian => "uk",
        }
    }

    /// The language of a code, also one with a country behind it (`pt-BR`).
    pub fn of_code(code: &str) -> Option<Self> {
        let code = code.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether it is written in Cyrillic letters.
    pub fn is_cyrillic(self) -> bool {
        matches!(self, Self::Russian | Self::Ukrainian)
    }

    fn of_lingua(language: lingua::Language) -> Self {
        match language {
            lingua::Language::English => Self::English,
            lingua::Language::German => Self::German,
            lingua::Language::Spanish => Self::Spanish,
            lingua::Language::French => Self::French,
            lingua::Language::Italian => Self::Italian,
            lingua::Language::Polish => Self::Polish,
            lingua::Language::Portuguese => Self::Portuguese,
            lingua::Language::Russian => Self::Russian,
            lingua::Language::Turkish => Self::Turkish,
            lingua::Language::Ukrainian => Self::Ukrainian,
        }
    }
}

/// Tells languages apart. Its models are pages of the program's file: they are read when
/// they are needed, and the system drops them when it needs the memory.
pub(super) struct Recogniser {
    detector: LanguageDetector,
}

impl Recogniser {
    /// One for all languages that are known.
    pub(super) fn new() -> Self {
        let detector = LanguageDetectorBuilder::from_all_languages().build();
        Self { detector }
    }

    /// The language of these words, written in a channel that usually writes in another
    /// one, or in the same. `None`: it is none that is known, or they say too little.
    pub(super) fn recognise(&self, words: &[&str], usual: Option<Language>) -> Option<Language> {
        let cyrillic = words.iter().filter(|it| is_cyrillic(it)).count();
        let latin = words.iter().filter(|it| is_latin(it)).count();
        let others = words.len() - cyrillic - latin;
        if cyrillic + latin <= others {
            return None;
        }
        // Names and terms of the other script say nothing about the language around them.
        let in_cyrillic = cyrillic * 2 >= latin;
        let of_script = words.iter().filter(|it| {
            if in_cyrillic {
                is_cyrillic(it)
            } else {
                is_latin(it)
            }
        });
        let text = beginning(of_script);
        let usual = usual.filter(|it| it.is_cyrillic() == in_cyrillic);
        // The library adds up in no fixed order; what it answers is the same to four
        // places, and of equals the first in our order wins.
        let likely = self.detector.compute_language_confidence_values(text);
        let weighed = likely.into_iter().map(|(language, likely)| {
            let language = Language::of_lingua(language);
            let weight = if usual == Some(language) {
                USUAL_WEIGHT
            } else {
                1.0
            };
            (language, (likely * 10_000.0).round() * weight)
        });
        let best = weighed.filter(|(language, _)| language.is_cyrillic() == in_cyrillic);
        let (best, likely) = best.max_by(|one, other| {
            let by_likelihood = one.1.total_cmp(&other.1);
            by_likelihood.then_with(|| other.0.cmp(&one.0))
        })?;
        (likely >= SURE * 10_000.0).then_some(best)
    }
}

impl Default for Recogniser {
    fn default() -> Self {
        Self::new()
    }
}

fn beginning<'a>(words: impl Iterator<Item = &'a &'a str>) -> String {
    let mut text = String::new();
    let mut characters = 0;
    for word in words {
        characters += word.chars().count() + 1;
        if characters > LOOKED_AT && !text.is_empty() {
            break;
        }
        text.push_str(word);
        text.push(' ');
    }
    text
}

/// Whether a word is written in Cyrillic letters: whether its first letter is.
pub(super) fn is_cyrillic(word: &str) -> bool {
    let first = word.chars().find(|it| it.is_alphabetic());
    first.is_some_and(|it| matches!(it, '\u{400}'..='\u{52f}'))
}

/// Whether a word is written in Latin letters: whether its first letter is.
pub(super) fn is_latin(word: &str) -> bool {
    let first = word.chars().find(|it| it.is_alphabetic());
    first.is_some_and(|it| {
        it.is_ascii_alphabetic() || matches!(it, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn recognise(text: &str, usual: Option<Language>) -> Option<Language> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Recogniser::new().recognise(&words, usual)
    }

    #[rstest]
    #[case("The central bank raised its rate again", Language::English)]
    #[case("Центральный банк снова повысил ставку", Language::Russian)]
    #[case("Центральний банк знову підвищив ставку", Language::Ukrainian)]
    #[case("O banco central aumentou a taxa de juros", Language::Portuguese)]
    #[case("El banco central volvió a subir los tipos", Language::Spanish)]
    #[case("Die Zentralbank hat den Zins wieder erhöht", Language::German)]
    #[case("La banque centrale a encore relevé son taux", Language::French)]
    #[case("La banca centrale ha alzato di nuovo i tassi", Language::Italian)]
    #[case("Bank centralny znowu podniósł stopy procentowe", Language::Polish)]
    #[case("Merkez bankası faizi yeniden artırdı", Language::Turkish)]
    fn each_language_is_recognised(#[case] text: &str, #[case] expected: Language) {
        assert_eq!(recognise(text, None), Some(expected));
        assert_eq!(Language::of_code(expected.code()), Some(expected));
    }

    #[test]
    fn names_in_another_script_do_not_hide_the_language() {
        let text = "OpenAI GPT Claude Gemini Llama теперь доступны бесплатно";
        assert_eq!(recognise(text, None), Some(Language::Russian));
    }

    #[test]
    fn a_short_post_is_in_the_usual_language_of_its_channel() {
        let spanish = recognise("Casa nova", Some(Language::Spanish));
        let portuguese = recognise("Casa nova", Some(Language::Portuguese));
        assert_eq!(spanish, Some(Language::Spanish));
        assert_eq!(portuguese, Some(Language::Portuguese));
    }

    #[test]
    fn a_long_post_in_another_language_is_in_that() {
        let text = "Центральный банк сегодня снова повысил ключевую ставку, чтобы снизить цены";
        let usual = Some(Language::Ukrainian);
        assert_eq!(recognise(text, usual), Some(Language::Russian));
        assert_eq!(
            recognise(text, Some(Language::English)),
            Some(Language::Russian)
        );
    }

    #[rstest]
    #[case("")]
    #[case("日本 銀行 は 金利 を 引き上げた")]
    #[case("بانک مرکزی نرخ بهره را افزایش داد")]
    fn what_is_in_no_known_language_is_not_guessed(#[case] text: &str) {
        assert_eq!(recognise(text, None), None);
    }

    #[test]
    fn a_code_may_have_a_country() {
        assert_eq!(Language::of_code("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::of_code("EN"), Some(Language::English));
        assert_eq!(Language::of_code("xx"), None);
    }
}
