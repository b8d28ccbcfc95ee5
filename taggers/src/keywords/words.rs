//! Words of a post, each with what is known of it.

use std::collections::BTreeSet;

use sesame_domain::tag::ChannelUsage;

use super::language::{Language, is_cyrillic, is_latin};
use super::lexicon::{Lexicon, Shape};
use super::tokens::{Before, Token};

/// Short names in capitals that are other words when they are written small.
const ACRONYMS: [&str; 32] = [
    "AI", "US", "UK", "IT", "TV", "UN", "EU", "PR", "HR", "ML", "UI", "UX", "VR", "AR", "QA", "OS",
    "PC", "EV", "WHO", "UAE", "ИИ", "ЕС", "ЦБ", "ИТ", "РФ", "ООН", "США", "НДС", "IA", "KI", "UE",
    "SI",
];
/// What stands behind a number as its unit.
const UNITS: [&str; 45] = [
    "p", "k", "m", "b", "x", "s", "h", "g", "th", "st", "nd", "rd", "am", "pm", "min", "mb", "gb",
    "tb", "kg", "km", "km²", "bn", "mn", "mm", "cm", "ml", "l", "w", "kwh", "mah", "ghz", "hz",
    "mp", "й", "я", "е", "го", "ти", "х", "ой", "ая", "км", "кг", "м", "г",
];

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A number, or one with its unit: no tag.
    Number,
    /// A word like others.
    Common,
    /// In another script than the post: most are names and terms.
    Foreign,
    /// Has a capital inside of a sentence, or more than one.
    Name,
    /// In capitals, of a few letters.
    Acronym,
}

/// A word of a post.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// As it is written.
    pub(super) text: String,
    /// What all its forms have.
    pub(super) stem: String,
    /// In small letters.
    pub(super) lower: String,
    pub(super) class: Class,
    pub(super) shape: Shape,
    /// Whether it says nothing.
    pub(super) stop: bool,
    pub(super) before: Before,
    pub(super) quoted: bool,
    /// Which sentence of the post it stands in.
    pub(super) sentence: usize,
    /// Whether it is written large for where it stands alone.
    pub(super) capital_unsure: bool,
}

impl Word {
    /// Whether it may be a tag, or begin and end one.
    pub(super) fn says_something(&self) -> bool {
        !self.stop && self.class != Class::Number
    }

    /// Whether it is written as names are, as far as one can see.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.class, Class::Name | Class::Acronym | Class::Foreign)
    }

    /// What a channel's usage counts it as.
    pub(super) fn term(&self, language: Option<Language>) -> String {
        term(language, &self.stem)
    }

    /// What a channel's usage counts it as where it is surely a name.
    pub(super) fn name_term(&self, language: Option<Language>) -> String {
        format!("^{}", term(language, &self.stem))
    }

    /// What it counts it as where it may be a name.
    pub(super) fn unsure_term(&self, language: Option<Language>) -> String {
        format!("?{}", term(language, &self.stem))
    }
}

/// A stem in a language.
fn term(language: Option<Language>, stem: &str) -> String {
    format!("{}:{stem}", language.map_or("", Language::code))
}

/// How the letters of a line say what is large in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capitals {
    /// At names and at the beginning of sentences.
    Usual,
    /// At every word that says something, as in titles.
    Title,
    /// Everywhere.
    All,
}

/// What is known of the words of each line.
pub(super) fn classify(
    lines: &[Vec<Token>],
    lexicon: Lexicon,
    usage: Option<&ChannelUsage>,
) -> Vec<Word> {
    let mut words = Vec::new();
    let mut sentence = 0;
    for tokens in lines {
        let capitals = capitals(tokens);
        for token in tokens {
            if token.before == Before::Sentence && !words.is_empty() {
                sentence += 1;
            }
            words.push(word(token, lexicon, capitals, sentence));
        }
    }
    by_the_others(&mut words, lexicon, usage);
    words
}

