//! What a post says.

use std::collections::BTreeSet;

use sesame_domain::ports::PostToTag;
use sesame_domain::tag::{ChannelUsage, TagKey};

use super::boilerplate::{Line, kind, normal_line};
use super::forms::form_term;
use super::language::{Language, Recogniser};
use super::lexicon::Lexicon;
use super::links;
use super::tokens::{Token, hashtags, tokens};
use super::words::{Word, classify};

/// How many characters of a post are read: what it is about stands before.
const READ_MAX: usize = 6000;
/// A text of so many words in a language has at least one that says nothing.
const WITHOUT_STOP_WORDS: usize = 15;

/// A post, read.
pub(super) struct Reading {
    pub(super) lexicon: Lexicon,
    /// Its words, in their order, without those of lines that say nothing about it.
    pub(super) words: Vec<Word>,
    /// Its hashtags, without those that stand in such lines alone.
    pub(super) hashtags: Vec<String>,
    /// The hosts of its links, each once.
    pub(super) hosts: Vec<String>,
    /// Its lines as they are compared with those of other posts.
    lines: Vec<String>,
    /// The hosts of all its links.
    leads_to: Vec<String>,
}

impl Reading {
    /// Reads a post of a channel in which this is usual.
    pub(super) fn of(
        post: &PostToTag,
        usage: Option<&ChannelUsage>,
        recogniser: &Recogniser,
    ) -> Self {
        let end = post.text.char_indices().nth(READ_MAX).map(|(at, _)| at);
        let text = &post.text[..end.unwrap_or(post.text.len())];
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for line in text.lines() {
            match kind(line, usage) {
                Line::Says => kept.push(line),
                Line::Leads => {}
                Line::SaysNothing => dropped.push(line),
            }
        }
        let tokens: Vec<Vec<Token>> = kept.iter().map(|line| tokens(line)).collect();
        let usual = usage.and_then(ChannelUsage::usual_language);
        let language = language(&tokens, recogniser, usual.and_then(Language::of_code));
        let lexicon = Lexicon::of(language);
        Self {
            words: classify(&tokens, lexicon, usage),
            lexicon,
            hashtags: without_those_of(&dropped, &kept, &post.hashtags),
            hosts: hosts(&dropped, &post.links),
            lines: text.lines().filter_map(normal_line).collect(),
            leads_to: hosts(&[], &post.links),
        }
    }

    /// Counts it for what is usual in its channel.
    pub(super) fn note(&self, usage: &mut ChannelUsage) {
        let language = self.lexicon.language().map(Language::code);
        usage.note(language, &self.terms(), &self.lines);
    }

    fn terms(&self) -> Vec<String> {
        let language = self.lexicon.language();
        let counting = || self.words.iter().filter(|word| word.says_something());
        let mut terms: Vec<String> = counting().map(|word| word.term(language)).collect();
        let names = counting().filter(|word| word.is_name());
        terms.extend(names.map(|word| word.name_term(language)));
        let unsure = counting().filter(|word| word.capital_unsure);
        terms.extend(unsure.map(|word| word.unsure_term(language)));
        let forms = counting().filter_map(|word| form_term(self.lexicon, &word.lower));
        terms.extend(forms);
        let pairs = self.words.windows(2).filter_map(|pair| match pair {
            [one, other] => pair_term(one, other, language),
            _ => None,
        });
        terms.extend(pairs);
        terms.extend(self.leads_to.iter().map(|host| host_term(host)));
        terms
    }
}

/// What two words that follow each other are counted as.
pub(super) fn pair_term(one: &Word, other: &Word, language: Option<Language>) -> Option<String> {
    let follows = other.before == super::tokens::Before::Blank;
    (follows && one.says_something() && other.says_something())
        .then(|| format!("{} {}", one.term(language), other.stem))
}

/// What a host is counted as.
pub(super) fn host_term(host: &str) -> String {
    format!("@{host}")
}

fn language(
    lines: &[Vec<Token>],
    recogniser: &Recogniser,
    usual: Option<Language>,
) -> Option<Language> {
    let words: Vec<&str> = lines
        .iter()
        .flatten()
        .map(|token| token.text.as_str())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    let language = recogniser.recognise(&words, usual)?;
    let lexicon = Lexicon::of(Some(language));
    // A language that is not known looks like the nearest that is.
    let says_nothing = |word: &&str| lexicon.is_stop(&word.to_lowercase());
    let is_written = words.len() < WITHOUT_STOP_WORDS || words.iter().any(says_nothing);
    is_written.then_some(language)
}

/// Hashtags that stand elsewhere than in lines that say nothing, each once.
fn without_those_of(dropped: &[&str], kept: &[&str], all: &[String]) -> Vec<String> {
    let keys = |lines: &[&str]| -> BTreeSet<TagKey> {
        let tags = lines.iter().flat_map(|line| hashtags(line));
        tags.filter_map(TagKey::of).collect()
    };
    let (dropped, kept) = (keys(dropped), keys(kept));
    let mut seen = BTreeSet::new();
    let counts = |tag: &&String| {
        TagKey::of(tag)
            .is_some_and(|key| (kept.contains(&key) || !dropped.contains(&key)) && seen.insert(key))
    };
    all.iter().filter(counts).cloned().collect()
}

/// Hosts of links that do not stand in lines that say nothing.
fn hosts(dropped: &[&str], links: &[String]) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for link in links {
        if let Some(host) = links::host(link)
            && !hosts.contains(&host)
            && !dropped.iter().any(|line| line.contains(link.as_str()))
        {
            hosts.push(host);
        }
    }
    hosts
}
