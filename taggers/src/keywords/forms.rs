//! The form of a word that stands in a dictionary, in languages whose nouns have cases.
//!
//! No list of words is here. The endings of such forms are few, and what a channel writes
//! often tells which of them the word has: a post speaks "of batteries", others in the
//! channel of "a battery". A form that stands nowhere is never shown.

use sesame_domain::tag::ChannelUsage;

use super::language::{Language, is_cyrillic};
use super::lexicon::Lexicon;

/// Ends of the first case behind stems, singular before plural.
const RUSSIAN: [&str; 14] = [
    "", "а", "я", "ь", "й", "о", "е", "ие", "ия", "ье", "ость", "ок", "ы", "и",
];
const UKRAINIAN: [&str; 12] = [
    "", "а", "я", "ь", "й", "о", "е", "ія", "ія", "ість", "и", "і",
];
const POLISH: [&str; 9] = ["", "a", "o", "e", "ie", "ia", "ość", "y", "i"];

/// What a form of a word is counted as in a channel's usage; `None`: the word has no
/// cases.
pub(super) fn form_term(lexicon: Lexicon, lower: &str) -> Option<String> {
    let language = lexicon.language()?;
    has_cases(language, lower).then(|| format!("={}:{lower}", language.code()))
}

/// The form in which a word is shown: of those that would stand in a dictionary the one
/// that the channel writes most, if it writes it more than the one at hand, or the one
/// at hand cannot be such a form.
pub(super) fn shown(
    text: &str,
    stem: &str,
    lexicon: Lexicon,
    usage: Option<&ChannelUsage>,
) -> String {
    let lower = text.to_lowercase().replace('ё', "е");
    let plain =
        text.chars().all(char::is_alphabetic) && !text.chars().skip(1).any(char::is_uppercase);
    let (Some(usage), true, Some(language)) = (usage, plain, lexicon.language()) else {
        return text.to_owned();
    };
    if !has_cases(language, &lower) {
        return text.to_owned();
    }
    let written = |form: &str| form_term(lexicon, form).map_or(0, |term| usage.with_term(&term));
    let forms: Vec<String> = firsts(language, stem);
    let at_hand = if forms.contains(&lower) {
        written(&lower).max(1)
    } else {
        0
    };
    let more = forms.into_iter().rev().map(|form| (written(&form), form));
    match more.max_by_key(|(times, _)| *times) {
        Some((times, form)) if times > at_hand && form != lower => like(text, &form),
        _ => text.to_owned(),
    }
}

fn has_cases(language: Language, lower: &str) -> bool {
    match language {
        Language::Russian | Language::Ukrainian => is_cyrillic(lower),
        Language::Polish => true,
        _ => false,
    }
}

/// Forms that may be the first case.
fn firsts(language: Language, stem: &str) -> Vec<String> {
    let endings: &[&str] = match language {
        Language::Russian => &RUSSIAN,
        Language::Ukrainian => &UKRAINIAN,
        Language::Polish => &POLISH,
        _ => &[],
    };
    // "рынк" is the stem of "рынок", and "ипотк" that of "ипотека".
    let mut stems = vec![stem.to_owned()];
    for (without, with) in [("к", "ок"), ("к", "ек"), ("ц", "ец")] {
        let root = stem.strip_suffix(without);
        stems.extend(root.map(|root| format!("{root}{with}")));
    }
    let with_endings = stems.iter().flat_map(|stem| {
        let forms = endings.iter();
        forms.map(move |ending| format!("{stem}{ending}"))
    });
    with_endings.collect()
}

/// With a capital, if the other has one.
fn like(text: &str, form: &str) -> String {
    let mut letters = form.chars();
    match (text.chars().next(), letters.next()) {
        (Some(large), Some(first)) if large.is_uppercase() => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => form.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn shown_in(channel: &[&str], text: &str) -> String {
        let lexicon = Lexicon::of(Some(Language::Russian));
        let mut usage = ChannelUsage::default();
        for word in channel {
            let term = form_term(lexicon, word).unwrap();
            usage.note(Some("ru"), &[term], &[]);
        }
        let stem = lexicon.stem(&text.to_lowercase());
        shown(text, &stem, lexicon, Some(&usage))
    }

    #[rstest]
    #[case(&["ипотека", "ипотеку"], "ипотеку", "ипотека")]
    #[case(&["ипотеку", "ипотеки"], "ипотеку", "ипотеки")]
    #[case(&["индия"], "Индии", "Индия")]
    #[case(&["рынок", "рынка", "рынок"], "рынка", "рынок")]
    #[case(&["безопасность"], "безопасности", "безопасность")]
    #[case(&["банка", "банк", "банк"], "банка", "банк")]
    #[case::it_stands_nowhere(&["ипотеку"], "ипотеку", "ипотеку")]
    #[case::not_more(&["собака", "собаки"], "собаки", "собаки")]
    #[case::small_and_large(&["вк"], "ВК", "ВК")]
    fn a_word_is_shown_as_the_channel_writes_it_in_its_first_case(
        #[case] channel: &[&str],
        #[case] text: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(shown_in(channel, text), expected);
    }

    #[test]
    fn english_words_stay_as_they_are() {
        let lexicon = Lexicon::of(Some(Language::English));
        assert_eq!(form_term(lexicon, "batteries"), None);
        let usage = ChannelUsage::default();
        assert_eq!(
            shown("batteries", "batteri", lexicon, Some(&usage)),
            "batteries"
        );
    }
}
