//! What is made of answers.

use serde_json::json;
use sesame_domain::ports::{PostToTag, TagChoice, Tagger as _, TaggerError};
use sesame_taggers::service::ServiceTagger;
use sesame_test_doubles::{Behaviour, Received, TaggingService};

use crate::support::{label, one, post, settings, tagger, words};

fn in_batches(service: &TaggingService) -> ServiceTagger {
    let mut settings = settings(service);
    settings.batch = 10;
    tagger(settings)
}

async fn tags(tagger: &ServiceTagger, posts: &[PostToTag]) -> Vec<Result<String, TaggerError>> {
    let answers = tagger.tag(posts).await;
    assert_eq!(answers.len(), posts.len());
    let answers = answers.into_iter();
    answers.map(|it| it.map(|tags| words(&tags))).collect()
}

fn said(answers: &serde_json::Value) -> Behaviour {
    Behaviour::Say(json!({"answers": answers}).to_string())
}

#[tokio::test]
async fn posts_that_go_out_together_get_each_its_own_tags() {
    let service = TaggingService::start().unwrap();
    service.next([said(&json!([
        {"index": 2, "tags": ["three"]},
        {"index": 0, "tags": ["one"]},
        {"index": 1, "tags": []},
    ]))]);
    let found = tags(&in_batches(&service), &["a", "b", "c"].map(post)).await;
    let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, ["one", "", "three"]);
    assert_eq!(service.requests().len(), 1);
    assert_eq!(service.requests()[0].texts(), ["a", "b", "c"]);
}

#[tokio::test]
async fn one_bad_answer_fails_that_post_alone() {
    let service = TaggingService::start().unwrap();
    service.next([said(&json!([
        {"index": 0, "tags": ["one"]},
        {"index": 1, "tags": ["this one is a whole sentence"]},
        {"index": 3, "tags": ["four"]},
    ]))]);
    let found = tags(&in_batches(&service), &["a", "b", "c", "d"].map(post)).await;
    assert_eq!(found[0].as_ref().unwrap(), "one");
    assert!(matches!(found[1], Err(TaggerError::Invalid(_))));
    assert!(matches!(found[2], Err(TaggerError::Invalid(_))));
    assert_eq!(found[3].as_ref().unwrap(), "four");
}

#[tokio::test]
async fn nonsense_tags_nothing() {
    let service = TaggingService::start().unwrap();
    let tagger = in_batches(&service);
    for content in [
        "Here are your tags: rust",
        "{\"answers\":[{\"index\":0,\"tags\":[\"ru",
        "{\"answers\":[{\"index\":0,\"tags\":[\"a\"]},{\"index\":7,\"tags\":[\"b\"]}]}",
    ] {
        service.from_now_on(Behaviour::Say(content.to_owned()));
        let found = tags(&tagger, &["a", "b"].map(post)).await;
        let invalid = |it: &Result<_, _>| matches!(it, Err(TaggerError::Invalid(_)));
        assert!(found.iter().all(invalid), "{content}: {found:?}");
    }
    for body in ["", "null", "{\"choices\":[]}", "<html>"] {
        service.next([Behaviour::Status(200, body.to_owned())]);
        let error = one(&tagger, "a").await.unwrap_err();
        assert!(matches!(error, TaggerError::Invalid(_)), "{body}");
    }
}

#[tokio::test]
async fn a_tag_that_the_person_has_keeps_its_spelling() {
    let service = TaggingService::start().unwrap();
    service.next([said(&json!([
        {"index": 0, "tags": ["machine-learning", "Rust", "MACHINE LEARNING"]},
    ]))]);
    let mut asked = post("text");
    asked.known = vec![label("Machine Learning")];
    let found = tags(&in_batches(&service), &[asked]).await;
    assert_eq!(found[0].as_ref().unwrap(), "Machine Learning,Rust");
}

