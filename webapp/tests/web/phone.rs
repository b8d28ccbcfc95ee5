//! Signing in by phone number and code, through the API.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{CodeWay, Event, Method, Rejection};
use sesame_domain::ports::Begin;

use crate::client::Client;
use crate::support::init_data::Builder;
use crate::support::{World, noon, owner};

const FORM: &str = "application/x-www-form-urlencoded";

async fn number_asked() -> (World, Client, LoginId) {
    let (world, _clock) = World::still();
    let id = world.logins.start_by_phone(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    (world, client, id)
}

async fn code_asked(way: CodeWay) -> (World, Client, LoginId) {
    let (world, client, id) = number_asked().await;
    world.logins.send_code(id, way, None);
    (world, client, id)
}

fn number(id: LoginId) -> String {
    format!("/api/v1/logins/{id}/number")
}

fn code(id: LoginId) -> String {
    format!("/api/v1/logins/{id}/code")
}

fn answers(world: &World) -> Vec<String> {
    world.logins.answers.lock().unwrap().clone()
}

/// What Telegram answers to `requestContact`, signed for the bot.
fn contact(user: i64, number: &str, minutes_ago: i64) -> String {
    let mut builder = Builder::new(user, noon() - TimeDelta::minutes(minutes_ago));
    builder.pairs.retain(|(key, _)| key == "auth_date");
    builder.key = None;
    let contact = json!({"user_id": user, "phone_number": number, "first_name": "Ann"});
    builder.set("contact", &contact.to_string()).build()
}

#[tokio::test]
async fn a_login_is_begun_by_phone() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let answer = client
        .post_json("/api/v1/logins", &json!({"method": "phone"}))
        .await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["method"], "phone");
    assert_eq!(answer.json()["status"], "number_required");
    let question = json!({"attempts_left": 3, "rejected": null, "checking": false});
    assert_eq!(answer.json()["number"], question);
    let begun = world.logins.begun.lock().unwrap().clone();
    let by_phone = Begin {
        method: Some(Method::Phone),
        ..Begin::default()
    };
    assert_eq!(begun, [by_phone]);
}

#[tokio::test]
async fn a_way_that_there_is_not_is_malformed() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let body = json!({"method": "pigeon"});
    let answer = client.post_json("/api/v1/logins", &body).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

#[rstest]
#[case("+49 30 90 18 20", "+4930901820")]
#[case("0049-30-901820", "+4930901820")]
#[case("9996612345", "+9996612345")]
#[tokio::test]
async fn a_number_is_handed_on_as_telegram_takes_it(#[case] typed: &str, #[case] handed: &str) {
    let (world, client, id) = number_asked().await;
    let body = json!({ "number": typed });
    let answer = client.post_json(&number(id), &body).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["number"]["checking"], true);
    assert!(!answer.text.contains("9018"), "it is in no answer");
    assert_eq!(answers(&world), [handed]);
}

#[tokio::test]
async fn a_number_in_a_form_is_as_good() {
    let (world, client, id) = number_asked().await;
    let answer = client
        .post_as(&number(id), FORM, "number=%2B49+30+901820")
        .await;
    assert_eq!(answer.status, 202);
    assert_eq!(answers(&world), ["+4930901820"]);
}

#[rstest]
#[case::nothing(json!({}), 400, "malformed")]
#[case::both(json!({"number": "+4930901820", "contact": "x"}), 400, "malformed")]
#[case::empty(json!({"number": ""}), 422, "number_invalid")]
#[case::not_whole(json!({"number": "+49 30"}), 422, "number_invalid")]
#[case::no_country(json!({"number": "030 901820"}), 422, "number_invalid")]
#[case::words(json!({"number": "call me"}), 422, "number_invalid")]
#[case::no_contact(json!({"contact": "nonsense"}), 422, "contact_invalid")]
#[tokio::test]
async fn what_is_no_number_has_a_typed_answer_and_costs_no_try(
    #[case] body: serde_json::Value,
    #[case] status: u16,
    #[case] problem: &str,
) {
    let (world, client, id) = number_asked().await;
    let answer = client.post_json(&number(id), &body).await;
    assert_eq!(answer.problem(), (status, problem.to_owned()));
    assert!(answers(&world).is_empty());
}

#[tokio::test]
async fn a_contact_that_telegram_signed_is_a_number() {
    let (world, client, id) = number_asked().await;
    let body = json!({ "contact": contact(7, "4930901820", 0) });
    let answer = client.post_json(&number(id), &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answers(&world), ["+4930901820"]);
}

