//! What the local tagger does with one post.

use proptest::prelude::*;
use rstest::rstest;
use sesame_domain::ports::{TagChoice, Tagger as _};
use sesame_domain::tag::{ChannelUsage, TAGS_A_POST, TagLabel, TagOrigin};
use sesame_taggers::keywords::Keywords;

use crate::posts::{labels, post, tags, usage};

fn tags_of(text: &str) -> Vec<String> {
    labels(&Keywords::new(), post(text))
}

fn has(tags: &[String], tag: &str) -> bool {
    tags.iter().any(|it| it == tag)
}

#[rstest]
#[case(
    "We tried the new AI assistant for a week, and AI is everywhere now",
    "AI"
)]
#[case("Оператор запускает 5G в метро: сеть 5G заработает осенью", "5G")]
#[case("Правительство обсудило, как ИИ меняет школы и университеты", "ИИ")]
#[case("O governo discute regras para a IA nas escolas", "IA")]
#[case("The committee rewrote its parser in C++ last month", "C++")]
fn short_words_count(#[case] text: &str, #[case] expected: &str) {
    let tags = tags_of(text);
    assert!(has(&tags, expected), "{tags:?}");
}

#[test]
fn hashtags_are_tags_as_they_are_written() {
    let found = tags(
        &Keywords::new(),
        post("Сегодня о погоде #Погода_в_Туле #ИИ"),
    );
    let hashtags = found.iter().filter(|tag| tag.origin == TagOrigin::Hashtag);
    let hashtags: Vec<&str> = hashtags.map(|tag| tag.label.as_str()).collect();
    assert_eq!(hashtags, ["Погода_в_Туле", "ИИ"]);
}

#[test]
fn names_inside_of_a_sentence_are_tags() {
    let tags = tags_of("Yesterday the mayor of Riverton met Anna Lindqvist to discuss trams");
    assert!(has(&tags, "Riverton"), "{tags:?}");
    assert!(has(&tags, "Anna Lindqvist"), "{tags:?}");
}

#[test]
fn german_nouns_are_tags_and_what_is_written_small_is_none() {
    let tags = tags_of("Die Wärmepumpe heizt leise und sparsam, die Förderung endet bald");
    assert!(
        has(&tags, "Wärmepumpe") && has(&tags, "Förderung"),
        "{tags:?}"
    );
    let small = |tag: &String| tag.chars().all(char::is_lowercase);
    assert!(!tags.iter().any(small), "{tags:?}");
}

#[test]
fn plural_and_singular_are_one_tag() {
    let tags = tags_of("This battery lasts. Batteries of this kind are rare, the battery is new");
    let of_battery = tags
        .iter()
        .filter(|tag| tag.to_lowercase().starts_with("batter"));
    assert_eq!(of_battery.count(), 1, "{tags:?}");
    assert!(has(&tags, "battery"), "{tags:?}");
}

#[test]
fn a_word_is_shown_as_it_is_written_and_never_as_its_stem() {
    let text = "Экономика растет. Об экономике говорят все, экономика важнее. Ипотечные ставки";
    for tag in tags_of(text) {
        let written = text.to_lowercase().contains(&tag.to_lowercase());
        assert!(written, "{tag}");
    }
    assert!(has(&tags_of(text), "экономика"));
}

#[test]
fn a_phrase_and_a_word_of_it_are_not_both_tags() {
    let text = "Machine learning is hard. Learning machine learning takes time, but machine \
                learning pays";
    let tags = tags_of(text);
    assert!(has(&tags, "machine learning"), "{tags:?}");
    assert!(
        !has(&tags, "learning") && !has(&tags, "machine"),
        "{tags:?}"
    );
}

#[rstest]
#[case::emoji("🔥🔥🔥 👍")]
#[case::nothing("")]
#[case::blanks(" \n\n ")]
#[case::stop_words("And so it was, of course")]
#[case::telegram("https://t.me/some_channel/123")]
#[case::a_footer("👉 Subscribe: @some_channel")]
#[case::numbers("12 345,67 — 2026")]
fn a_post_that_says_nothing_has_no_tags(#[case] text: &str) {
    assert_eq!(tags_of(text), Vec::<String>::new());
}

#[test]
fn a_post_of_only_a_link_is_about_where_it_leads() {
    assert_eq!(
        tags_of("https://www.github.com/rust-lang/rust"),
        ["github.com"]
    );
    let text = "The parliament passed a law on pensions https://example.com/law";
    assert!(!has(&tags_of(text), "example.com"));
}

