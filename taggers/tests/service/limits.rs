//! Each phase has its limit.

use std::time::{Duration, Instant};

use sesame_domain::ports::{PostToTag, Tagger as _, TaggerError};
use sesame_taggers::service::{Fault, Limits, Phase, ServiceSettings, ServiceTagger, fault_of};
use sesame_test_doubles::{Behaviour, DeafListener, TaggingService};

use crate::support::{limits, millis, never, one, post, settings, soon, tagger};

/// Which phase took too long, if one did.
fn phase(error: &TaggerError) -> Option<Phase> {
    match fault_of(error) {
        Some(Fault::TimedOut(phase)) => Some(*phase),
        _ => None,
    }
}

/// Asks once; which phase took too long, and how long it took.
async fn too_long(tagger: &ServiceTagger, posts: &[PostToTag]) -> (Option<Phase>, Duration) {
    let begun = Instant::now();
    let answers = tagger.tag(posts).await;
    let took = begun.elapsed();
    let phases = answers.iter().map(|it| phase(it.as_ref().unwrap_err()));
    let phases: Vec<_> = phases.collect();
    assert!(phases.iter().all(|it| *it == phases[0]), "{phases:?}");
    (phases[0], took)
}

fn once(service: &TaggingService) -> ServiceSettings {
    let mut settings = settings(service);
    settings.retries = never();
    settings
}

/// More than the buffers between here and there hold.
fn many() -> Vec<PostToTag> {
    vec![post(&"слово ".repeat(1_000)); 50]
}

/// A tagger that asks a service that lets no one in.
fn of_the_deaf(listener: &DeafListener, limits: Limits) -> ServiceTagger {
    let url = format!("http://{}/v1", listener.address().unwrap());
    let mut settings = ServiceSettings::new(url.parse().unwrap(), "m");
    settings.allowed_hosts = vec!["127.0.0.1".to_owned()];
    settings.limits = limits;
    settings.retries = never();
    tagger(settings)
}

#[tokio::test]
async fn connecting() {
    let listener = DeafListener::start().unwrap();
    let tagger = of_the_deaf(&listener, limits());
    let (phase, took) = too_long(&tagger, &[post("text")]).await;
    assert_eq!(phase, Some(Phase::Connect));
    assert!(took >= limits().connect, "{took:?}");
}

#[tokio::test]
async fn waiting_for_the_answer_to_begin() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Silence]);
    let (phase, took) = too_long(&tagger(once(&service)), &[post("text")]).await;
    assert_eq!(phase, Some(Phase::Read));
    assert!(took >= limits().read, "{took:?}");
}

#[tokio::test]
async fn waiting_for_the_answer_to_go_on() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::SilenceHalfWay]);
    let (phase, took) = too_long(&tagger(once(&service)), &[post("text")]).await;
    assert_eq!(phase, Some(Phase::Read));
    assert!(took >= limits().read, "{took:?}");
}

#[tokio::test]
async fn sending_to_one_who_does_not_read() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::StopReading]);
    let mut settings = once(&service);
    settings.batch = 50;
    let (phase, took) = too_long(&tagger(settings), &many()).await;
    assert_eq!(phase, Some(Phase::Write));
    assert!(took >= limits().write, "{took:?}");
}

#[tokio::test]
async fn waiting_for_a_connection() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(Behaviour::Silence);
    let mut settings = once(&service);
    settings.connections = 1;
    let tagger = tagger(settings);
    let asked = [[post("one")], [post("two")]];
    let (one, two) = tokio::join!(too_long(&tagger, &asked[0]), too_long(&tagger, &asked[1]));
    assert_eq!((one.0, two.0), (Some(Phase::Read), Some(Phase::Pool)));
    assert!(two.1 >= limits().pool, "{two:?}");
    assert_eq!(service.connections(), 1);
}

#[tokio::test]
async fn the_whole_of_an_answer_that_drips() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Drip(millis(100))]);
    let mut settings = once(&service);
    settings.limits.whole = millis(900);
    let (phase, took) = too_long(&tagger(settings), &[post("text")]).await;
    assert_eq!(phase, Some(Phase::Whole));
    assert!(took >= millis(900), "{took:?}");
}

#[tokio::test]
async fn the_whole_of_all_that_is_tried_again() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(Behaviour::Silence);
    let mut settings = settings(&service);
    settings.limits.whole = millis(2_500);
    let (phase, took) = too_long(&tagger(settings), &[post("text")]).await;
    assert_eq!(phase, Some(Phase::Whole));
    assert!(took >= millis(2_500), "{took:?}");
    // After 0 ms, 1,010 ms and 2,030 ms.
    assert_eq!(service.requests().len(), 3);
}

#[tokio::test]
async fn what_gets_on_slowly_is_waited_for() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Drip(millis(10))]);
    let tagger = tagger(once(&service));
    let begun = Instant::now();
    assert_eq!(one(&tagger, "Rust is fine").await.unwrap(), "Rust,is,fine");
    // Longer than the limit between two bytes.
    assert!(begun.elapsed() > limits().read);
}

/// By hand: `cargo test --workspace --test service real_limits -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "takes as long as the real limits: more than a minute"]
async fn real_limits_are_kept() {
    let real = Limits::default();
    let mut rows = Vec::new();
    let mut note = |what: &str, limit: Duration, (found, took): (Option<Phase>, Duration)| {
        rows.push(format!("{what:32} {limit:>5.1?} {took:>9.3?}  {found:?}"));
        assert!(took >= limit, "{what}: {took:?}");
        assert!(took < limit + millis(1_500), "{what}: {took:?}");
    };
    let with = |service: &TaggingService| {
        let mut settings = once(service);
        settings.limits = real;
        settings.batch = 50;
        settings.connections = 1;
        settings
    };

    let listener = DeafListener::start().unwrap();
    let found = too_long(&of_the_deaf(&listener, real), &[post("text")]).await;
    note("connect", real.connect, found);

    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Silence, Behaviour::SilenceHalfWay]);
    let asked = tagger(with(&service));
    let posts = [post("text")];
    let (headers, pool) = tokio::join!(too_long(&asked, &posts), too_long(&asked, &posts));
    note("read, before the answer", real.read, headers);
    note("pool", real.pool, pool);
    let found = too_long(&tagger(with(&service)), &posts).await;
    note("read, within the answer", real.read, found);

    service.next([Behaviour::StopReading]);
    let found = too_long(&tagger(with(&service)), &many()).await;
    note("write", real.write, found);

    service.next([Behaviour::Drip(Duration::from_secs(2))]);
    let found = too_long(&tagger(with(&service)), &posts).await;
    note("whole, an answer that drips", real.whole, found);

    let before = service.requests().len();
    service.from_now_on(Behaviour::Silence);
    let mut settings = with(&service);
    settings.retries = soon();
    let found = too_long(&tagger(settings), &posts).await;
    note("whole, with what is tried again", real.whole, found);
    println!("phase                            limit      took  found");
    println!("{}", rows.join("\n"));
    println!(
        "requests in the last: {}",
        service.requests().len() - before
    );
}
