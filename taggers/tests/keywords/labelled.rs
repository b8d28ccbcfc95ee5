//! Posts with the tags that a person would give them (`tests/labelled`), and how well
//! those of a tagger fit.

use std::collections::BTreeMap;
use std::sync::Arc;

use sesame_domain::tag::{ChannelUsage, TagKey};
use sesame_taggers::keywords::Keywords;

use crate::posts::usage;

/// How many tags of each post are looked at.
const AT: usize = 5;

/// A post with its tags.
#[derive(serde::Deserialize)]
pub(crate) struct Labelled {
    pub(crate) channel: String,
    pub(crate) text: String,
    /// What it is about: each in all the ways in which a tag may say so.
    pub(crate) tags: Vec<Vec<String>>,
}

/// Posts of one language.
pub(crate) struct Language {
    pub(crate) code: &'static str,
    pub(crate) posts: Vec<Labelled>,
    usage: BTreeMap<String, Arc<ChannelUsage>>,
}

impl Language {
    /// What is usual in the channel of a post: all its posts are read.
    pub(crate) fn usage(&self, post: &Labelled) -> Arc<ChannelUsage> {
        Arc::clone(&self.usage[&post.channel])
    }
}

/// All posts, by language.
pub(crate) fn languages(keywords: &Keywords) -> Vec<Language> {
    let files = [
        ("en", include_str!("../labelled/en.jsonl")),
        ("ru", include_str!("../labelled/ru.jsonl")),
        ("pt", include_str!("../labelled/pt.jsonl")),
        ("es", include_str!("../labelled/es.jsonl")),
        ("uk", include_str!("../labelled/uk.jsonl")),
    ];
    let language = |(code, file): (&'static str, &str)| {
        let lines = file.lines().map(|line| serde_json::from_str(line).unwrap());
        let posts: Vec<Labelled> = lines.collect();
        let mut channels: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for post in &posts {
            let texts = channels.entry(post.channel.clone()).or_default();
            texts.push(&post.text);
        }
        let usage = channels
            .into_iter()
            .map(|(channel, texts)| (channel, usage(keywords, texts)))
            .collect();
        Language { code, posts, usage }
    };
    files.into_iter().map(language).collect()
}

/// One half was looked at while the tagger was made, the other was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Half {
    /// Posts 1, 3, 5, …
    LookedAt,
    /// Posts 2, 4, 6, …
    HeldOut,
}

impl Half {
    pub(crate) fn of(at: usize) -> Self {
        if at.is_multiple_of(2) {
            Self::LookedAt
        } else {
            Self::HeldOut
        }
    }
}

/// How many tags fit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fit {
    given: usize,
    right: usize,
    wanted: usize,
}

impl Fit {
    /// Counts the tags of a post. A subject that is said twice is right once.
    pub(crate) fn count(&mut self, post: &Labelled, tags: &[String]) {
        let tags = &tags[..tags.len().min(AT)];
        let found = post.tags.iter().filter(|subject| {
            let said = |tag: &String| subject.iter().any(|way| says(tag, way));
            tags.iter().any(said)
        });
        self.given += tags.len();
        self.right += found.count().min(tags.len());
        self.wanted += post.tags.len().min(AT);
    }

    /// The share of the tags given that are right.
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.given)
    }

    /// The share of the tags wanted, five of each post at most, that were given.
    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.wanted)
    }

    /// Both in one figure.
    pub(crate) fn f1(self) -> f64 {
        share(2 * self.right, self.given + self.wanted)
    }
}

fn share(part: usize, of: usize) -> f64 {
    let number = |it: usize| f64::from(u32::try_from(it).unwrap());
    if of == 0 {
        1.0
    } else {
        number(part) / number(of)
    }
}

/// Whether a tag is what a person wrote, or another form of those words.
fn says(tag: &str, way: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let pieces = text.split(|it: char| it.is_whitespace() || matches!(it, '-' | '_'));
        pieces
            .map(|it| it.to_lowercase().replace('ё', "е"))
            .collect()
    };
    let (one, other) = (words(tag), words(way));
    TagKey::of(tag) == TagKey::of(way)
        || one.len() == other.len()
            && one
                .iter()
                .zip(&other)
                .all(|(one, other)| are_forms(one, other))
}

/// They differ in an ending of at most three letters.
fn are_forms(one: &str, other: &str) -> bool {
    let pairs = one.chars().zip(other.chars());
    let same = pairs.take_while(|(one, other)| one == other).count();
    let rest = [one, other].map(|it| it.chars().count() - same);
    let longest = rest.into_iter().max().unwrap();
    longest == 0 || same >= 4 && longest <= 3 || same == 3 && longest <= 1
}

#[test]
fn forms_of_a_word_say_the_same() {
    assert!(says("batteries", "battery"));
    assert!(says("ставку", "ставка"));
    assert!(says("machine_learning", "Machine Learning"));
    assert!(!says("learning", "machine learning"));
    assert!(!says("bank", "banana"));
}
