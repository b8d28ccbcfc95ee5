//! Words and phrases that may be tags.

use std::collections::BTreeMap;

use sesame_domain::tag::ChannelUsage;

use super::language::{Language, is_cyrillic};
use super::lexicon::Shape;
use super::reading::{Reading, pair_term};
use super::score::Weights;
use super::tokens::Before;
use super::words::{Class, Word};

/// How many words a tag has at most.
const LONGEST: usize = 3;

/// A word or a phrase of a post that may be a tag.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The stems of its words, without those that only join.
    pub(super) stems: Vec<String>,
    /// As it is shown.
    pub(super) text: String,
    /// How much it says about the post.
    pub(super) score: f64,
    /// Whether its words are one term for more than standing side by side.
    pub(super) is_term: bool,
    /// Where it stands first.
    pub(super) first: usize,
    /// Whether it needs no translation: names, and what is in capitals or in another
    /// script.
    pub(super) is_name: bool,
}

/// Why words are taken to belong together, and what that is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// They stand between words that say nothing.
    Alone,
    /// "taxa de juros".
    Joined,
    /// A word that says how something is, and what it is.
    Described,
    /// They follow each other in other posts of the channel.
    Usual,
    /// Twice in this post.
    Repeated,
    /// A name of two or three words.
    Name,
}

impl Bond {
    fn worth(self) -> f64 {
        match self {
            Self::Alone => 1.0,
            Self::Joined => 1.05,
            Self::Described => 1.1,
            Self::Usual | Self::Name => 1.2,
            Self::Repeated => 1.25,
        }
    }
}

/// What may be a tag of a post, each once, in no order that counts.
pub(super) fn candidates(
    reading: &Reading,
    usage: Option<&ChannelUsage>,
    weights: &Weights,
) -> Vec<Candidate> {
    let mut found = Found::default();
    for (at, word) in reading.words.iter().enumerate() {
        if word.says_something() {
            found.add(reading, at, at + 1, weights.of_stem(&word.stem), false);
        }
    }
    let repeated = repeated(reading);
    for from in 0..reading.words.len() {
        for length in 2..=LONGEST {
            let Some(span) = reading.words.get(from..from + length) else {
                break;
            };
            if !holds_together(span) {
                break;
            }
            if let Some(bond) = bond(reading, from, length, usage, &repeated) {
                let score = worth(span, weights) * bond.worth();
                found.add(reading, from, from + length, score, bond > Bond::Alone);
            }
        }
    }
    found.candidates()
}

/// Nothing stands between the words.
fn holds_together(span: &[Word]) -> bool {
    span.iter().skip(1).all(|word| word.before == Before::Blank)
}

/// How much the words of a phrase say: as much as the best of them, if the others say
/// as much. A word that only describes another takes nothing away.
fn worth(span: &[Word], weights: &Weights) -> f64 {
    let describes = |word: &Word| word.shape == Shape::Adjective && !word.is_name();
    let each = || {
        let saying = span
            .iter()
            .filter(|word| word.says_something() && !describes(word));
        saying.map(|word| weights.of_stem(&word.stem))
    };
    let best = each().fold(0.0, f64::max);
    let least = each().fold(f64::INFINITY, f64::min);
    if best <= 0.0 {
        return 0.0;
    }
    best * (0.7 + 0.3 * (least / best))
}

fn bond(
    reading: &Reading,
    from: usize,
    length: usize,
    usage: Option<&ChannelUsage>,
    repeated: &BTreeMap<String, usize>,
) -> Option<Bond> {
    let span = reading.words.get(from..from + length)?;
    let [first, .., last] = span else { return None };
    if is_whole_name(reading, from, length) {
        return Some(Bond::Name);
    }
    let inner = span.get(1..length - 1)?;
    if !first.says_something() || !last.says_something() {
        return None;
    }
    let lexicon = reading.lexicon;
    let language = lexicon.language();
    if let [joint] = inner
        && joint.stop
    {
        let joins = lexicon.joins(&joint.lower) && language != Some(Language::English);
        let nouns = [first, last].iter().all(|it| it.shape == Shape::Noun);
        let whole = stands_alone(reading, from, 1) && !goes_on(reading, from + length);
        return (joins && nouns && whole).then_some(Bond::Joined);
    }
    if !span
        .iter()
        .all(|it| it.says_something() && it.shape != Shape::Verb)
    {
        return None;
    }
    if last.shape != Shape::Noun && language.is_some_and(adjectives_first) {
        return None;
    }
    if repeated
        .get(&stems(span).join(" "))
        .is_some_and(|times| *times > 1)
    {
        return Some(Bond::Repeated);
    }
    if length == 2 && is_usual(first, last, language, usage) {
        return Some(Bond::Usual);
    }
    let described = first.shape == Shape::Adjective;
    // "Weekly cron" is no phrase of "weekly cron job".
    let ends = language.is_some_and(Language::is_cyrillic) || ends_here(reading, from + length);
    if length == 2 && described && ends && language.is_some_and(adjectives_first) {
        return Some(Bond::Described);
    }
    stands_alone(reading, from, length).then_some(Bond::Alone)
}

fn adjectives_first(language: Language) -> bool {
    matches!(
        language,
        Language::English
            | Language::Russian
            | Language::Ukrainian
            | Language::Polish
            | Language::German
            | Language::Turkish
    )
}

/// Whether what names something ends before this word.
fn ends_here(reading: &Reading, at: usize) -> bool {
    let word = reading.words.get(at);
    word.is_none_or(|word| word.before != Before::Blank || names_nothing(word))
}

fn names_nothing(word: &Word) -> bool {
    word.stop || word.shape == Shape::Verb && !word.is_name()
}