fn word(token: &Token, lexicon: Lexicon, capitals: Capitals, sentence: usize) -> Word {
    let lower = token.text.to_lowercase().replace('ё', "е");
    let class = class(&token.text, token.before, lexicon, capitals);
    let listed = lexicon.is_stop(&lower) || lower.chars().count() < 2;
    let stop = match class {
        Class::Acronym => listed && !ACRONYMS.contains(&token.text.as_str()),
        _ => listed,
    };
    let begins_large = token.text.chars().next().is_some_and(char::is_uppercase);
    let german = lexicon.language() == Some(Language::German);
    Word {
        stem: lexicon.stem(&lower),
        // In German what is written small is no noun.
        shape: if german && class == Class::Common && !begins_large {
            Shape::Adjective
        } else {
            lexicon.shape(&lower)
        },
        capital_unsure: class == Class::Common && begins_large && !german,
        text: match capitals {
            // What is large everywhere is a name nowhere.
            Capitals::All if class == Class::Common => token.text.to_lowercase(),
            _ => token.text.clone(),
        },
        lower,
        class,
        stop,
        before: token.before,
        quoted: token.quoted,
        sentence,
    }
}

fn class(text: &str, before: Before, lexicon: Lexicon, capitals: Capitals) -> Class {
    if is_number(text) {
        return Class::Number;
    }
    let letters = text.chars().filter(|it| it.is_alphabetic()).count();
    let large = text.chars().filter(|it| it.is_uppercase()).count();
    let length = text.chars().count();
    let most = if capitals == Capitals::All { 3 } else { 6 };
    if large == letters && length >= 2 && length <= most {
        return Class::Acronym;
    }
    let mixed = text.chars().skip(1).any(char::is_uppercase);
    if capitals != Capitals::All && mixed && large < letters {
        return Class::Name;
    }
    if text.chars().any(char::is_numeric) {
        return Class::Name;
    }
    let cyrillic = lexicon.language().map(Language::is_cyrillic);
    if cyrillic == Some(true) && is_latin(text) || cyrillic == Some(false) && is_cyrillic(text) {
        return Class::Foreign;
    }
    // In German every noun is large.
    let tells = capitals == Capitals::Usual
        && before != Before::Sentence
        && lexicon.language() != Some(Language::German);
    let begins_large = text.chars().next().is_some_and(char::is_uppercase);
    if tells && begins_large {
        return Class::Name;
    }
    Class::Common
}

/// "2026", "3.14", "10k", "5-й", "1st"; not "5G", "4K", "3D", whose letter is large.
fn is_number(text: &str) -> bool {
    if !text.starts_with(|it: char| it.is_numeric()) {
        // "Q3" is a time, and says as little.
        return matches!(text.as_bytes(), [b'Q', b'1'..=b'4']);
    }
    let unit =
        text.trim_start_matches(|it: char| it.is_numeric() || matches!(it, '.' | ',' | '-' | ':'));
    let small = unit.to_lowercase();
    let technical = matches!(unit, "G" | "D" | "K") && text.len() == 2;
    !technical && (unit.is_empty() || UNITS.contains(&small.as_str()))
}

/// How a line is written.
fn capitals(tokens: &[Token]) -> Capitals {
    let texts = || tokens.iter().map(|token| token.text.as_str());
    let letters = texts().flat_map(str::chars).filter(|it| it.is_alphabetic());
    let (large, small): (Vec<char>, Vec<char>) = letters.partition(|it| it.is_uppercase());
    if large.len() > small.len() * 2 && tokens.len() >= 2 {
        return Capitals::All;
    }
    let (mut first_large, mut others) = (0, 0);
    for text in texts() {
        // Short words are small in titles too.
        let counts = usize::from(text.chars().count() > 3);
        match text.chars().next() {
            Some(first) if first.is_uppercase() => first_large += counts,
            Some(first) if first.is_alphabetic() => others += counts,
            _ => {}
        }
    }
    if first_large >= 4 && first_large > others * 4 {
        return Capitals::Title;
    }
    Capitals::Usual
}

