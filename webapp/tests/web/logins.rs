use std::time::Duration;

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::account::Health;
use sesame_domain::ids::PersonId;
use sesame_domain::login::{Ending, Event, Failure, QrEvent};
use sesame_domain::ports::Begin;

use crate::client::Client;
use crate::support::{World, account, noon, owner};

#[tokio::test]
async fn a_login_is_begun_once() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let first = client.post("/api/v1/logins").await;
    assert_eq!(first.status, 201);
    let again = client.post_json("/api/v1/logins", &json!({})).await;
    assert_eq!(again.status, 200);
    assert_eq!(first.json()["id"], again.json()["id"]);
    let current = client.get("/api/v1/logins/current").await;
    assert_eq!(current.json(), again.json());
}

#[tokio::test]
async fn how_it_shall_begin_is_handed_on() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    client.post("/api/v1/logins").await;
    let body = json!({"anew": true, "relink": true});
    let answer = client.post_json("/api/v1/logins", &body).await;
    assert_eq!(answer.status, 201);
    let begun = world.logins.begun.lock().unwrap().clone();
    let anew = Begin {
        anew: true,
        relink: true,
        method: None,
    };
    assert_eq!(begun, [Begin::default(), anew]);
}

#[tokio::test]
async fn no_login_runs_at_first() {
    let (world, _clock) = World::still();
    let answer = Client::signed_in(&world, 7)
        .await
        .get("/api/v1/logins/current")
        .await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_fresh_login_has_the_documented_shape() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let json = client.post("/api/v1/logins").await.json();
    let expected = json!({
        "id": json["id"],
        "version": 1,
        "status": "starting",
        "method": "qr",
        "expires_at": noon() + TimeDelta::seconds(600),
        "device": {
            "model": "Sesame on example.org",
            "system_version": "Linux",
            "app_version": "0.1.0",
            "app_name": "Sesame",
        },
        "retry": null,
        "qr": null,
        "number": null,
        "code": null,
        "password": null,
        "account": null,
        "failure": null,
    });
    assert_eq!(json, expected);
}

#[tokio::test]
async fn the_code_is_opened_for_its_owner() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.show(id, b"0123456789abcdef");
    let client = Client::signed_in(&world, 7).await;
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["status"], "pending");
    assert_eq!(json["qr"]["url"], "tg://login?token=MDEyMzQ1Njc4OWFiY2RlZg");
    assert_eq!(
        json["qr"]["expires_at"],
        json!(noon() + TimeDelta::seconds(30))
    );
}

#[tokio::test]
async fn the_picture_shows_the_code_and_is_not_kept() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/logins/{id}/qr.svg");
    assert_eq!(
        client.get(&path).await.problem(),
        (409, "wrong_state".to_owned())
    );

    world.logins.show(id, b"0123456789abcdef");
    let picture = client.get(&path).await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(picture.header("cache-control"), "no-store");
    assert!(picture.text.starts_with("<svg "));

    world.logins.show(id, b"another token of");
    let renewed = client.get(&path).await;
    assert_ne!(picture.header("etag"), renewed.header("etag"));
    assert_ne!(picture.text, renewed.text);
}

#[rstest]
#[case(Failure::WrongAccount, "wrong_account")]
#[case(Failure::Frozen, "frozen")]
#[case(Failure::Banned, "banned")]
#[case(Failure::TelegramUnavailable { until: None }, "telegram_unavailable")]
#[case(Failure::TelegramUnavailable { until: Some(noon()) }, "telegram_unavailable")]
#[case(Failure::PasswordAttempts, "password_attempts")]
#[case(Failure::PasswordRemoved, "password_removed")]
#[case(Failure::Revoked, "revoked")]
#[case(Failure::AppRefused, "app_refused")]
#[case(Failure::Internal, "internal")]
#[case(Failure::Flood { until: noon() }, "flood")]
#[case(Failure::LoginBudget { until: noon() }, "login_budget")]
#[tokio::test]
async fn every_failure_is_typed(#[case] failure: Failure, #[case] code: &str) {
    let (world, _clock) = World::still();
    let login = world.logins.fresh(&owner(7)).ended(Ending::Failed(failure));
    let id = world.logins.put(login);
    let client = Client::signed_in(&world, 7).await;
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["status"], "failed");
    assert_eq!(json["failure"]["code"], code);
    let retry_at = failure.retry_at().map_or(Value::Null, |at| json!(at));
    assert_eq!(json["failure"]["retry_at"], retry_at);
}

