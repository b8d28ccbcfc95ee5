//! What a post costs. Printed, never asserted: a busy machine says nothing.

use std::sync::Arc;

use sesame_domain::ports::{PostToTag, Tagger as _};
use sesame_domain::tag::{ChannelUsage, TagLabel};
use sesame_taggers::keywords::Keywords;

use crate::labelled::languages;
use crate::posts::post;

/// How much memory of this process is its own, and how much is pages of files, in KiB.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    (of("RssAnon:"), of("RssFile:"))
}

/// How long this thread has run, without what others took.
fn microseconds() -> f64 {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = figures.split_whitespace().next().unwrap();
    nanoseconds.parse::<f64>().unwrap() / 1e3
}

#[test]
#[ignore = "prints figures; cargo test --release --workspace --test keywords -- --ignored --nocapture cost"]
fn what_a_post_costs() {
    let before = memory();
    let keywords = Keywords::new();
    let after_new = memory();
    let languages = languages(&keywords);
    let posts: Vec<_> = languages
        .iter()
        .flat_map(|language| {
            language.posts.iter().map(|labelled| {
                let mut post = post(&labelled.text);
                post.usage = Some(language.usage(labelled));
                post
            })
        })
        .collect();
    let number = f64::from(u32::try_from(posts.len()).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    let tag = |posts: &[PostToTag]| {
        for batch in posts.chunks(keywords.batch()) {
            runtime.block_on(keywords.tag(batch));
        }
    };
    tag(&posts[..1]);
    let after_first = memory();
    let of_all = |what: &dyn Fn()| {
        what();
        let began = microseconds();
        for _ in 0..5 {
            what();
        }
        (microseconds() - began) / 5.0 / number
    };
    println!("tagging a post: {:.0} µs", of_all(&|| tag(&posts)));
    let known: Vec<TagLabel> = (0..1000)
        .filter_map(|it| TagLabel::new(&format!("tag number {it}")))
        .collect();
    let mut with_tags = posts.clone();
    for post in &mut with_tags {
        post.known.clone_from(&known);
    }
    let tagged = of_all(&|| tag(&with_tags));
    println!("tagging a post of a person with 1,000 tags, in batches: {tagged:.0} µs");
    let learnt = of_all(&|| {
        let mut usage = ChannelUsage::default();
        for post in &posts {
            keywords.learn(&mut usage, post);
        }
    });
    println!("learning from a post: {learnt:.0} µs");
    let long = post(
        &posts
            .iter()
            .map(|post| post.text.as_str())
            .collect::<String>(),
    );
    let began = microseconds();
    tag(&[long]);
    println!("tagging a very long post: {:.0} µs", microseconds() - began);
    let mut usage = ChannelUsage::default();
    for post in &posts {
        keywords.learn(&mut usage, post);
    }
    let row = serde_json::to_string(&Arc::new(usage)).unwrap();
    println!("usage of {number} posts: {} bytes as JSON", row.len());
    let after = memory();
    println!(
        "memory, own and pages of files, KiB: {before:?}, with a tagger {after_new:?}, after the first post {after_first:?}, after all posts {after:?}"
    );
}
