//! How good the tags are: precision and recall at 5 over the labelled posts, beside
//! plain TF-IDF and YAKE.

use std::collections::BTreeMap;

use sesame_taggers::keywords::Keywords;

use crate::baselines::{TfIdf, yake};
use crate::labelled::{Fit, Half, Labelled, Language, languages};
use crate::posts::{labels, post};

/// What precision and F1 of the held-out half do not fall below: a few hundredths less
/// than what was measured (docs/TAGS.md).
const FLOORS: [(&str, f64, f64); 5] = [
    ("en", 0.64, 0.58),
    ("ru", 0.58, 0.54),
    ("pt", 0.78, 0.71),
    ("es", 0.70, 0.60),
    ("uk", 0.84, 0.75),
];

/// The tags of the posts of a language.
type Tags<'a> = Box<dyn Fn(&Labelled) -> Vec<String> + 'a>;

fn keywords<'a>(keywords: &'a Keywords, language: &'a Language) -> Tags<'a> {
    Box::new(|labelled| {
        let mut post = post(&labelled.text);
        post.usage = Some(language.usage(labelled));
        labels(keywords, post)
    })
}

fn tf_idf(language: &Language) -> Tags<'_> {
    let mut channels: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for post in &language.posts {
        channels.entry(&post.channel).or_default().push(&post.text);
    }
    let channels: BTreeMap<&str, TfIdf> = channels
        .into_iter()
        .map(|(channel, texts)| (channel, TfIdf::of(language.code, texts.into_iter())))
        .collect();
    Box::new(move |post| channels[post.channel.as_str()].tags(&post.text))
}

fn fit(language: &Language, tags: &Tags<'_>) -> BTreeMap<Half, Fit> {
    let mut fits: BTreeMap<Half, Fit> = BTreeMap::new();
    for (at, post) in language.posts.iter().enumerate() {
        let fit = fits.entry(Half::of(at)).or_default();
        fit.count(post, &tags(post));
    }
    fits
}

#[test]
fn it_is_better_than_plain_tf_idf_and_than_yake() {
    let tagger = Keywords::new();
    println!("| language | posts | tagger | looked at: P, R, F1 | held out: P, R, F1 |");
    println!("| --- | --- | --- | --- | --- |");
    for language in languages(&tagger) {
        let of_tf_idf = fit(&language, &tf_idf(&language));
        let of_yake: Tags<'_> = Box::new(|post| yake(language.code, &post.text));
        let of_yake = fit(&language, &of_yake);
        let ours = fit(&language, &keywords(&tagger, &language));
        for (name, fits) in [
            ("keywords", &ours),
            ("TF-IDF", &of_tf_idf),
            ("YAKE", &of_yake),
        ] {
            let [looked_at, held_out] = [Half::LookedAt, Half::HeldOut].map(|half| {
                let it = fits[&half];
                format!("{:.2} {:.2} {:.2}", it.precision(), it.recall(), it.f1())
            });
            let posts = language.posts.len();
            println!(
                "| {} | {posts} | {name} | {looked_at} | {held_out} |",
                language.code
            );
        }
        let held_out = ours[&Half::HeldOut];
        let (_, precision, f1) = FLOORS.iter().find(|it| it.0 == language.code).unwrap();
        assert!(held_out.precision() >= *precision, "{}", language.code);
        assert!(held_out.f1() >= *f1, "{}", language.code);
        for half in [Half::LookedAt, Half::HeldOut] {
            for baseline in [&of_tf_idf, &of_yake] {
                let (ours, baseline) = (ours[&half], baseline[&half]);
                assert!(
                    ours.precision() > baseline.precision(),
                    "{} {half:?}",
                    language.code
                );
                assert!(ours.f1() > baseline.f1(), "{} {half:?}", language.code);
            }
        }
    }
}

#[test]
#[ignore = "prints the tags of the half that may be looked at"]
fn what_it_says() {
    let tagger = Keywords::new();
    for language in languages(&tagger) {
        let tags = keywords(&tagger, &language);
        for post in language.posts.iter().step_by(2) {
            let wanted: Vec<_> = post.tags.iter().map(|ways| ways.join("|")).collect();
            println!(
                "{}\n  = {}\n  > {}\n",
                post.text,
                wanted.join("; "),
                tags(post).join("; ")
            );
        }
    }
}
