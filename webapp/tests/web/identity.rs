use std::sync::PoisonError;

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;

use crate::client::Client;
use crate::support::init_data::{self, Builder};
use crate::support::{World, noon, owner};

async fn refused(authorization: &str) -> (u16, String) {
    let (world, _clock) = World::still();
    let by_exchange = Client::with(&world, authorization)
        .post("/api/v1/session")
        .await;
    let directly = Client::with(&world, authorization)
        .get("/api/v1/accounts")
        .await;
    assert_eq!(directly.problem(), by_exchange.problem());
    assert_eq!(
        directly.header("www-authenticate"),
        "tma, Bearer realm=\"sesame\""
    );
    directly.problem()
}

#[rstest]
#[case::forged(Builder { bot_token: "1:x".to_owned(), ..Builder::new(7, noon()) }.build(), "init_data_forged")]
#[case::unsigned(Builder::new(7, noon()).unsigned().build(), "init_data_unsigned")]
#[case::stale(init_data::of(7, noon() - TimeDelta::minutes(61)), "init_data_stale")]
#[case::future(init_data::of(7, noon() + TimeDelta::minutes(1)), "init_data_future")]
#[case::truncated(init_data::of(7, noon())[..200].to_owned(), "init_data_malformed")]
#[case::twice(format!("{}&user=x", init_data::of(7, noon())), "init_data_malformed")]
#[case::empty(String::new(), "init_data_missing")]
#[tokio::test]
async fn bad_init_data_has_a_typed_answer(#[case] data: String, #[case] code: &str) {
    assert_eq!(
        refused(&format!("tma {data}")).await,
        (401, code.to_owned())
    );
}

#[tokio::test]
async fn without_a_header_no_one_is_signed_in() {
    let (world, _clock) = World::still();
    let answer = Client::nobody(&world).get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "unauthorized".to_owned()));
    let answer = Client::with(&world, "Basic YTpi")
        .get("/api/v1/accounts")
        .await;
    assert_eq!(answer.problem(), (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn init_data_works_directly_until_it_is_exchanged() {
    let (world, _clock) = World::still();
    let client = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    assert_eq!(client.get("/api/v1/accounts").await.status, 200);
    assert_eq!(client.get("/api/v1/accounts").await.status, 200);

    let token = exchange(&world, &client).await;
    let answer = client.get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "init_data_replayed".to_owned()));
    assert_eq!(token.get("/api/v1/accounts").await.status, 200);
    for answer in [
        client.post("/api/v1/session").await,
        client.get("/api/v1/accounts").await,
    ] {
        assert_eq!(answer.problem(), (401, "init_data_replayed".to_owned()));
    }
}

/// Whoever holds the token that this `initData` is exchanged for.
async fn exchange(world: &World, client: &Client) -> Client {
    let answer = client.post("/api/v1/session").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    Client::with(world, format!("Bearer {token}"))
}

#[tokio::test]
async fn an_exchange_whose_answer_was_lost_is_made_again() {
    let (world, clock) = World::still();
    let client = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    let mut lost = exchange(&world, &client).await;
    for _ in 0..3 {
        clock.advance(TimeDelta::seconds(15));
        let found = exchange(&world, &client).await;
        // The first arrives late: it does not count any more.
        let answer = lost.get("/api/v1/accounts").await;
        assert_eq!(answer.problem(), (401, "token_superseded".to_owned()));
        lost = found;
    }
    assert_eq!(lost.get("/api/v1/accounts").await.status, 200);
    let answer = client.post("/api/v1/session").await;
    assert_eq!(answer.problem(), (401, "init_data_replayed".to_owned()));
}

#[tokio::test]
async fn an_exchange_is_not_made_again_after_a_minute() {
    let (world, clock) = World::still();
    let client = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    let token = exchange(&world, &client).await;
    clock.advance(TimeDelta::seconds(60));
    let answer = client.post("/api/v1/session").await;
    assert_eq!(answer.problem(), (401, "init_data_replayed".to_owned()));
    assert_eq!(token.get("/api/v1/accounts").await.status, 200);
}

#[tokio::test]
async fn an_exchange_that_failed_half_way_is_made_again() {
    let (world, _clock) = World::still();
    let client = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    *world.people.down.lock().unwrap() = true;
    let answer = client.post("/api/v1/session").await;
    assert_eq!(answer.problem(), (503, "unavailable".to_owned()));
    *world.people.down.lock().unwrap() = false;
    let token = exchange(&world, &client).await;
    assert_eq!(token.get("/api/v1/accounts").await.status, 200);
}

#[tokio::test]
async fn of_many_exchanges_at_once_one_token_works() {
    let (world, _clock) = World::still();
    let client = Client::with(&world, format!("tma {}", init_data::of(7, noon())));
    let all = (0..20).map(|_| exchange(&world, &client));
    let tokens = futures::future::join_all(all).await;
    let used = tokens.iter().map(|token| token.get("/api/v1/accounts"));
    let answers = futures::future::join_all(used).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1);
}

#[tokio::test]
async fn the_person_is_remembered_with_their_language() {
    let (world, _clock) = World::still();
    Client::signed_in(&world, 7).await;
    let seen = world
        .people
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    assert_eq!(*seen, [(owner(7), Some("en".to_owned()))]);
}

#[tokio::test]
async fn a_token_lasts_an_hour() {
    let (world, clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    clock.advance(TimeDelta::seconds(3599));
    assert_eq!(client.get("/api/v1/accounts").await.status, 200);
    clock.advance(TimeDelta::seconds(1));
    let answer = client.get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "token_expired".to_owned()));
}

#[tokio::test]
async fn a_token_of_a_clock_that_was_ahead_is_over() {
    let (world, clock) = World::still();
    clock.advance(TimeDelta::days(365));
    let client = Client::signed_in(&world, 7).await;
    clock.advance(TimeDelta::days(-365));
    let answer = client.get("/api/v1/accounts").await;
    assert_eq!(answer.problem(), (401, "token_expired".to_owned()));
}

#[tokio::test]
async fn a_token_that_was_changed_is_not_ours() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let good = client.authorization.clone().unwrap();
    for at in "Bearer ".len()..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = Client::with(&world, String::from_utf8(bytes).unwrap());
        let (status, code) = changed.get("/api/v1/accounts").await.problem();
        assert_eq!((status, code.as_str()), (401, "token_invalid"), "at {at}");
    }
}

#[tokio::test]
async fn a_token_is_not_init_data() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let answer = client.post("/api/v1/session").await;
    assert_eq!(answer.problem(), (401, "init_data_missing".to_owned()));
}

#[tokio::test]
async fn no_parameter_says_who_asks() {
    let (world, _clock) = World::still();
    let theirs = world.logins.start(&owner(8));
    let client = Client::signed_in(&world, 7).await;
    let answer = client
        .get(&format!(
            "/api/v1/logins/{theirs}?user_id=8&owner=8&person=8"
        ))
        .await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    let answer = client
        .post_json("/api/v1/logins", &json!({"anew": false, "person": 8}))
        .await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}
