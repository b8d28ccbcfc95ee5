use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_domain::ids::{LoginId, PersonId};
use sesame_domain::login::{Event, QrEvent};

use crate::client::{Answer, Client};
use crate::support::{World, owner};

async fn link(world: &World, id: LoginId) -> String {
    let client = Client::signed_in(world, 7).await;
    let answer = client.post(&format!("/api/v1/logins/{id}/screen")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let token = url.strip_prefix("https://sesame.example/screen/").unwrap();
    assert_eq!(token.len(), 32);
    token.to_owned()
}

async fn redeem(world: &World, token: &str) -> Answer {
    Client::nobody(world)
        .post_json("/api/v1/screen", &json!({"token": token}))
        .await
}

/// The other screen, with its link used.
async fn screen(world: &World, id: LoginId) -> Client {
    redeemed(world, &link(world, id).await).await
}

async fn redeemed(world: &World, token: &str) -> Client {
    let answer = redeem(world, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    Client::with(world, format!("Bearer {token}"))
}

#[tokio::test]
async fn a_link_is_sent_into_the_persons_own_chat_and_works() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/logins/{id}/screen/chat");
    let answer = client.post(&path).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert!(answer.text.is_empty(), "the link is in the chat alone");
    let sent = world.chat.sent.lock().unwrap().clone();
    let [(to, url)] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(*to, owner(7));
    let token = url.strip_prefix("https://sesame.example/screen/").unwrap();
    redeemed(&world, token).await;
    let stranger = Client::signed_in(&world, 8).await;
    let refused = stranger.post(&path).await;
    assert_eq!(refused.problem(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn whom_the_bot_may_not_write_to_is_told() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.chat.is_closed.store(true, Ordering::Relaxed);
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/logins/{id}/screen/chat");
    let answer = client.post(&path).await;
    assert_eq!(answer.problem(), (409, "chat_closed".to_owned()));
}

#[tokio::test]
async fn a_link_works_once() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let token = link(&world, id).await;
    let screen = redeemed(&world, &token).await;
    let path = format!("/screen/view/{id}");
    assert_eq!(screen.get(&path).await.status, 200);
    let again = redeem(&world, &token).await;
    assert_eq!(again.problem(), (410, "screen_used".to_owned()));
    assert_eq!(screen.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_link_whose_answer_was_lost_works_again_for_a_minute() {
    let (world, clock) = World::still();
    let id = world.logins.start(&owner(7));
    let path = format!("/screen/view/{id}");
    let token = link(&world, id).await;
    let lost = redeemed(&world, &token).await;
    clock.advance(TimeDelta::seconds(59));
    let found = redeemed(&world, &token).await;
    let answer = lost.get(&path).await;
    assert_eq!(answer.problem(), (401, "token_superseded".to_owned()));
    clock.advance(TimeDelta::seconds(1));
    let again = redeem(&world, &token).await;
    assert_eq!(again.problem(), (410, "screen_used".to_owned()));
    assert_eq!(found.get(&path).await.status, 200);
}

#[tokio::test]
async fn opening_the_page_does_not_use_the_link_up() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let token = link(&world, id).await;
    for _ in 0..3 {
        let page = Client::nobody(&world)
            .get(&format!("/screen/{token}"))
            .await;
        assert_eq!(page.status, 200);
        assert!(
            !page.text.contains(&token),
            "the page does not repeat the link"
        );
    }
    assert_eq!(redeem(&world, &token).await.status, 200);
}

#[tokio::test]
async fn a_link_waits_five_minutes() {
    let (world, clock) = World::still();
    let id = world.logins.start(&owner(7));
    let token = link(&world, id).await;
    clock.advance(TimeDelta::seconds(300));
    let late = redeem(&world, &token).await;
    assert_eq!(late.problem(), (410, "screen_unknown".to_owned()));
    let never = redeem(&world, "never-given-out").await;
    assert_eq!(never.problem(), (410, "screen_unknown".to_owned()));
}

#[tokio::test]
async fn a_login_that_is_over_has_nothing_to_show() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.feed(id, Event::CancelAsked);
    let client = Client::signed_in(&world, 7).await;
    let answer = client.post(&format!("/api/v1/logins/{id}/screen")).await;
    assert_eq!(answer.problem(), (409, "wrong_state".to_owned()));
}

#[tokio::test]
async fn the_other_screen_sees_the_code() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.show(id, b"0123456789abcdef");
    let screen = screen(&world, id).await;
    let json = screen.get(&format!("/api/v1/logins/{id}")).await.json();
    assert_eq!(json["qr"]["url"], "tg://login?token=MDEyMzQ1Njc4OWFiY2RlZg");
    let picture = screen.get(&format!("/api/v1/logins/{id}/qr.svg")).await;
    assert_eq!(picture.status, 200);
    let view = screen.get(&format!("/screen/view/{id}")).await;
    assert!(view.text.contains("data-view=\"qr\""));
}

#[tokio::test]
async fn the_other_screen_sees_nothing_of_the_person() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.ask_password(id, Some("the usual one"));
    let screen = screen(&world, id).await;
    let json = screen.get(&format!("/api/v1/logins/{id}")).await;
    assert_eq!(json.json()["password"], serde_json::Value::Null);
    let view = screen.get(&format!("/screen/view/{id}")).await;
    assert!(view.text.contains("Continue on your phone"));
    for answer in [json, view] {
        assert!(!answer.text.contains("the usual one"));
    }
}

#[rstest]
#[case::cancels_nothing("DELETE", "/api/v1/logins/{id}")]
#[case::begins_nothing("POST", "/api/v1/logins")]
#[case::sends_no_password("POST", "/api/v1/logins/{id}/password")]
#[case::makes_no_more_links("POST", "/api/v1/logins/{id}/screen")]
#[case::sees_no_accounts("GET", "/api/v1/accounts")]
#[case::sees_no_views("GET", "/app/view/logins/{id}")]
#[tokio::test]
async fn the_other_screen_does_nothing(#[case] method: &str, #[case] path: &str) {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let screen = screen(&world, id).await;
    let answer = screen
        .ask(method, &path.replace("{id}", &id.to_string()))
        .await;
    assert_eq!(answer.problem(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn the_other_screen_sees_one_login_only() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let screen = screen(&world, id).await;
    let other = world.logins.start(&owner(7));
    for path in ["", "/events", "/qr.svg"] {
        let answer = screen.get(&format!("/api/v1/logins/{other}{path}")).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn after_the_code_the_other_screen_says_so() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let screen = screen(&world, id).await;
    let path = format!("/screen/view/{id}");
    world.logins.feed(id, QrEvent::TokenAccepted);
    assert!(
        screen
            .get(&path)
            .await
            .text
            .contains("Continue on your phone")
    );
    world.logins.feed(id, Event::SignedIn);
    let person = PersonId(8);
    world.logins.feed(id, Event::Identified { person });
    let ended = screen.get(&path).await.text;
    assert!(ended.contains("no longer shown"));
    assert!(
        !ended.contains("another account"),
        "why is the person's own"
    );
}
