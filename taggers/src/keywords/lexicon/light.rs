//! Stems of languages for which the library has none, and what it leaves over.

use super::Language;

/// Endings of Ukrainian words, longer ones first.
const UKRAINIAN: [&str; 36] = [
    "остями",
    "ості",
    "ість",
    "ями",
    "ами",
    "ові",
    "еві",
    "єві",
    "ого",
    "ому",
    "ими",
    "їми",
    "ої",
    "ій",
    "ий",
    "их",
    "ім",
    "им",
    "ою",
    "ею",
    "єю",
    "ів",
    "їв",
    "ах",
    "ях",
    "ам",
    "ям",
    "ом",
    "ем",
    "єм",
    "ій",
    "ия",
    "ію",
    "ії",
    "ія",
    "ю",
];
/// One letter.
const UKRAINIAN_LETTERS: &str = "аяуюіїеєиоьй";
/// Endings of Polish words, longer ones first.
const POLISH: [&str; 27] = [
    "ościami", "ości", "ość", "iami", "ami", "iach", "ach", "owie", "owi", "iego", "ego", "iemu",
    "emu", "ymi", "imi", "ych", "ich", "iej", "ej", "ów", "om", "iem", "em", "ie", "ia", "ym",
    "im",
];
/// One letter.
const POLISH_LETTERS: &str = "aeiouyąęó";
/// What has to be left.
const STEM_MIN: usize = 3;

/// The word without its ending.
pub(super) fn stem(language: Language, word: &str) -> String {
    let (endings, letters): (&[&str], &str) = match language {
        Language::Ukrainian => (&UKRAINIAN, UKRAINIAN_LETTERS),
        Language::Polish => (&POLISH, POLISH_LETTERS),
        _ => return word.to_owned(),
    };
    let long_enough = |stem: &&str| stem.chars().count() >= STEM_MIN;
    let without = endings
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(long_enough));
    if let Some(stem) = without {
        return stem.to_owned();
    }
    word.strip_suffix(|it| letters.contains(it))
        .filter(long_enough)
        .unwrap_or(word)
        .to_owned()
}

/// A Russian stem without the vowel that only some forms of the word have ("рынок",
/// "рынка"; "ставка", "ставок"). What has it in every form loses it in every form.
pub(super) fn without_fleeting_vowel(stem: String) -> String {
    for (with, without) in [("ок", "к"), ("ек", "к"), ("ец", "ц")] {
        if let Some(root) = stem.strip_suffix(with)
            && root.chars().count() >= STEM_MIN
        {
            return format!("{root}{without}");
        }
    }
    stem
}

/// A Portuguese stem of a plural, which has another vowel ("ação", "ações").
pub(super) fn singular_of_ao(stem: String) -> String {
    match stem.strip_suffix('õ') {
        Some(root) => format!("{root}ã"),
        None => stem,
    }
}
