//! Which candidates become a post's tags.

use sesame_domain::ports::{PostToTag, TagChoice};
use sesame_domain::tag::{ChannelUsage, SuggestedTag, TAGS_A_POST, TagKey, TagLabel, TagOrigin};

use super::forms;
use super::known::{Known, stems};
use super::language::Language;
use super::lexicon::Lexicon;
use super::phrases::{Candidate, candidates};
use super::reading::{Reading, host_term};
use super::score::Weights;

/// What says less than this share of what the best says is no tag.
const ENOUGH: f64 = 0.42;
/// A post of so many words that say something has one tag, and one more for each so
/// many more.
const WORDS_A_TAG: usize = 3;
/// A post with fewer words is about where its links lead.
const FEW_WORDS: usize = 3;
/// Hashtags that only say that a post is paid for.
const ADVERTISING: [&str; 8] = [
    "реклама",
    "ad",
    "ads",
    "promo",
    "sponsored",
    "publi",
    "publicidade",
    "промо",
];

/// The tags of a post.
pub(super) fn choose(
    post: &PostToTag,
    reading: &Reading,
    usage: Option<&ChannelUsage>,
    known: &Known,
) -> Vec<SuggestedTag> {
    let mut chosen = Chosen::new(post.choice, reading.lexicon, known, usage);
    let weights = Weights::of(reading, usage);
    let mut ranked = candidates(reading, usage, &weights);
    if is_to_be_translated(post, reading) {
        ranked.retain(|it| it.is_name);
    }
    rank(&mut ranked);
    if post.choice != TagChoice::Free {
        chosen.known_of(post, reading, &weights);
    }
    if post.choice != TagChoice::OnlyMine {
        for hashtag in &reading.hashtags {
            chosen.hashtag(hashtag);
        }
        chosen.best(&ranked, counting(reading));
        if counting(reading) < FEW_WORDS {
            for host in unusual_hosts(reading, usage) {
                chosen.host(host);
            }
        }
    }
    chosen.tags
}

/// Tags are wanted in another language than the post's.
fn is_to_be_translated(post: &PostToTag, reading: &Reading) -> bool {
    let wanted = post.language.as_deref();
    wanted.is_some_and(|wanted| {
        let wanted = Language::of_code(wanted);
        wanted.is_none() || wanted != reading.lexicon.language()
    })
}

/// How many different words of a post say something.
fn counting(reading: &Reading) -> usize {
    let saying = reading.words.iter().filter(|word| word.says_something());
    let mut stems: Vec<&str> = saying.map(|word| word.stem.as_str()).collect();
    stems.sort_unstable();
    stems.dedup();
    stems.len()
}

/// The best first; of equals the one that stands before.
fn rank(candidates: &mut [Candidate]) {
    candidates.sort_by(|one, other| {
        let by_score = other.score.total_cmp(&one.score);
        by_score
            .then(one.first.cmp(&other.first))
            .then_with(|| other.stems.len().cmp(&one.stems.len()))
            .then_with(|| one.text.cmp(&other.text))
    });
}

/// Hosts that do not stand in every second post of the channel.
fn unusual_hosts<'a>(
    reading: &'a Reading,
    usage: Option<&'a ChannelUsage>,
) -> impl Iterator<Item = &'a str> {
    let usual = move |host: &str| {
        usage.is_some_and(|it| it.posts() >= 4 && it.with_term(&host_term(host)) > it.posts() / 2)
    };
    let hosts = reading.hosts.iter().map(String::as_str);
    hosts.filter(move |host| !usual(host))
}

struct Chosen<'a> {
    tags: Vec<SuggestedTag>,
    /// The stems of each.
    stems: Vec<Vec<String>>,
    choice: TagChoice,
    lexicon: Lexicon,
    known: &'a Known,
    usage: Option<&'a ChannelUsage>,
}

impl<'a> Chosen<'a> {
    fn new(
        choice: TagChoice,
        lexicon: Lexicon,
        known: &'a Known,
        usage: Option<&'a ChannelUsage>,
    ) -> Self {
        Self {
            tags: Vec::new(),
            stems: Vec::new(),
            choice,
            lexicon,
            known,
            usage,
        }
    }

