//! A service that is left alone: since it wants to be, does not answer, or the budget is
//! used up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sesame_domain::ports::{Tagger as _, TaggerError};
use sesame_domain::time::Clock as _;
use sesame_taggers::service::ServiceTagger;
use sesame_test_doubles::{Behaviour, Received, ShiftedClock, TaggingService};

use crate::support::{one, parts_by, post, settings};

/// A stand-in, a clock that can be set, and a tagger by it.
fn all() -> (TaggingService, Arc<ShiftedClock>, ServiceTagger) {
    let service = TaggingService::start().unwrap();
    let clock = Arc::new(ShiftedClock::default());
    let tagger = ServiceTagger::new(settings(&service), parts_by(clock.clone())).unwrap();
    (service, clock, tagger)
}

fn later(error: &TaggerError) -> Duration {
    match error {
        TaggerError::Later(wait) => *wait,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_short_wait_that_it_asks_for_is_kept() {
    let (service, _, tagger) = all();
    service.next([
        Behaviour::Limit(Some("1".to_owned())),
        Behaviour::Busy("1".to_owned()),
    ]);
    let begun = Instant::now();
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    assert!(begun.elapsed() >= Duration::from_secs(2));
    assert_eq!(service.requests().len(), 3);
}

#[tokio::test]
async fn a_long_one_is_for_later_and_no_one_asks_before() {
    let (service, clock, tagger) = all();
    service.next([Behaviour::Limit(Some("120".to_owned()))]);
    let error = one(&tagger, "Rust").await.unwrap_err();
    assert_eq!(later(&error), Duration::from_secs(120));
    clock.set_wall(60);
    let error = one(&tagger, "Rust").await.unwrap_err();
    let left = later(&error);
    assert!(
        left > Duration::from_secs(50) && left <= Duration::from_secs(60),
        "{left:?}"
    );
    assert_eq!(service.requests().len(), 1);
    clock.set_wall(61);
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
}

#[tokio::test]
async fn a_date_is_understood_as_well() {
    let (service, clock, tagger) = all();
    let until = clock.now() + Duration::from_secs(300);
    service.next([Behaviour::Busy(httpdate::fmt_http_date(until.into()))]);
    let error = one(&tagger, "Rust").await.unwrap_err();
    let left = later(&error);
    assert!(
        left > Duration::from_secs(290) && left <= Duration::from_secs(300),
        "{left:?}"
    );
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn one_that_is_asked_too_often_and_does_not_say_until_when_is_left_alone_in_the_end() {
    let (service, _, tagger) = all();
    service.from_now_on(Behaviour::Limit(None));
    let error = one(&tagger, "Rust").await.unwrap_err();
    assert_eq!(later(&error), Duration::from_secs(60));
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn one_that_does_not_answer_is_left_alone_and_then_tried_once() {
    let (service, clock, tagger) = all();
    service.from_now_on(Behaviour::Status(500, String::new()));
    let failed = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(failed, TaggerError::Unavailable(_)));
    // The fifth failure in a row opens it. It is this post's, so it is its attempt.
    let failed = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(failed, TaggerError::Unavailable(_)));
    assert_eq!(service.requests().len(), 5);
    for _ in 0..3 {
        let wait = later(&one(&tagger, "Rust").await.unwrap_err());
        assert!(
            wait > Duration::from_secs(25) && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
    }
    assert_eq!(service.requests().len(), 5);

    // One tries; it fails, and the next try comes later.
    clock.set_wall(31);
    let failed = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(failed, TaggerError::Unavailable(_)));
    assert_eq!(service.requests().len(), 6);
    assert!(later(&one(&tagger, "Rust").await.unwrap_err()) > Duration::from_secs(50));
    clock.set_wall(61);
    service.from_now_on(Behaviour::Answer);
    for _ in 0..3 {
        assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    }
    assert_eq!(service.requests().len(), 9);
}

#[tokio::test]
async fn a_try_that_its_caller_drops_leaves_the_next_to_another() {
    let (service, clock, tagger) = all();
    service.from_now_on(Behaviour::Status(500, String::new()));
    for _ in 0..2 {
        let _ = one(&tagger, "Rust").await;
    }
    clock.set_wall(31);
    service.next([Behaviour::Silence]);
    let dropped = tokio::time::timeout(Duration::from_millis(100), one(&tagger, "Rust")).await;
    assert!(dropped.is_err());
    service.from_now_on(Behaviour::Answer);
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
}

#[tokio::test]
async fn the_budget_of_a_day_bounds_how_many_posts_go_out() {
    let service = TaggingService::start().unwrap();
    let clock = Arc::new(ShiftedClock::default());
    let mut settings = settings(&service);
    settings.budget = Some(3);
    settings.batch = 2;
    let tagger = ServiceTagger::new(settings, parts_by(clock.clone())).unwrap();
    let posts = ["one", "two", "three", "four", "five"].map(post);
    let answers = tagger.tag(&posts).await;
    for answer in &answers[..3] {
        assert!(answer.is_ok());
    }
    for answer in &answers[3..] {
        let Err(TaggerError::BudgetSpent(wait)) = answer else {
            panic!("{answer:?}");
        };
        assert!(*wait > Duration::from_secs(86_390) && *wait <= Duration::from_secs(86_400));
    }
    let sent: Vec<_> = service.requests().iter().map(Received::texts).collect();
    assert_eq!(sent, [vec!["one", "two"], vec!["three"]]);
    clock.set_wall(86_401);
    assert_eq!(one(&tagger, "six").await.unwrap(), "six");
}

#[tokio::test]
async fn nothing_is_taken_out_of_the_budget_while_nothing_is_asked() {
    let service = TaggingService::start().unwrap();
    let clock = Arc::new(ShiftedClock::default());
    let mut settings = settings(&service);
    settings.budget = Some(2);
    let tagger = ServiceTagger::new(settings, parts_by(clock.clone())).unwrap();
    service.next([Behaviour::Limit(Some("600".to_owned()))]);
    for _ in 0..5 {
        later(&one(&tagger, "Rust").await.unwrap_err());
    }
    clock.set_wall(601);
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    let spent = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(spent, TaggerError::BudgetSpent(_)));
    assert_eq!(service.requests().len(), 2);
}