/// Whether words stand between others that name nothing, or between signs.
fn stands_alone(reading: &Reading, from: usize, length: usize) -> bool {
    let word = |at: usize| reading.words.get(at);
    let before = from.checked_sub(1).and_then(word);
    let apart = word(from).is_some_and(|word| word.before != Before::Blank);
    (apart || before.is_none_or(names_nothing)) && ends_here(reading, from + length)
}

/// Whether a name that ends before this word goes on with it.
fn goes_on(reading: &Reading, at: usize) -> bool {
    let is_name = at
        .checked_sub(1)
        .and_then(|at| reading.words.get(at))
        .is_some_and(Word::is_name);
    let next = reading
        .words
        .get(at)
        .filter(|word| word.before == Before::Blank);
    is_name && next.is_some_and(|word| word.is_name() || reading.lexicon.joins(&word.lower))
}

/// Whether two words follow each other in other posts of the channel, as a rule where
/// the rarer of them stands.
fn is_usual(
    one: &Word,
    other: &Word,
    language: Option<Language>,
    usage: Option<&ChannelUsage>,
) -> bool {
    let (Some(usage), Some(pair)) = (usage, pair_term(one, other, language)) else {
        return false;
    };
    let together = usage.with_term(&pair);
    let each = [one, other].map(|word| usage.with_term(&word.term(language)));
    let rarer = each.into_iter().min().unwrap_or_default();
    together >= 2 && together >= rarer.div_ceil(2)
}

/// Whether these words, and neither one more nor one less, are a name: words written as
/// names are in one script, a number behind them ("iPhone 17"), a word between that
/// joins ("Bank of England").
fn is_whole_name(reading: &Reading, from: usize, length: usize) -> bool {
    let words = &reading.words;
    let belongs = |at: usize| match words.get(at) {
        Some(word) => word.is_name() && (word.says_something() || word.class == Class::Name),
        None => false,
    };
    let follows = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| word.before == Before::Blank)
    };
    let end = from + length;
    let Some([first, rest @ ..]) = words.get(from..end) else {
        return false;
    };
    let may_begin = |word: &Word| word.capital_unsure && !word.stop && word.shape == Shape::Noun;
    let begins = belongs(from) || may_begin(first);
    let one_script = rest
        .iter()
        .filter(|word| word.class != Class::Number)
        .all(|word| is_cyrillic(&word.lower) == is_cyrillic(&first.lower));
    if !begins || !one_script {
        return false;
    }
    let inside = rest.iter().enumerate().all(|(at, word)| {
        let is_last = at + 1 == rest.len();
        let number = is_last
            && word.class == Class::Number
            && word.text.chars().count() <= 3
            && belongs(from);
        let joint = !is_last && reading.lexicon.joins(&word.lower);
        belongs(from + 1 + at) || number || joint
    });
    let same_script = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| is_cyrillic(&word.lower) == is_cyrillic(&first.lower))
    };
    let before = from.checked_sub(1).filter(|_| follows(from));
    let longer = before.is_some_and(|at| (belongs(at) || may_begin(&words[at])) && same_script(at))
        || follows(end) && belongs(end) && same_script(end);
    let says_something = words
        .get(from..end)
        .into_iter()
        .flatten()
        .any(Word::says_something);
    inside && !longer && says_something
}

/// How often each phrase stands in the post.
fn repeated(reading: &Reading) -> BTreeMap<String, usize> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for length in 2..=LONGEST {
        for span in reading.words.windows(length) {
            if holds_together(span) && span.iter().all(Word::says_something) {
                *times.entry(stems(span).join(" ")).or_default() += 1;
            }
        }
    }
    times
}

/// The stems of a phrase; words that only join have no part in it, but "New" has in
/// "New York".
fn stems(span: &[Word]) -> Vec<String> {
    let saying = span
        .iter()
        .filter(|word| !word.stop || word.class == Class::Name);
    saying.map(|word| word.stem.clone()).collect()
}

/// Candidates by their stems: plural and singular are one.
#[derive(Default)]
struct Found(BTreeMap<Vec<String>, Forms>);

struct Forms {
    score: f64,
    first: usize,
    is_name: bool,
    is_term: bool,
    /// How often it is written so, and where first.
    texts: BTreeMap<String, (usize, usize)>,
}

impl Found {
    fn add(&mut self, reading: &Reading, from: usize, end: usize, score: f64, is_term: bool) {
        let span = &reading.words[from..end];
        let forms = self.0.entry(stems(span)).or_insert_with(|| Forms {
            score: 0.0,
            first: from,
            is_name: true,
            is_term,
            texts: BTreeMap::new(),
        });
        forms.score = forms.score.max(score);
        forms.is_term |= is_term;
        forms.is_name &= span
            .iter()
            .all(|word| word.is_name() || word.class == Class::Number || word.stop);
        let text = shown(span);
        let (times, _) = forms.texts.entry(text).or_insert((0, from));
        *times += 1;
    }

    fn candidates(self) -> Vec<Candidate> {
        let all = self.0.into_iter().filter(|(_, forms)| forms.score > 0.0);
        all.filter_map(|(stems, forms)| {
            // The form that stands there most; of those the shortest, which is nearest
            // to the one in a dictionary, and the first.
            let best = forms.texts.iter().min_by_key(|(text, (times, first))| {
                (std::cmp::Reverse(*times), text.chars().count(), *first)
            });
            let (text, _) = best?;
            Some(Candidate {
                stems,
                text: text.clone(),
                score: forms.score,
                first: forms.first,
                is_name: forms.is_name,
                is_term: forms.is_term,
            })
        })
        .collect()
    }
}

fn shown(span: &[Word]) -> String {
    let texts: Vec<&str> = span.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ")
}