#[test]
fn a_link_to_where_the_channel_always_leads_says_nothing() {
    let keywords = Keywords::new();
    let texts: Vec<String> = (0..9)
        .map(|it| format!("https://example.com/{it}"))
        .collect();
    let mut another = post("https://example.com/another");
    another.usage = Some(usage(&keywords, texts.iter().map(String::as_str)));
    assert_eq!(labels(&keywords, another), Vec::<String>::new());
}

#[test]
fn lines_that_recur_in_a_channel_are_no_candidates() {
    let keywords = Keywords::new();
    let footer = "☕️ Zuckerwatte Lantern Digest for curious people";
    let subjects = ["glaciers", "violins", "tractors", "beehives"];
    let texts = subjects.map(|it| format!("A long story about {it} and their makers.\n\n{footer}"));
    let mut one = post(&format!(
        "A word about lighthouses and keepers.\n\n{footer}"
    ));
    let tags = labels(&keywords, one.clone());
    assert!(has(&tags, "Zuckerwatte Lantern Digest"), "{tags:?}");
    one.usage = Some(usage(&keywords, texts.iter().map(String::as_str)));
    let tags = labels(&keywords, one);
    assert!(has(&tags, "lighthouses"), "{tags:?}");
    assert!(
        !tags.iter().any(|tag| tag.contains("Zuckerwatte")),
        "{tags:?}"
    );
}

#[test]
fn a_hashtag_of_a_recurring_line_is_none() {
    let keywords = Keywords::new();
    let texts = ["one", "two", "three", "four"].map(|it| format!("About {it}\n\n#digest by #us"));
    let mut another = post("About #pensions\n\n#digest by #us");
    another.usage = Some(usage(&keywords, texts.iter().map(String::as_str)));
    let tags = labels(&keywords, another);
    assert_eq!(tags, ["pensions"]);
}

#[test]
fn advertising_tails_are_no_candidates() {
    let text = "Банк снизил ставку по ипотеке.\n\nРеклама. ООО «Вектор», erid: 2VtzqwQhXyz";
    let tags = tags_of(text);
    assert!(
        !tags
            .iter()
            .any(|tag| tag.contains("Вектор") || tag.contains("erid")),
        "{tags:?}"
    );
}

#[test]
fn what_is_usual_in_a_channel_says_less_than_what_is_not() {
    let keywords = Keywords::new();
    let text = "Notes on gardening with compost";
    let usual: Vec<String> = ["roses", "ferns", "lilies", "moss", "tulips", "thyme"]
        .into_iter()
        .map(|it| format!("Notes on gardening with {it}"))
        .collect();
    let mut with = post(text);
    with.usage = Some(usage(&keywords, usual.iter().map(String::as_str)));
    let tags = labels(&keywords, with);
    assert_eq!(
        tags.first().map(String::as_str),
        Some("compost"),
        "{tags:?}"
    );
}

#[test]
fn the_same_post_and_usage_give_the_same_tags() {
    let text = "Tesla, Nvidia, Apple, Samsung, Intel and Sony agreed on charging, batteries, \
                screens, chips and cameras in Tokyo, Berlin, Lisbon and Austin";
    let first = tags_of(text);
    assert_eq!(first.len(), TAGS_A_POST);
    for _ in 0..20 {
        assert_eq!(tags_of(text), first);
    }
}

#[test]
fn a_word_that_the_person_has_as_a_tag_is_that_tag() {
    let mut one = post("Batteries are getting cheaper: new batteries for every car");
    one.known = vec![TagLabel::new("Battery").unwrap()];
    let tags = labels(&Keywords::new(), one);
    assert!(has(&tags, "Battery"), "{tags:?}");
    assert!(!has(&tags, "batteries"), "{tags:?}");
}

#[test]
fn only_the_persons_tags_are_given_if_they_want_no_others() {
    let mut one = post("The #rust compiler got faster, and its cars were sold in Berlin");
    one.known = ["cars", "Rust", "cooking"]
        .map(|it| TagLabel::new(it).unwrap())
        .to_vec();
    one.choice = TagChoice::OnlyMine;
    assert_eq!(labels(&Keywords::new(), one.clone()), ["Rust", "cars"]);
    one.known.clear();
    assert_eq!(labels(&Keywords::new(), one), Vec::<String>::new());
}