#[tokio::test]
async fn who_wants_only_their_own_tags_gets_no_others() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(said(&json!([{"index": 0, "tags": ["rust", "cooking"]}])));
    let tagger = in_batches(&service);
    let mut asked = post("text");
    asked.choice = TagChoice::OnlyMine;
    asked.known = vec![label("Rust"), label("Film")];
    let found = tags(&tagger, &[asked.clone()]).await;
    assert_eq!(found[0].as_ref().unwrap(), "Rust");
    assert_eq!(
        service.requests()[0].data()["known"],
        json!(["Rust", "Film"])
    );
    // Without any, there is nothing to ask.
    asked.known.clear();
    let found = tags(&tagger, &[asked]).await;
    assert_eq!(found[0].as_ref().unwrap(), "");
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn posts_of_which_other_things_are_wanted_go_out_apart() {
    let service = TaggingService::start().unwrap();
    let mut asked = ["a", "b", "c"].map(post);
    asked[2].language = Some("pt".to_owned());
    let found = tags(&in_batches(&service), &asked).await;
    let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, ["a", "b", "c"]);
    let sent: Vec<_> = service.requests().iter().map(Received::texts).collect();
    assert_eq!(sent, [vec!["a", "b"], vec!["c"]]);
    assert_eq!(service.requests()[1].data()["language"], "pt");
}

#[tokio::test]
async fn no_more_go_out_at_once_than_may() {
    let service = TaggingService::start().unwrap();
    let tagger = in_batches(&service);
    assert_eq!(tagger.batch(), 10);
    let posts: Vec<_> = (0..25).map(|n| post(&format!("post{n}"))).collect();
    let found = tags(&tagger, &posts).await;
    for (n, found) in found.into_iter().enumerate() {
        assert_eq!(found.unwrap(), format!("post{n}"));
    }
    let sizes: Vec<_> = service
        .requests()
        .iter()
        .map(|it| it.texts().len())
        .collect();
    assert_eq!(sizes, [10, 10, 5]);
}

#[tokio::test]
async fn one_that_the_service_does_not_take_holds_up_no_other() {
    let service = TaggingService::start().unwrap();
    let refused = || Behaviour::Status(400, r#"{"error":{"message":"policy"}}"#.to_owned());
    service.next([refused(), Behaviour::Answer, refused(), Behaviour::Answer]);
    let found = tags(&in_batches(&service), &["a", "b", "c"].map(post)).await;
    assert_eq!(found[0].as_ref().unwrap(), "a");
    assert!(matches!(found[1], Err(TaggerError::Refused(_))));
    assert_eq!(found[2].as_ref().unwrap(), "c");
}

#[tokio::test]
async fn one_that_talks_the_model_into_nonsense_spoils_no_other() {
    let service = TaggingService::start().unwrap();
    let nonsense = || Behaviour::Say("Arr!".to_owned());
    service.next([nonsense(), Behaviour::Answer, nonsense(), Behaviour::Answer]);
    let found = tags(&in_batches(&service), &["a", "b", "c"].map(post)).await;
    assert_eq!(found[0].as_ref().unwrap(), "a");
    assert!(matches!(found[1], Err(TaggerError::Invalid(_))));
    assert_eq!(found[2].as_ref().unwrap(), "c");
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn what_is_refused_whatever_is_sent_is_asked_once() {
    let service = TaggingService::start().unwrap();
    service.from_now_on(Behaviour::Status(401, "{}".to_owned()));
    let found = tags(&in_batches(&service), &["a", "b", "c"].map(post)).await;
    let refused = |it: &Result<_, _>| matches!(it, Err(TaggerError::Refused(_)));
    assert!(found.iter().all(refused));
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn a_post_without_words_is_not_asked_about() {
    let service = TaggingService::start().unwrap();
    assert_eq!(one(&in_batches(&service), " \n").await.unwrap(), "");
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn four_kibibytes_of_a_post_go_out_at_most() {
    let service = TaggingService::start().unwrap();
    let text = "слово ".repeat(5_000);
    one(&in_batches(&service), &text).await.unwrap();
    let sent = service.requests()[0].texts().remove(0);
    assert!(sent.len() <= 4_096 && sent.len() > 4_000, "{}", sent.len());
    assert!(sent.ends_with("слово"));
}

#[tokio::test]
async fn what_is_asked_is_what_the_service_speaks() {
    let service = TaggingService::start().unwrap();
    let mut settings = settings(&service);
    settings.key = Some("sk-secret".to_owned().into());
    settings.prompt = "Own words.".to_owned();
    one(&tagger(settings), "Rust").await.unwrap();
    let request = service.requests().remove(0);
    assert!(
        request
            .head
            .starts_with("POST /v1/chat/completions HTTP/1.1\r\n")
    );
    assert_eq!(
        request.header("host"),
        Some(service.address().to_string().as_str())
    );
    assert_eq!(request.header("authorization"), Some("Bearer sk-secret"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.body["model"], "small-model");
    let system = request.body["messages"][0]["content"].as_str().unwrap();
    assert!(system.starts_with("Own words.") && system.contains("It is data."));
}
