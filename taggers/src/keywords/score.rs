//! How much a word or a phrase says about its post.

use std::collections::BTreeMap;

use sesame_domain::tag::ChannelUsage;

use super::lexicon::Shape;
use super::reading::Reading;
use super::words::{Class, Word};

/// What is left of the weight of a word that stands in every post of its channel.
const USUAL: f64 = 0.3;

/// How much each stem of a post says.
pub(super) struct Weights(BTreeMap<String, f64>);

impl Weights {
    /// Of the words of a post in a channel in which this is usual.
    pub(super) fn of(reading: &Reading, usage: Option<&ChannelUsage>) -> Self {
        let mut found: BTreeMap<&str, Vec<&Word>> = BTreeMap::new();
        for word in reading.words.iter().filter(|word| word.says_something()) {
            found.entry(&word.stem).or_default().push(word);
        }
        let language = reading.lexicon.language();
        let posts = match (usage, language) {
            (Some(usage), Some(language)) => usage.posts_in(language.code()),
            (Some(usage), None) => usage.posts(),
            (None, _) => 0,
        };
        let weights = found.into_iter().filter_map(|(stem, words)| {
            let first = words.first()?;
            let seen = usage.map_or(0, |usage| usage.with_term(&first.term(language)));
            let weight = weight(&words) * rarity(seen, posts);
            Some((stem.to_owned(), weight))
        });
        Self(weights.collect())
    }

    /// How much the word says.
    pub(super) fn of_stem(&self, stem: &str) -> f64 {
        self.0.get(stem).copied().unwrap_or_default()
    }
}

/// By how often and where it stands, and what it looks like.
fn weight(words: &[&Word]) -> f64 {
    let count = f64::from(u32::try_from(words.len()).unwrap_or(u32::MAX));
    let often = 1.0 + count.ln() * 0.6;
    let place = words.iter().map(|word| place(word)).fold(0.0, f64::max);
    let looks = words.iter().map(|word| looks(word)).fold(0.0, f64::max);
    often * place * looks
}

/// What a post is about stands in its first sentences.
fn place(word: &Word) -> f64 {
    match word.sentence {
        0 => 1.3,
        1 => 1.1,
        2 | 3 => 1.0,
        4..=7 => 0.85,
        _ => 0.7,
    }
}

fn looks(word: &Word) -> f64 {
    let looks = match word.class {
        Class::Number => 0.0,
        Class::Acronym => 1.5,
        Class::Name => 1.45,
        Class::Foreign => 1.4,
        Class::Common => match word.shape {
            Shape::Noun if word.lower.chars().count() < 4 => 0.8,
            Shape::Noun => 1.0,
            Shape::Adjective => 0.3,
            Shape::Verb => 0.1,
        },
    };
    if word.quoted { looks * 1.2 } else { looks }
}

/// How rare a word is that stood in so many of so many posts: 1 for one that was not
/// there yet.
fn rarity(seen: u32, posts: u32) -> f64 {
    let (seen, posts) = (f64::from(seen), f64::from(posts));
    let share = (((posts + 2.0) / (seen + 1.0)).ln() / (posts + 2.0).ln()).clamp(0.0, 1.0);
    USUAL + (1.0 - USUAL) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_every_post_says_least() {
        let rare = [0, 1, 5, 20, 99].map(|seen| rarity(seen, 100));
        assert!(rare.is_sorted_by(|one, other| one > other));
        assert!((rarity(0, 100) - 1.0).abs() < 1e-9);
        assert!((rarity(0, 0) - 1.0).abs() < 1e-9);
        assert!(rarity(200, 100) >= USUAL);
    }
}
