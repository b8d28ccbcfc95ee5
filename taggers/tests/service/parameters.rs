//! Parameters that a model refuses are learnt once.

use rstest::rstest;
use sesame_domain::ports::TaggerError;
use sesame_test_doubles::{Behaviour, TaggingService};

use crate::support::{never, one, settings, tagger};

#[rstest]
#[case::schema(&["json_schema"], 2)]
#[case::format(&["response_format"], 3)]
#[case::temperature(&["temperature"], 2)]
#[case::older_length(&["max_tokens"], 2)]
#[case::both_lengths(&["max_tokens", "max_completion_tokens"], 3)]
#[case::all(&["max_tokens", "max_completion_tokens", "temperature", "response_format"], 6)]
#[tokio::test]
async fn what_is_refused_is_left_out_at_once_and_from_then_on(
    #[case] refused: &[&str],
    #[case] requests: usize,
) {
    let service = TaggingService::start().unwrap();
    for parameter in refused {
        service.refuse(parameter);
    }
    let mut settings = settings(&service);
    // To leave something out is no retry.
    settings.retries = never();
    let tagger = tagger(settings);
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
    assert_eq!(service.requests().len(), requests);
    for more in 1..=3 {
        assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
        assert_eq!(service.requests().len(), requests + more);
    }
    let last = service.requests().pop().unwrap();
    for parameter in refused {
        assert!(last.body.get(parameter).is_none(), "{parameter}");
    }
}

#[tokio::test]
async fn a_schema_that_is_refused_is_followed_by_json() {
    let service = TaggingService::start().unwrap();
    service.refuse("json_schema");
    one(&tagger(settings(&service)), "Rust").await.unwrap();
    let last = service.requests().pop().unwrap();
    assert_eq!(last.body["response_format"]["type"], "json_object");
}

#[tokio::test]
async fn what_names_nothing_that_is_sent_is_refused() {
    let service = TaggingService::start().unwrap();
    let body = r#"{"error":{"message":"'top_p' is not supported","param":"top_p"}}"#;
    service.from_now_on(Behaviour::Status(400, body.to_owned()));
    let error = one(&tagger(settings(&service)), "Rust").await.unwrap_err();
    assert!(matches!(error, TaggerError::Refused(_)));
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn what_is_always_refused_ends() {
    let service = TaggingService::start().unwrap();
    let body = r#"{"error":{"message":"response_format temperature max_tokens
        max_completion_tokens"}}"#;
    service.from_now_on(Behaviour::Status(400, body.replace('\n', " ")));
    let error = one(&tagger(settings(&service)), "Rust").await.unwrap_err();
    assert!(matches!(error, TaggerError::Refused(_)));
    assert_eq!(service.requests().len(), 6);
}
