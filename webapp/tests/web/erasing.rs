//! Everything about a person is erased, by the API and in the Mini App.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::account::Health;

use crate::client::Client;
use crate::support::services::Fault;
use crate::support::{World, account, init_data, noon, owner};

const MEANT: &str = "erase everything about me";

async fn linked() -> (World, Client) {
    let (world, _clock) = World::still();
    world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let client = Client::signed_in(&world, 7).await;
    (world, client)
}

#[tokio::test]
async fn the_receipt_says_what_was_erased_and_what_is_left_until_when() {
    let (world, client) = linked().await;
    let until = noon() + TimeDelta::days(400);
    *world.accounts.kept_until.lock().unwrap() = (Some(until), None);
    let answer = client
        .delete_json("/api/v1/me", &json!({ "confirm": MEANT }))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut receipt = answer.json();
    let id = receipt.as_object_mut().unwrap().remove("id").unwrap();
    assert!(id.as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    let expected = json!({
        "at": noon(),
        "accounts": 1,
        "logins": 1,
        "audit_until": until,
        "backups_until": null,
    });
    assert_eq!(receipt, expected);
    assert!(world.accounts.all.lock().unwrap().is_empty());
}

#[rstest]
#[case(json!({}), 400, "malformed")]
#[case(json!({"confirm": true}), 400, "malformed")]
#[case(json!({"confirm": MEANT, "person": 8}), 400, "malformed")]
#[case(json!({"confirm": "yes"}), 422, "erase_unconfirmed")]
#[case(json!({"confirm": "Erase everything about me"}), 422, "erase_unconfirmed")]
#[tokio::test]
async fn what_was_not_confirmed_to_the_letter_is_not_done(
    #[case] body: Value,
    #[case] status: u16,
    #[case] code: &str,
) {
    let (world, client) = linked().await;
    for answer in [
        client.delete_json("/api/v1/me", &body).await,
        client.post_json("/app/view/erase", &body).await,
    ] {
        assert_eq!(answer.problem(), (status, code.to_owned()));
    }
    assert_eq!(world.accounts.all.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stray_request_erases_nothing() {
    let (world, client) = linked().await;
    let answer = client.delete("/api/v1/me").await;
    assert_eq!(answer.problem(), (415, "wrong_content_type".to_owned()));
    // A form on another page can send this, if it had the token.
    let form = "application/x-www-form-urlencoded";
    let body = format!("confirm={MEANT}");
    let answer = client.post_as("/app/view/erase", form, body).await;
    assert_eq!(answer.problem(), (415, "wrong_content_type".to_owned()));
    assert_eq!(world.accounts.all.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn afterwards_tokens_from_before_are_refused() {
    let (world, client) = linked().await;
    let other_tab = Client::signed_in(&world, 7).await;
    client
        .delete_json("/api/v1/me", &json!({ "confirm": MEANT }))
        .await;
    for client in [&client, &other_tab] {
        let answer = client.get("/api/v1/accounts").await;
        assert_eq!(answer.problem(), (401, "token_revoked".to_owned()));
    }
}

#[tokio::test]
async fn who_comes_back_at_once_is_not_known_by_older_tokens() {
    let (world, clock) = World::still();
    let before = Client::signed_in(&world, 7).await;
    let unused = Client::signed_in(&world, 7).await;
    let opened = init_data::of(7, noon());
    let body = json!({ "confirm": MEANT });
    before.delete_json("/api/v1/me", &body).await;
    // No more than Telegram's clock needs to show another second.
    clock.advance(TimeDelta::seconds(1));
    let after = Client::signed_in(&world, 7).await;
    assert_eq!(after.get("/api/v1/accounts").await.status, 200);
    // What was opened before, too, whether or not it was exchanged.
    let opened = Client::with(&world, format!("tma {opened}"));
    for answer in [
        before.get("/api/v1/accounts").await,
        unused.get("/api/v1/accounts").await,
        opened.get("/api/v1/accounts").await,
        opened.post("/api/v1/session").await,
    ] {
        assert_eq!(answer.problem(), (401, "token_revoked".to_owned()));
    }
    assert_eq!(after.get("/api/v1/accounts").await.status, 200);
}

#[tokio::test]
async fn whoever_erases_by_launch_data_alone_is_not_known_by_it_afterwards() {
    let (world, _clock) = World::still();
    let direct = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    let body = json!({ "confirm": MEANT });
    assert_eq!(direct.delete_json("/api/v1/me", &body).await.status, 200);
    let answer = direct.get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "token_revoked".to_owned()));
    assert!(world.people.known.lock().unwrap().is_empty());
}

#[tokio::test]
async fn another_screen_sees_nothing_after_an_erasure() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let link = client.post(&format!("/api/v1/logins/{id}/screen")).await;
    let link = link.json()["url"].as_str().unwrap().to_owned();
    let token = link.rsplit('/').next().unwrap();
    let redeem = json!({ "token": token });
    let nobody = Client::nobody(&world);
    let screen = nobody.post_json("/api/v1/screen", &redeem).await.json();
    let screen = screen["token"].as_str().unwrap().to_owned();
    let screen = Client::with(&world, format!("Bearer {screen}"));
    client
        .delete_json("/api/v1/me", &json!({ "confirm": MEANT }))
        .await;
    assert_eq!(screen.get(&format!("/screen/view/{id}")).await.status, 401);
    let again = nobody.post_json("/api/v1/screen", &redeem).await;
    assert_eq!(again.problem(), (410, "screen_unknown".to_owned()));
}

#[tokio::test]
async fn who_comes_back_later_is_not_known_by_older_tokens() {
    let (world, clock) = World::still();
    let before = Client::signed_in(&world, 7).await;
    before
        .delete_json("/api/v1/me", &json!({ "confirm": MEANT }))
        .await;
    clock.advance(TimeDelta::minutes(1));
    let after = Client::signed_in(&world, 7).await;
    assert_eq!(after.get("/api/v1/accounts").await.status, 200);
    let answer = before.get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "token_revoked".to_owned()));
}