#[rstest]
#[case::a_host("https://github.com/some/code", "github.com")]
#[case::a_word_that_says_nothing_by_itself("Новое видео о кошках", "Видео")]
#[case::another_form("Стоимость вакцины выросла", "вакцина")]
#[case::a_phrase("Inflation and interest rates", "Interest rate")]
fn a_tag_of_the_persons_is_found_however_the_post_says_it(#[case] text: &str, #[case] tag: &str) {
    let mut one = post(text);
    one.known = vec![
        TagLabel::new(tag).unwrap(),
        TagLabel::new("another").unwrap(),
    ];
    one.choice = TagChoice::OnlyMine;
    assert_eq!(labels(&Keywords::new(), one), [tag]);
}

#[test]
fn a_tag_that_is_there_is_not_given_again_as_a_phrase() {
    let text = "Machine learning, machine learning: learning by a machine #machinelearning";
    let mut one = post(text);
    one.known = vec![TagLabel::new("machinelearning").unwrap()];
    let tags = labels(&Keywords::new(), one);
    let same = tags
        .iter()
        .filter(|tag| tag.replace(' ', "").to_lowercase() == "machinelearning");
    assert_eq!(same.count(), 1, "{tags:?}");
}

#[test]
fn a_hashtag_without_words_takes_no_other_tag_away() {
    let tags = tags_of("O preço da bateria caiu: bateria nova #de");
    assert!(has(&tags, "de") && has(&tags, "bateria"), "{tags:?}");
}

#[test]
fn the_persons_tags_come_first_if_they_prefer_them() {
    let mut one = post("Berlin builds a tram line and Riverton builds a harbour for ferries");
    one.known = ["ferry", "cooking"]
        .map(|it| TagLabel::new(it).unwrap())
        .to_vec();
    one.choice = TagChoice::PreferMine;
    let tags = labels(&Keywords::new(), one);
    assert!(tags.len() > 1, "{tags:?}");
    assert!(!has(&tags, "cooking") && !has(&tags, "ferries"), "{tags:?}");
}

#[test]
fn what_needs_no_translation_is_given_where_another_language_is_wanted() {
    let mut one = post(
        "Правительство купило у компании Nvidia ускорители для ИИ: школы и больницы рады #наука",
    );
    one.language = Some("en".to_owned());
    let tags = labels(&Keywords::new(), one.clone());
    assert!(has(&tags, "наука") && has(&tags, "Nvidia"), "{tags:?}");
    assert!(!has(&tags, "Правительство"), "{tags:?}");
    one.language = Some("ru".to_owned());
    let same = labels(&Keywords::new(), one);
    assert!(has(&same, "Правительство"), "{same:?}");
}

#[rstest]
#[case("日本銀行は金利を引き上げた。5GとAIについて")]
#[case("بانک مرکزی نرخ بهره را افزایش داد")]
#[case("ธนาคารกลางขึ้นดอกเบี้ย")]
fn a_language_that_is_not_known_does_no_harm(#[case] text: &str) {
    for tag in tags_of(text) {
        assert!(text.contains(&tag));
    }
}

#[test]
fn there_is_an_answer_for_each_post_in_their_order() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let keywords = Keywords::new();
    let posts = ["#one", "🔥", "#three"].map(post);
    let answers = runtime.block_on(keywords.tag(&posts));
    let answers: Vec<Vec<String>> = answers
        .into_iter()
        .map(|it| {
            it.unwrap()
                .iter()
                .map(|tag| tag.label.to_string())
                .collect()
        })
        .collect();
    assert_eq!(
        answers,
        [vec!["one".to_owned()], vec![], vec!["three".to_owned()]]
    );
    assert!(keywords.batch() > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_post_says_it_gets_a_few_tags_each_once(
        text in "([A-ZА-Яa-zа-яё0-9#@.,:/«»\"'&+🔥\u{200b}-]{0,9}[ \n]){0,40}|.{0,80}"
    ) {
        let keywords = Keywords::new();
        let mut one = post(&text);
        let mut usage = ChannelUsage::default();
        keywords.learn(&mut usage, &one);
        one.usage = Some(std::sync::Arc::new(usage));
        let tags = tags(&keywords, one);
        prop_assert!(tags.len() <= TAGS_A_POST);
        let mut keys: Vec<_> = tags.iter().map(|tag| tag.label.key().clone()).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), tags.len());
    }
}
