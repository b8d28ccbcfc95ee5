//! What is known of the words of a language: which say nothing, what their stem is, and
//! what their endings tell.

mod endings;
mod light;
mod stop;

use rust_stemmers::{Algorithm, Stemmer};

pub(in crate::keywords) use endings::Shape;

use super::language::{Language, is_cyrillic, is_latin};

/// The words of a post: those of its language, and those of another script in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexicon {
    language: Option<Language>,
}

impl Lexicon {
    /// Of posts in a language; `None`: one that is not known, whose words are compared
    /// as they are.
    pub(super) fn of(language: Option<Language>) -> Self {
        Self { language }
    }

    /// The language of the posts.
    pub(super) fn language(self) -> Option<Language> {
        self.language
    }

    /// Whether a word, in small letters, says nothing by itself.
    pub(super) fn is_stop(self, word: &str) -> bool {
        match self.language_of(word) {
            Some(language) => stop::is_stop(language, word),
            None => Language::ALL
                .into_iter()
                .any(|language| stop::is_stop(language, word)),
        }
    }

    /// Whether it may stand inside of a name or a term: "of", "de".
    pub(super) fn joins(self, word: &str) -> bool {
        self.language_of(word)
            .is_some_and(|language| stop::joins(language).contains(&word))
    }

    /// What is the same in all forms of a word that is in small letters.
    pub(super) fn stem(self, word: &str) -> String {
        let Some(language) = self.language_of(word) else {
            return word.to_owned();
        };
        // Nothing is bent in what has digits or signs in it, and endings of two or three
        // letters are none.
        if word.chars().count() < 4 || !word.chars().all(|it| it.is_alphabetic() || it == '-') {
            return word.to_owned();
        }
        let Some(algorithm) = algorithm(language) else {
            return light::stem(language, word);
        };
        let stem = Stemmer::create(algorithm).stem(word).into_owned();
        match language {
            Language::Russian => light::without_fleeting_vowel(stem),
            Language::Portuguese => light::singular_of_ao(stem),
            _ => stem,
        }
    }

    /// What the ending of a word in small letters tells.
    pub(super) fn shape(self, word: &str) -> Shape {
        match self.language_of(word) {
            Some(Language::English) if stop::is_english_adjective(word) => Shape::Adjective,
            Some(language) => endings::shape(language, word),
            None => Shape::Noun,
        }
    }

    /// English terms stand in posts of every language, and Russian ones in those in Latin
    /// letters.
    fn language_of(self, word: &str) -> Option<Language> {
        let language = self.language?;
        if language.is_cyrillic() && is_latin(word) {
            return Some(Language::English);
        }
        if !language.is_cyrillic() && is_cyrillic(word) {
            return Some(Language::Russian);
        }
        Some(language)
    }
}

fn algorithm(language: Language) -> Option<Algorithm> {
    match language {
        Language::English => Some(Algorithm::English),
        Language::German => Some(Algorithm::German),
        Language::Spanish => Some(Algorithm::Spanish),
        Language::French => Some(Algorithm::French),
        Language::Italian => Some(Algorithm::Italian),
        Language::Portuguese => Some(Algorithm::Portuguese),
        Language::Russian => Some(Algorithm::Russian),
        Language::Turkish => Some(Algorithm::Turkish),
        Language::Polish | Language::Ukrainian => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Language::English, "model", "models")]
    #[case(Language::English, "battery", "batteries")]
    #[case(Language::Russian, "модель", "моделей")]
    #[case(Language::Russian, "рынок", "рынка")]
    #[case(Language::Russian, "ставка", "ставок")]
    #[case(Language::Portuguese, "ação", "ações")]
    #[case(Language::Spanish, "elección", "elecciones")]
    #[case(Language::German, "Wohnung", "wohnungen")]
    #[case(Language::Ukrainian, "вибори", "виборів")]
    #[case(Language::Polish, "wybory", "wyborów")]
    #[case(Language::Turkish, "banka", "bankalar")]
    fn forms_of_a_word_have_one_stem(
        #[case] language: Language,
        #[case] one: &str,
        #[case] other: &str,
    ) {
        let lexicon = Lexicon::of(Some(language));
        assert_eq!(lexicon.stem(&one.to_lowercase()), lexicon.stem(other));
    }

    #[test]
    fn words_of_another_script_are_those_of_their_own_language() {
        let lexicon = Lexicon::of(Some(Language::Russian));
        assert!(lexicon.is_stop("the"));
        assert_eq!(lexicon.stem("models"), lexicon.stem("model"));
        let lexicon = Lexicon::of(Some(Language::English));
        assert!(lexicon.is_stop("который"));
    }

    #[test]
    fn words_of_no_known_language_stay_as_they_are() {
        let lexicon = Lexicon::of(None);
        assert_eq!(lexicon.stem("models"), "models");
        assert_eq!(lexicon.shape("quickly"), Shape::Noun);
    }

    #[rstest]
    #[case("gpt-4")]
    #[case("h100")]
    #[case("ии")]
    fn short_words_and_those_with_digits_are_not_bent(#[case] word: &str) {
        assert_eq!(Lexicon::of(Some(Language::Russian)).stem(word), word);
    }
}
