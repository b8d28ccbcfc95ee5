//! What is tried again, and how often.

use std::time::{Duration, Instant};

use sesame_domain::ports::TaggerError;
use sesame_taggers::service::{Fault, ServiceSettings, ServiceTagger, fault_of};
use sesame_test_doubles::{Behaviour, TaggingService};
use tokio::net::TcpSocket;

use crate::support::{FixedNames, limits, one, parts, settings, soon, tagger};

fn failing() -> Behaviour {
    Behaviour::Status(500, "{}".to_owned())
}

#[tokio::test]
async fn a_connection_is_tried_three_times_more() {
    // Someone has the port, and does not listen.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = taken.local_addr().unwrap();
    let names = FixedNames::new([address]);
    let url = format!("http://tagger.test:{}/v1", address.port());
    let mut settings = ServiceSettings::new(url.parse().unwrap(), "m");
    settings.allowed_hosts = vec!["tagger.test".to_owned()];
    settings.limits = limits();
    settings.retries = soon();
    let mut parts = parts();
    parts.names = names.clone();
    let tagger = ServiceTagger::new(settings, parts).unwrap();
    let error = one(&tagger, "text").await.unwrap_err();
    assert!(matches!(fault_of(&error), Some(Fault::NotConnected(_))));
    assert_eq!(names.asked(), 4);
}

#[tokio::test]
async fn a_service_that_fails_three_times_is_asked_a_fourth() {
    let service = TaggingService::start().unwrap();
    service.next([
        failing(),
        Behaviour::Status(502, "<html>".to_owned()),
        Behaviour::Status(503, String::new()),
    ]);
    let tagger = tagger(settings(&service));
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn one_that_goes_on_failing_is_not_asked_a_fifth_time() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(failing());
    let error = one(&tagger(settings(&service)), "Rust").await.unwrap_err();
    assert!(matches!(fault_of(&error), Some(Fault::Status(it)) if it.as_u16() == 500));
    assert!(error.is_passing());
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn waits_double() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(failing());
    let begun = Instant::now();
    let _ = one(&tagger(settings(&service)), "Rust").await;
    // 10 ms, 20 ms and 40 ms.
    assert!(begun.elapsed() >= Duration::from_millis(70));
}

#[tokio::test]
async fn whatever_takes_too_long_is_tried_again() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Silence, Behaviour::SilenceHalfWay]);
    let tagger = tagger(settings(&service));
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    // What was given up is closed.
    assert_eq!(service.connections(), 3);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::HangUp]);
    let tagger = tagger(settings(&service));
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    assert_eq!(service.requests().len(), 2);
    service.from_now_on(Behaviour::HangUp);
    let error = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(fault_of(&error), Some(Fault::Broken(_))));
    assert_eq!(service.requests().len(), 6);
}

#[tokio::test]
async fn what_is_invalid_or_refused_is_not_asked_again_at_once() {
    let service = TaggingService::start().unwrap();
    let tagger = tagger(settings(&service));
    for (status, asked) in [(401, 1), (404, 2), (418, 3)] {
        service.next([Behaviour::Status(status, "{}".to_owned())]);
        let error = one(&tagger, "Rust").await.unwrap_err();
        assert!(matches!(&error, TaggerError::Refused(why) if why.contains(&status.to_string())));
        assert!(!error.is_passing());
        assert_eq!(service.requests().len(), asked);
    }
    service.next([Behaviour::Say("Sure!".to_owned())]);
    let error = one(&tagger, "Rust").await.unwrap_err();
    assert!(matches!(error, TaggerError::Invalid(_)));
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_question_while_it_is_open() {
    let service = TaggingService::start().unwrap();
    let tagger = tagger(settings(&service));
    for _ in 0..3 {
        assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    }
    assert_eq!(service.connections(), 1);
    service.next([Behaviour::AnswerAndClose]);
    for _ in 0..3 {
        assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    }
    assert_eq!(service.connections(), 2);
    assert_eq!(service.requests().len(), 6);
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let service = TaggingService::start().unwrap();
    service.next([Behaviour::Say("x".repeat(2 << 20))]);
    let error = one(&tagger(settings(&service)), "Rust").await.unwrap_err();
    assert!(matches!(&error, TaggerError::Invalid(why) if why.contains("too long")));
    assert_eq!(service.requests().len(), 1);
}
