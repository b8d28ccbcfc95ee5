use rstest::rstest;
use serde_json::json;
use sesame_domain::ids::LoginId;
use sesame_domain::login::{Event, Rejection};

use crate::client::Client;
use crate::support::{World, owner};

async fn asked() -> (World, Client, LoginId) {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.ask_password(id, Some("the usual one"));
    let client = Client::signed_in(&world, 7).await;
    (world, client, id)
}

fn path(id: LoginId) -> String {
    format!("/api/v1/logins/{id}/password")
}

#[tokio::test]
async fn a_password_is_handed_on_and_being_checked() {
    let (world, client, id) = asked().await;
    let before = client.get(&format!("/api/v1/logins/{id}")).await.json();
    let question =
        json!({"hint": "the usual one", "attempts_left": 5, "rejected": false, "checking": false});
    assert_eq!(before["password"], question);
    let answer = client
        .post_json(&path(id), &json!({"password": " pässword "}))
        .await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["status"], "password_required");
    assert_eq!(answer.json()["password"]["checking"], true);
    assert_eq!(*world.logins.passwords.lock().unwrap(), [" pässword "]);
}

#[tokio::test]
async fn a_form_is_as_good_as_json() {
    let (world, client, id) = asked().await;
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    let answer = client.post_as(&path(id), kind, "password=a%26b+c").await;
    assert_eq!(answer.status, 202);
    assert_eq!(*world.logins.passwords.lock().unwrap(), ["a&b c"]);
}

#[rstest]
#[case::empty("application/json", r#"{"password":""}"#.to_owned(), 422, "password_empty")]
#[case::empty_form("application/x-www-form-urlencoded", "password=".to_owned(), 422, "password_empty")]
#[case::too_long("application/json", format!(r#"{{"password":"{}"}}"#, "x".repeat(1025)), 422, "password_too_long")]
#[case::oversized("application/json", format!(r#"{{"password":"{}"}}"#, "x".repeat(20_000)), 413, "body_too_large")]
#[case::no_field("application/json", "{}".to_owned(), 400, "malformed")]
#[case::no_form_field("application/x-www-form-urlencoded", "pass=x".to_owned(), 400, "malformed")]
#[case::a_number("application/json", r#"{"password":7}"#.to_owned(), 400, "malformed")]
#[case::text("text/plain", "secret".to_owned(), 415, "wrong_content_type")]
#[case::multipart("multipart/form-data; boundary=x", "--x--".to_owned(), 415, "wrong_content_type")]
#[tokio::test]
async fn what_is_no_password_has_a_typed_answer(
    #[case] kind: &str,
    #[case] body: String,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, client, id) = asked().await;
    let answer = client.post_as(&path(id), kind, body).await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
    assert!(world.logins.passwords.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_longest_password_is_accepted() {
    let (_world, client, id) = asked().await;
    let body = json!({"password": "x".repeat(1024)});
    assert_eq!(client.post_json(&path(id), &body).await.status, 202);
}

#[tokio::test]
async fn no_password_is_taken_when_none_is_asked_for() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let answer = client.post_json(&path(id), &json!({"password": "x"})).await;
    assert_eq!(answer.problem(), (409, "wrong_state".to_owned()));
}

#[tokio::test]
async fn no_password_is_taken_for_someone_elses_login() {
    let (world, _client, id) = asked().await;
    let other = Client::signed_in(&world, 8).await;
    let answer = other.post_json(&path(id), &json!({"password": "x"})).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    assert!(world.logins.passwords.lock().unwrap().is_empty());
}

#[tokio::test]
async fn of_a_hundred_wrong_passwords_five_are_tried() {
    let (world, client, id) = asked().await;
    let mut statuses = Vec::new();
    for n in 0..100 {
        let body = json!({"password": format!("guess {n}")});
        let answer = client.post_json(&path(id), &body).await;
        statuses.push(answer.status.as_u16());
        world
            .logins
            .feed(id, Event::AnswerRejected(Rejection::PasswordWrong));
    }
    assert_eq!(statuses[..5], [202; 5]);
    assert!(statuses[5..].iter().all(|status| *status == 409));
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["failure"]["code"], "password_attempts");
}

#[tokio::test]
async fn while_one_is_checked_another_is_refused() {
    let (world, client, id) = asked().await;
    client.post_json(&path(id), &json!({"password": "a"})).await;
    let answer = client.post_json(&path(id), &json!({"password": "b"})).await;
    assert_eq!(answer.problem(), (409, "wrong_state".to_owned()));
    assert_eq!(*world.logins.passwords.lock().unwrap(), ["a"]);
}