    /// The person's tags that are the post's hashtags or the hosts of its links, or whose
    /// words stand in it, also such as say nothing by themselves.
    fn known_of(&mut self, post: &PostToTag, reading: &Reading, weights: &Weights) {
        for hashtag in &reading.hashtags {
            let stems = stems(hashtag, self.lexicon);
            let Some(key) = TagKey::of(hashtag) else {
                continue;
            };
            if let Some(label) = self.known.find(&key, &stems) {
                self.push(label.clone(), TagOrigin::Hashtag, stems);
            }
        }
        for host in &reading.hosts {
            let known = TagKey::of(host).and_then(|key| self.known.find(&key, &[]));
            if let Some(label) = known {
                self.push(label.clone(), TagOrigin::Keywords, vec![host.clone()]);
            }
        }
        let words = reading
            .words
            .iter()
            .filter(|it| !self.lexicon.joins(&it.lower));
        let words: Vec<String> = words.map(|it| it.stem.clone()).collect();
        let mut found: Vec<(f64, usize, &TagLabel)> = Vec::new();
        for (label, at) in self.known.within(&words) {
            let stems = stems(label.as_str(), self.lexicon);
            let worth = stems
                .iter()
                .map(|stem| weights.of_stem(stem))
                .fold(0.0, f64::max);
            // Words of one tag together say more than each.
            let together = if stems.len() > 1 { 1.3 } else { 1.0 };
            found.push((worth * together, at, label));
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        // A word that is only mentioned is no subject, unless the person wants no others.
        let best = found.first().map_or(0.0, |it| it.0);
        let enough = match post.choice {
            TagChoice::OnlyMine => 0.0,
            _ => best * ENOUGH,
        };
        for (_, _, label) in found.into_iter().filter(|it| it.0 >= enough) {
            self.push(
                label.clone(),
                TagOrigin::Keywords,
                stems(label.as_str(), self.lexicon),
            );
        }
    }

    fn hashtag(&mut self, hashtag: &str) {
        let Some(label) = TagLabel::new(hashtag) else {
            return;
        };
        if ADVERTISING.contains(&label.key().as_str())
            || label.as_str().chars().all(char::is_numeric)
        {
            return;
        }
        let stems = stems(hashtag, self.lexicon);
        let label = self
            .known
            .find(label.key(), &stems)
            .cloned()
            .unwrap_or(label);
        self.push(label, TagOrigin::Hashtag, stems);
    }

    /// The best candidates, as many as the post is long enough for.
    fn best(&mut self, ranked: &[Candidate], words: usize) {
        let Some(best) = ranked.first() else { return };
        let most = (self.tags.len() + 1 + words / WORDS_A_TAG).min(TAGS_A_POST);
        for candidate in ranked {
            if self.tags.len() >= most || candidate.score < best.score * ENOUGH {
                break;
            }
            let Some(label) = self.label(candidate) else {
                continue;
            };
            let known = self.known.find(label.key(), &candidate.stems);
            let label = known.cloned().unwrap_or(label);
            if !self.completes(candidate, ranked) {
                self.push(label, TagOrigin::Keywords, candidate.stems.clone());
            }
        }
    }

    /// As it is shown.
    fn label(&self, candidate: &Candidate) -> Option<TagLabel> {
        match candidate.stems.as_slice() {
            [stem] => TagLabel::new(&forms::shown(
                &candidate.text,
                stem,
                self.lexicon,
                self.usage,
            )),
            _ => TagLabel::new(&candidate.text),
        }
    }

    /// Two words that are tags and stand side by side as a phrase are that phrase.
    fn completes(&mut self, word: &Candidate, ranked: &[Candidate]) -> bool {
        let [stem] = word.stems.as_slice() else {
            return false;
        };
        let with = |one: &Vec<String>| match one.as_slice() {
            [one] => ranked.iter().find(|it| {
                let [first, last] = it.stems.as_slice() else {
                    return false;
                };
                it.is_term && (first == one && last == stem || first == stem && last == one)
            }),
            _ => None,
        };
        for at in 0..self.stems.len() {
            let is_keyword = self.tags[at].origin == TagOrigin::Keywords;
            let phrase = self.stems.get(at).filter(|_| is_keyword).and_then(with);
            if let Some(phrase) = phrase
                && self
                    .known
                    .find(self.tags[at].label.key(), &self.stems[at])
                    .is_none()
                && let Some(label) = TagLabel::new(&phrase.text)
            {
                let known = self.known.find(label.key(), &phrase.stems);
                let label = known.cloned().unwrap_or(label);
                if !self.has(&label) {
                    self.tags[at].label = label;
                    self.stems[at].clone_from(&phrase.stems);
                }
                return true;
            }
        }
        false
    }

    fn host(&mut self, host: &str) {
        if let Some(label) = TagLabel::new(host) {
            self.push(label, TagOrigin::Keywords, vec![host.to_owned()]);
        }
    }

    fn has(&self, label: &TagLabel) -> bool {
        self.tags.iter().any(|it| it.label.key() == label.key())
    }

    /// Takes a tag, unless it is there, or says what one that is there says already.
    fn push(&mut self, label: TagLabel, origin: TagOrigin, stems: Vec<String>) {
        let is_near = self.stems.iter().any(|it| are_near(it, &stems));
        let may_be_near = self.choice == TagChoice::OnlyMine || origin == TagOrigin::Hashtag;
        if self.tags.len() >= TAGS_A_POST || self.has(&label) || is_near && !may_be_near {
            return;
        }
        self.tags.push(SuggestedTag { label, origin });
        self.stems.push(stems);
    }
}

/// Whether one has all words of the other. What has no words is near nothing.
fn are_near(one: &[String], other: &[String]) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let within = |one: &[String], other: &[String]| one.iter().all(|stem| other.contains(stem));
    within(one, other) || within(other, one)
}
