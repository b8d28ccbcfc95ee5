//! What is usual in a channel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many terms are counted at most.
const TERMS_MAX: usize = 8192;
/// How many lines are counted at most.
const LINES_MAX: usize = 512;
/// After so many posts the older ones count half.
const POSTS_MAX: u32 = 1024;
/// How many languages a channel is counted in at most.
const LANGUAGES_MAX: usize = 16;

/// What is usual in a channel: in how many of its posts a term stood, which lines stand
/// there again and again, in which languages it writes.
///
/// It rolls: once it has seen many posts, every count is halved, and what was seen once
/// is forgotten; once it is full, what is rarest is. So it has a bounded size (150 KiB as
/// JSON at most) and goes with a channel that changes its subject. Terms and lines are kept as 32-bit
/// hashes that no program's version changes: two terms share one by chance, about once
/// in half a million, and then count as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelUsage {
    posts: u32,
    languages: BTreeMap<String, u32>,
    terms: BTreeMap<u32, u32>,
    lines: BTreeMap<u32, u32>,
}

impl ChannelUsage {
    /// Counts one more post: its language, if it is known, its terms and its lines. What
    /// stands there twice counts once.
    pub fn note(&mut self, language: Option<&str>, terms: &[String], lines: &[String]) {
        self.posts = self.posts.saturating_add(1);
        if let Some(language) = language {
            let posts = self.languages.entry(language.to_owned()).or_default();
            *posts = posts.saturating_add(1);
        }
        count(&mut self.terms, terms);
        count(&mut self.lines, lines);
        if self.posts >= POSTS_MAX {
            self.halve();
        }
        shrink(&mut self.terms, TERMS_MAX);
        shrink(&mut self.lines, LINES_MAX);
        while self.languages.len() > LANGUAGES_MAX {
            let rarest = self.languages.iter().min_by_key(|(_, posts)| **posts);
            let Some((rarest, _)) = rarest else { break };
            let rarest = rarest.clone();
            self.languages.remove(&rarest);
        }
    }

    /// How many posts are counted, older ones by half.
    pub fn posts(&self) -> u32 {
        self.posts
    }

    /// How many of them are in this language.
    pub fn posts_in(&self, language: &str) -> u32 {
        self.languages.get(language).copied().unwrap_or_default()
    }

    /// The language of most posts.
    pub fn usual_language(&self) -> Option<&str> {
        let most = self.languages.iter().rev().max_by_key(|(_, posts)| **posts);
        most.map(|(language, _)| language.as_str())
    }

    /// In how many posts the term stood.
    pub fn with_term(&self, term: &str) -> u32 {
        self.terms.get(&hash(term)).copied().unwrap_or_default()
    }

    /// In how many posts the line stood.
    pub fn with_line(&self, line: &str) -> u32 {
        self.lines.get(&hash(line)).copied().unwrap_or_default()
    }

    /// The older half of what it knows.
    fn halve(&mut self) {
        self.posts /= 2;
        halve(&mut self.languages);
        halve(&mut self.terms);
        halve(&mut self.lines);
    }
}

fn count(counts: &mut BTreeMap<u32, u32>, texts: &[String]) {
    let mut hashes: Vec<u32> = texts.iter().map(|text| hash(text)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    for hash in hashes {
        let count = counts.entry(hash).or_default();
        *count = count.saturating_add(1);
    }
}

/// What stood there once is forgotten.
fn halve<K: Ord>(counts: &mut BTreeMap<K, u32>) {
    for count in counts.values_mut() {
        *count /= 2;
    }
    counts.retain(|_, count| *count > 0);
}

/// Forgets what is rarest, until no more than so many are left: the number of posts, of
/// which the others are a share, stays.
fn shrink(counts: &mut BTreeMap<u32, u32>, most: usize) {
    let mut rare = 1;
    while counts.len() > most {
        counts.retain(|_, count| *count > rare);
        rare = rare.saturating_mul(2);
    }
}

/// FNV-1a: the same with every version of the compiler, unlike the one of the library.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn it_counts_posts_and_not_how_often_a_word_stands_in_one() {
        let mut usage = ChannelUsage::default();
        usage.note(Some("en"), &words("rust rust cargo"), &[]);
        usage.note(Some("en"), &words("rust"), &words("footer footer"));
        usage.note(Some("ru"), &words("раст"), &words("footer"));
        assert_eq!(usage.posts(), 3);
        assert_eq!(usage.posts_in("en"), 2);
        assert_eq!(usage.posts_in("de"), 0);
        assert_eq!(usage.usual_language(), Some("en"));
        assert_eq!(usage.with_term("rust"), 2);
        assert_eq!(usage.with_term("cargo"), 1);
        assert_eq!(usage.with_term("footer"), 0);
        assert_eq!(usage.with_line("footer"), 2);
    }

    #[test]
    fn older_posts_count_half() {
        let mut usage = ChannelUsage::default();
        usage.note(Some("en"), &words("once"), &words("once"));
        for _ in 1..POSTS_MAX {
            usage.note(Some("en"), &words("always"), &words("footer"));
        }
        assert_eq!(usage.posts(), POSTS_MAX / 2);
        assert_eq!(usage.posts_in("en"), POSTS_MAX / 2);
        assert_eq!(usage.with_term("always"), (POSTS_MAX - 1) / 2);
        assert_eq!(usage.with_line("footer"), (POSTS_MAX - 1) / 2);
        assert_eq!(usage.with_term("once"), 0);
        assert_eq!(usage.with_line("once"), 0);
    }

    #[test]
    fn it_never_grows_beyond_its_bounds_and_keeps_what_is_frequent() {
        let mut usage = ChannelUsage::default();
        for post in 0..500 {
            let mut terms: Vec<String> = (0..100).map(|it| format!("{post}-{it}")).collect();
            terms.push("usual".to_owned());
            usage.note(Some(&format!("l{post}")), &terms, &terms);
            assert!(usage.terms.len() <= TERMS_MAX);
            assert!(usage.lines.len() <= LINES_MAX);
            assert!(usage.languages.len() <= LANGUAGES_MAX);
        }
        assert_eq!(usage.with_term("usual"), 500);
        assert_eq!(usage.with_line("usual"), 500);
        assert!(serde_json::to_string(&usage).unwrap().len() < 150 * 1024);
    }

    #[test]
    fn a_row_is_read_back_also_one_of_an_older_program() {
        let mut usage = ChannelUsage::default();
        usage.note(Some("pt"), &words("bolsa de valores"), &words("rodapé"));
        let row = serde_json::to_string(&usage).unwrap();
        assert_eq!(serde_json::from_str::<ChannelUsage>(&row).unwrap(), usage);
        let empty: ChannelUsage = serde_json::from_str("{}").unwrap();
        assert_eq!(empty, ChannelUsage::default());
    }

    #[test]
    fn hashes_are_the_ones_of_the_rows_that_are_there() {
        assert_eq!(hash(""), 0x811c_9dc5);
        assert_eq!(hash("foobar"), 0xbf9c_f968);
    }
}