#[rstest]
#[case::of_someone_else(contact(8, "4930901820", 0))]
#[case::too_old(contact(7, "4930901820", 60 * 25))]
#[case::from_the_future(contact(7, "4930901820", -5))]
#[case::changed(contact(7, "4930901820", 0).replace("820", "821"))]
#[case::unsigned(contact(7, "4930901820", 0).split("&hash").next().unwrap().to_owned())]
#[tokio::test]
async fn a_contact_that_is_not_theirs_is_refused(#[case] contact: String) {
    let (world, client, id) = number_asked().await;
    let body = json!({ "contact": contact });
    let answer = client.post_json(&number(id), &body).await;
    assert_eq!(answer.problem(), (422, "contact_invalid".to_owned()));
    assert!(answers(&world).is_empty());
}

#[tokio::test]
async fn how_a_number_is_written_is_told_while_it_is_typed() {
    let (_world, client, _id) = number_asked().await;
    let path = "/api/v1/phone-number";
    let typed = json!({"number": "+4930901820"});
    let written = json!({"national": "030 901820", "country": "DE"});
    assert_eq!(client.post_json(path, &typed).await.json(), written);
    let answer = client.post_json(path, &json!({"number": "+49"})).await;
    assert_eq!(answer.problem(), (422, "number_invalid".to_owned()));
}

#[tokio::test]
async fn what_is_known_of_a_code_is_told() {
    let (_world, client, id) = code_asked(CodeWay::App).await;
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["status"], "code_required");
    let question = json!({
        "number_ends": "67",
        "way": "app",
        "digits": 5,
        "detail": null,
        "next": "sms",
        "again_at": noon() + TimeDelta::seconds(60),
        "attempts_left": 5,
        "rejected": null,
        "checking": false,
    });
    assert_eq!(json["code"], question);
}

#[rstest]
#[case("12345", "12345")]
#[case(" 12 345 ", "12345")]
#[case("12-345", "12345")]
#[case("the cat sat", "the cat sat")]
#[tokio::test]
async fn a_code_is_handed_on_as_people_copy_it(#[case] typed: &str, #[case] handed: &str) {
    let (world, client, id) = code_asked(CodeWay::App).await;
    let answer = client.post_json(&code(id), &json!({ "code": typed })).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["code"]["checking"], true);
    assert_eq!(answers(&world), [handed]);
}

#[rstest]
#[case::nothing(String::new())]
#[case::spaces("   ".to_owned())]
#[case::too_long("x".repeat(65))]
#[tokio::test]
async fn what_is_no_code_has_a_typed_answer(#[case] typed: String) {
    let (world, client, id) = code_asked(CodeWay::App).await;
    let answer = client.post_json(&code(id), &json!({ "code": typed })).await;
    assert_eq!(answer.problem(), (422, "code_invalid".to_owned()));
    assert!(answers(&world).is_empty());
}

#[tokio::test]
async fn another_code_may_be_asked_for_in_time() {
    let (world, clock) = World::still();
    let id = world.logins.start_by_phone(&owner(7));
    world.logins.send_code(id, CodeWay::App, None);
    let client = Client::signed_in(&world, 7).await;
    let path = format!("{}/resend", code(id));
    let early = client.post(&path).await;
    assert_eq!(early.problem(), (409, "wrong_state".to_owned()));
    clock.advance(TimeDelta::seconds(60));
    let answer = client.post(&path).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["code"]["checking"], true);
}

#[tokio::test]
async fn another_number_may_be_given() {
    let (_world, client, id) = code_asked(CodeWay::App).await;
    let answer = client.delete(&number(id)).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["status"], "number_required");
    assert_eq!(answer.json()["number"]["attempts_left"], 2);
    let again = client.delete(&number(id)).await;
    assert_eq!(again.problem(), (409, "wrong_state".to_owned()));
}

#[tokio::test]
async fn why_an_answer_was_not_taken_is_told_by_its_code() {
    let (world, client, id) = code_asked(CodeWay::App).await;
    client.post_json(&code(id), &json!({"code": "11111"})).await;
    let rejected = Event::AnswerRejected(Rejection::CodeInvalid);
    world.logins.feed(id, rejected);
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["code"]["rejected"], "code_invalid");
    assert_eq!(json["code"]["attempts_left"], 4);
}

/// What is about the number is for its owner's eyes only.
#[rstest]
#[case("POST", "number")]
#[case("DELETE", "number")]
#[case("POST", "code")]
#[case("POST", "code/resend")]
#[tokio::test]
async fn a_stranger_finds_nothing(#[case] method: &str, #[case] path: &str) {
    let (world, _client, id) = code_asked(CodeWay::App).await;
    let stranger = Client::signed_in(&world, 8).await;
    let path = format!("/api/v1/logins/{id}/{path}");
    let body = match (method, path.ends_with("number")) {
        ("DELETE", _) => json!({}),
        (_, true) => json!({"number": "+4930901820"}),
        (_, false) => json!({"code": "12345"}),
    };
    let kind = "application/json";
    let answer = stranger.ask_as(method, &path, kind, body.to_string()).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    assert!(answers(&world).is_empty());
}