#[tokio::test]
async fn someone_else_stays() {
    let (world, client) = linked().await;
    let theirs = account(8, "Bob", Health::Alive, noon());
    world.accounts.put(theirs);
    client
        .delete_json("/api/v1/me", &json!({ "confirm": MEANT }))
        .await;
    let other = Client::signed_in(&world, 8).await;
    let accounts = other.get("/api/v1/accounts").await.json();
    assert_eq!(accounts.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn trouble_is_told_and_can_be_tried_again() {
    let (world, client) = linked().await;
    *world.accounts.fault.lock().unwrap() = Some(Fault::Busy);
    let body = json!({ "confirm": MEANT });
    let answer = client.delete_json("/api/v1/me", &body).await;
    assert_eq!(answer.problem(), (503, "busy".to_owned()));
    *world.accounts.fault.lock().unwrap() = None;
    let answer = client.delete_json("/api/v1/me", &body).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_view_explains_what_goes_and_what_stays() {
    let (_world, client) = linked().await;
    let view = client.get("/app/view/erase").await.text;
    for words in [
        "What goes",
        "Your linked account",
        "What stays",
        "The record of what was done",
        "for as long as this service runs",
        "cannot be undone",
    ] {
        assert!(view.contains(words), "{words}");
    }
    assert!(view.contains(&format!("data-confirm=\"{MEANT}\"")));
    assert_eq!(view.matches("data-main").count(), 1);
}

#[tokio::test]
async fn the_views_receipt_can_be_taken_along() {
    let (world, client) = linked().await;
    let until = noon() + TimeDelta::days(30);
    *world.accounts.kept_until.lock().unwrap() = (None, Some(until));
    let body = json!({ "confirm": MEANT });
    let view = client.post_json("/app/view/erase", &body).await.text;
    assert!(view.contains("data-view=\"receipt\""), "{view}");
    for words in [
        "Your account: unlinked",
        "At: main, https://sesame.example/",
        "Sealed copies in backups gone by: 2026-",
        "data-action=\"copy\"",
        "data-action=\"save\"",
    ] {
        assert!(view.contains(words), "{words}");
    }
    let answer = client.get("/app/view/home").await;
    assert_eq!(answer.problem(), (401, "token_revoked".to_owned()));
}

#[tokio::test]
async fn how_long_things_are_kept_is_told() {
    let (_world, client) = linked().await;
    let data = client.get("/app/view/data").await.text;
    for words in [
        "Until you unlink it</span>",
        "For 1 day after they end",
        "For as long as this service runs",
        "/app/erase",
    ] {
        assert!(data.contains(words), "{words}");
    }
    assert!(!data.contains("Backups"), "there are none");
}