/// A word that is a name elsewhere is one at the beginning of a sentence too; one that
/// is written small elsewhere is none.
fn by_the_others(words: &mut [Word], lexicon: Lexicon, usage: Option<&ChannelUsage>) {
    let stems_of = |of: &dyn Fn(&Word) -> bool| -> BTreeSet<String> {
        let found = words.iter().filter(|word| of(word));
        found.map(|word| word.stem.clone()).collect()
    };
    let small = stems_of(&|word| word.class == Class::Common && !word.capital_unsure);
    let names = stems_of(&|word| word.class == Class::Name);
    let language = lexicon.language();
    for word in words.iter_mut() {
        let written_small = small.contains(&word.stem);
        if word.class == Class::Name
            && written_small
            && word.text.chars().skip(1).all(char::is_lowercase)
        {
            word.class = Class::Common;
            word.capital_unsure = true;
        }
        if !word.capital_unsure {
            continue;
        }
        let posts = |term: &str| usage.map_or(0, |usage| usage.with_term(term));
        let as_name = posts(&word.name_term(language));
        let as_either = posts(&word.unsure_term(language));
        let small_in_posts = posts(&word.term(language)).saturating_sub(as_name + as_either);
        if !written_small && (names.contains(&word.stem) || as_name > small_in_posts) {
            word.class = Class::Name;
            word.capital_unsure = false;
        } else if written_small || small_in_posts > 0 {
            word.text = word.text.to_lowercase();
            word.capital_unsure = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::tokens::tokens;
    use super::*;

    fn words(text: &str, language: Language) -> Vec<Word> {
        let lines: Vec<_> = text.lines().map(tokens).collect();
        classify(&lines, Lexicon::of(Some(language)), None)
    }

    fn class_of(text: &str, language: Language, word: &str) -> Class {
        let words = words(text, language);
        words.iter().find(|it| it.text == word).unwrap().class
    }

    #[rstest]
    #[case("We met in Berlin again", "Berlin", Class::Name)]
    #[case("Berlin is large", "Berlin", Class::Common)]
    #[case("Berlin is large. We like Berlin", "Berlin", Class::Name)]
    #[case("iPhone prices", "iPhone", Class::Name)]
    #[case("new AI models", "AI", Class::Acronym)]
    #[case("5G is here", "5G", Class::Acronym)]
    #[case("10k people, 5G", "10k", Class::Number)]
    #[case("in 2026", "2026", Class::Number)]
    #[case("the H100 card", "H100", Class::Acronym)]
    #[case("THIS IS BIG NEWS TODAY", "news", Class::Common)]
    #[case(
        "Apple Unveils Smaller Macbook Computers Today",
        "Macbook",
        Class::Common
    )]
    fn classes_of_english_words(#[case] text: &str, #[case] word: &str, #[case] expected: Class) {
        assert_eq!(class_of(text, Language::English, word), expected);
    }

    #[test]
    fn words_of_another_script_are_told() {
        let class = class_of("Мы любим rust", Language::Russian, "rust");
        assert_eq!(class, Class::Foreign);
    }

    #[test]
    fn nouns_of_german_are_no_names() {
        let class = class_of("Die neue Wohnung", Language::German, "Wohnung");
        assert_eq!(class, Class::Common);
    }

    #[test]
    fn what_is_written_small_elsewhere_is_shown_small() {
        let words = words("Inflation is back. Now inflation hurts", Language::English);
        assert_eq!(words[0].text, "inflation");
    }

    #[test]
    fn a_channel_knows_which_words_are_names() {
        let lines = [tokens("Tesla falls"), tokens("Inflation rises")];
        let lexicon = Lexicon::of(Some(Language::English));
        let mut usage = ChannelUsage::default();
        let terms = ["en:tesla", "^en:tesla", "en:inflat"].map(str::to_owned);
        usage.note(Some("en"), &terms, &[]);
        let words = classify(&lines, lexicon, Some(&usage));
        assert_eq!(words[0].class, Class::Name);
        assert_eq!(words[2].text, "inflation");
    }

    #[test]
    fn short_words_count_and_articles_in_capitals_do_not() {
        let words = words("AI is NOT here", Language::English);
        let counting: Vec<_> = words.iter().filter(|it| it.says_something()).collect();
        assert_eq!(counting.len(), 1);
        assert_eq!(counting[0].text, "AI");
    }
}
