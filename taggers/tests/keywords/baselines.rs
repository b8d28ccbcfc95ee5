//! What the tagger is compared with.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use unicode_segmentation::UnicodeSegmentation as _;

/// How many tags each gives.
const TAGS: usize = 5;

/// Words that are frequent in a post and rare in its channel, without stop words.
pub(crate) struct TfIdf {
    stop: HashSet<&'static str>,
    posts: usize,
    with_word: BTreeMap<String, usize>,
}

impl TfIdf {
    /// With what is usual in these posts of a channel.
    pub(crate) fn of<'a>(language: &str, posts: impl Iterator<Item = &'a str>) -> Self {
        let stop = stop_words::lookup(language)
            .unwrap()
            .iter()
            .copied()
            .collect();
        let (mut count, mut with_word) = (0, BTreeMap::new());
        for post in posts {
            count += 1;
            let words: BTreeSet<String> = words(post).collect();
            for word in words {
                *with_word.entry(word).or_default() += 1;
            }
        }
        Self {
            stop,
            posts: count,
            with_word,
        }
    }

    pub(crate) fn tags(&self, post: &str) -> Vec<String> {
        let number = |it: usize| f64::from(u32::try_from(it).unwrap());
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for word in words(post).filter(|word| !self.stop.contains(word.as_str())) {
            *times.entry(word).or_default() += 1;
        }
        let weigh = |(word, times): (String, usize)| {
            let with = self.with_word.get(&word).copied().unwrap_or_default();
            let rare = (number(self.posts + 1) / number(with + 1)).ln() + 1.0;
            (word, number(times) * rare)
        };
        let mut ranked: Vec<(String, f64)> = times.into_iter().map(weigh).collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        ranked
            .into_iter()
            .take(TAGS)
            .map(|(word, _)| word)
            .collect()
    }
}

fn words(post: &str) -> impl Iterator<Item = String> + '_ {
    let words = post.unicode_words().map(str::to_lowercase);
    words.filter(|word| word.chars().any(char::is_alphabetic))
}

/// YAKE with its usual settings.
pub(crate) fn yake(language: &str, post: &str) -> Vec<String> {
    let stop = yake_rust::StopWords::predefined(language).unwrap();
    let found = yake_rust::get_n_best(TAGS, post, &stop, &yake_rust::Config::default());
    found.into_iter().map(|it| it.raw).collect()
}
