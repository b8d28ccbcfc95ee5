//! Words that say nothing by themselves.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::Language;

/// What stands in the lists of the library and yet is what posts are about.
fn wanted(language: Language) -> &'static str {
    match language {
        Language::English => {
            "open high long small full large ai uk tv computer system systems web research fire bill test interest interests microsoft \
             invention mill energy html http information states state area areas problem"
        }
        Language::Russian => {
            "вода война город деньги дом дорога женщина жизнь земля книга дети ребенок работа россия москва \
             машина улица страна народ мир голос"
        }
        Language::Portuguese => "sistema trabalho viagem obra apoio povo",
        Language::Spanish => "trabajo estado estados pais país",
        Language::German => "zeit jahr mensch menschen",
        Language::Italian => "lavoro governo stato mondo casa cosa",
        Language::French | Language::Polish | Language::Turkish | Language::Ukrainian => "",
    }
}

/// What is missing there: words of every channel, and what is done rather than spoken of.
fn added(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("stop/en.txt"),
        Language::Russian => include_str!("stop/ru.txt"),
        Language::Portuguese => include_str!("stop/pt.txt"),
        Language::Spanish => include_str!("stop/es.txt"),
        Language::German => include_str!("stop/de.txt"),
        Language::Ukrainian => include_str!("stop/uk.txt"),
        Language::French => include_str!("stop/fr.txt"),
        Language::Italian => include_str!("stop/it.txt"),
        Language::Polish | Language::Turkish => "",
    }
}

/// Words that stand inside of names and terms.
pub(super) fn joins(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["of"],
        Language::Portuguese => &["de", "da", "do", "das", "dos"],
        Language::Spanish => &["de", "del"],
        Language::French => &["de", "du", "des"],
        Language::Italian => &["di", "del", "della", "dei"],
        _ => &[],
    }
}

/// Whether an English word in small letters says how something is: no ending tells.
pub(super) fn is_english_adjective(word: &str) -> bool {
    static LIST: OnceLock<HashSet<&str>> = OnceLock::new();
    let list = LIST.get_or_init(|| {
        include_str!("stop/en_adjectives.txt")
            .split_whitespace()
            .collect()
    });
    list.contains(word)
}

/// Whether a word in small letters says nothing.
pub(super) fn is_stop(language: Language, word: &str) -> bool {
    static LISTS: [OnceLock<HashSet<String>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    let at = Language::ALL.iter().position(|it| *it == language);
    let list = LISTS[at.unwrap_or_default()].get_or_init(|| list(language));
    list.contains(word)
}

fn list(language: Language) -> HashSet<String> {
    let known = stop_words::lookup(language.code()).unwrap_or_default();
    let known = known
        .iter()
        .copied()
        .chain(added(language).split_whitespace());
    let mut list: HashSet<String> = known
        .map(|word| word.to_lowercase().replace('ё', "е"))
        .collect();
    for word in wanted(language).split_whitespace() {
        list.remove(word);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_list() {
        for language in Language::ALL {
            assert!(list(language).len() > 100, "{language:?}");
        }
    }

    #[test]
    fn what_posts_are_about_is_in_none() {
        assert!(is_stop(Language::English, "the"));
        assert!(is_stop(Language::English, "click"));
        assert!(!is_stop(Language::English, "ai"));
        assert!(is_stop(Language::Russian, "еще"));
        assert!(is_stop(Language::Russian, "подробнее"));
        assert!(!is_stop(Language::Russian, "деньги"));
    }
}