#[tokio::test]
async fn a_linked_login_names_the_account() {
    let (world, _clock) = World::still();
    let account = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let id = world.logins.start(&owner(7));
    world.logins.feed(id, Event::SignedIn);
    let person = PersonId(7);
    world.logins.feed(id, Event::Identified { person });
    world.logins.feed(id, Event::Linked { account });
    let client = Client::signed_in(&world, 7).await;
    let json = client.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["status"], "authorized");
    assert_eq!(json["account"]["id"], account.to_string());
    assert_eq!(json["account"]["name"], "Ann Lee");
}

#[rstest]
#[case::read("GET", "")]
#[case::waited_for("GET", "?wait=5&version=0")]
#[case::heard("GET", "/events")]
#[case::pictured("GET", "/qr.svg")]
#[case::cancelled("DELETE", "")]
#[case::shown_elsewhere("POST", "/screen")]
#[tokio::test]
async fn someone_elses_login_does_not_exist(#[case] method: &str, #[case] rest: &str) {
    let (world, _clock) = World::still();
    let theirs = world.logins.start(&owner(8));
    world.logins.show(theirs, b"0123456789abcdef");
    let client = Client::signed_in(&world, 7).await;
    let none = "00000000-0000-7000-8000-000000000000";
    for id in [theirs.to_string().as_str(), none, "nonsense"] {
        let answer = client
            .ask(method, &format!("/api/v1/logins/{id}{rest}"))
            .await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{id}");
    }
    assert!(!world.logins.get(theirs).is_over());
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    for _ in 0..2 {
        let answer = client.delete(&format!("/api/v1/logins/{id}")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["status"], "cancelled");
        assert_eq!(answer.json()["version"], 2);
    }
}

#[tokio::test]
async fn a_long_poll_answers_at_once_when_there_is_news() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.show(id, b"0123456789abcdef");
    let client = Client::signed_in(&world, 7).await;
    let json = client
        .get(&format!("/api/v1/logins/{id}?wait=25&version=1"))
        .await
        .json();
    assert_eq!(json["version"], 2);
}

#[tokio::test]
async fn a_long_poll_waits_for_the_change() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/logins/{id}?wait=25&version=1");
    let poll = client.get(&path);
    let change = async {
        while world.logins.listeners(id) == 0 {
            tokio::task::yield_now().await;
        }
        world.logins.feed(id, QrEvent::TokenAccepted);
    };
    let (answer, ()) = tokio::join!(poll, change);
    assert_eq!(answer.json()["status"], "scanned");
}

#[tokio::test]
async fn a_long_poll_ends_with_what_there_is() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let began = tokio::time::Instant::now();
    let answer = client
        .get(&format!("/api/v1/logins/{id}?wait=1&version=1"))
        .await;
    assert_eq!(answer.json()["version"], 1);
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_poll_ends_when_the_program_stops() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/logins/{id}?wait=25&version=1");
    let stop = async {
        while world.logins.listeners(id) == 0 {
            tokio::task::yield_now().await;
        }
        world.shutdown.cancel();
    };
    let (answer, ()) = tokio::join!(client.get(&path), stop);
    assert_eq!(answer.json()["version"], 1);
}

#[rstest]
#[case("wait=-1")]
#[case("wait=soon")]
#[case("version=x")]
#[tokio::test]
async fn a_query_that_is_none_is_malformed(#[case] query: &str) {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let answer = client.get(&format!("/api/v1/logins/{id}?{query}")).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

#[rstest]
#[case::no_json("application/json", "{", 400, "malformed")]
#[case::a_number("application/json", "7", 400, "malformed")]
#[case::text("text/plain", "{}", 415, "wrong_content_type")]
#[case::a_form(
    "application/x-www-form-urlencoded",
    "anew=1",
    415,
    "wrong_content_type"
)]
#[tokio::test]
async fn a_body_that_is_wrong_has_a_typed_answer(
    #[case] kind: &str,
    #[case] body: &'static str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let answer = client.post_as("/api/v1/logins", kind, body).await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
    assert!(world.logins.begun.lock().unwrap().is_empty());
}
