//! Who asks too often.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::time::ManualClock;
use sesame_webapp::Rates;

use crate::client::{Answer, Client, send};
use crate::support::stores::Webhook;
use crate::support::{World, noon, owner, settings};

const RATES: Rates = Rates {
    person: 30,
    critical: 5,
    reads: 100,
    tenant: 1_000,
    address: 50,
};

fn world(rates: Rates) -> (World, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(noon()));
    let mut settings = settings("https://sesame.example/base/");
    settings.rates = rates;
    (World::new(clock.clone(), settings), clock)
}

/// Asks from an address, perhaps through proxies.
async fn from(client: &Client, peer: &str, forwarded: &str, path: &str) -> Answer {
    let mut request = client.request("GET", path);
    if !forwarded.is_empty() {
        request = request.header("x-forwarded-for", forwarded);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    send(&client.router, request).await
}

fn number(answer: &Answer, header: &str) -> u64 {
    answer.header(header).parse().unwrap()
}

fn is_refused(answer: &Answer) {
    assert_eq!(answer.problem(), (429, "rate_limited".to_owned()));
    assert_eq!(answer.header("ratelimit-remaining"), "0");
    assert_eq!(
        answer.header("ratelimit-reset"),
        answer.header("retry-after")
    );
    assert!((1..=60).contains(&number(answer, "retry-after")));
}

#[tokio::test]
async fn a_person_may_ask_so_often_in_a_minute_and_again_after_it() {
    let (world, clock) = world(RATES);
    let client = Client::signed_in(&world, 7).await;
    for left in (0..29).rev() {
        let answer = client.delete("/api/v1/logins/none").await;
        assert_eq!(answer.status, 404);
        assert_eq!(number(&answer, "ratelimit-limit"), 30);
        assert_eq!(number(&answer, "ratelimit-remaining"), left);
    }
    clock.advance(TimeDelta::milliseconds(59_001));
    let refused = client.delete("/api/v1/logins/none").await;
    is_refused(&refused);
    assert_eq!(refused.header("retry-after"), "1");
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(client.delete("/api/v1/logins/none").await.status, 404);
}

#[tokio::test]
async fn one_person_takes_nothing_from_another() {
    let (world, _clock) = world(RATES);
    let hostile = Client::signed_in(&world, 7).await;
    for _ in 0..40 {
        hostile.delete("/api/v1/logins/none").await;
    }
    is_refused(&hostile.delete("/api/v1/logins/none").await);
    let good = Client::signed_in(&world, 8).await;
    assert_eq!(good.delete("/api/v1/logins/none").await.status, 404);
}

#[rstest]
#[case::begin("POST", "/api/v1/logins")]
#[case::password("POST", "/api/v1/logins/none/password")]
#[case::screen_link("POST", "/api/v1/logins/none/screen")]
#[case::channel("POST", "/api/v1/channels")]
#[case::look_at_channel("POST", "/api/v1/channels/none/look")]
#[case::unlink("DELETE", "/api/v1/accounts/none")]
#[case::erase("DELETE", "/api/v1/me")]
#[case::erase_in_the_app("POST", "/app/view/erase")]
#[case::below_the_base("DELETE", "/base/api/v1/accounts/none")]
#[tokio::test]
async fn what_is_critical_has_a_budget_of_its_own(#[case] method: &str, #[case] path: &str) {
    let (world, _clock) = world(RATES);
    let client = Client::signed_in(&world, 7).await;
    for _ in 0..5 {
        assert_ne!(client.ask(method, path).await.status, 429);
    }
    let refused = client.ask(method, path).await;
    is_refused(&refused);
    assert_eq!(number(&refused, "ratelimit-limit"), 5);
    // What was refused takes nothing, and other things go on.
    assert_eq!(client.delete("/api/v1/logins/none").await.status, 404);
}

#[tokio::test]
async fn the_page_may_read_far_more_often() {
    let (world, clock) = world(RATES);
    let client = Client::signed_in(&world, 7).await;
    clock.advance(TimeDelta::seconds(1));
    let id = world.logins.start(&owner(7));
    for path in [
        format!("/app/view/logins/{id}"),
        format!("/api/v1/logins/{id}"),
    ] {
        for _ in 0..50 {
            assert_eq!(client.get(&path).await.status, 200);
        }
    }
    is_refused(&client.get("/app/view/home").await);
}

#[tokio::test]
async fn all_people_of_a_tenant_have_a_budget_together() {
    let (world, clock) = world(Rates { tenant: 3, ..RATES });
    let mut people = Vec::new();
    for person in 1..=4 {
        people.push(Client::signed_in(&world, person).await);
        clock.advance(TimeDelta::seconds(1));
    }
    for person in &people[..3] {
        assert_eq!(person.get("/app/view/home").await.status, 200);
    }
    is_refused(&people[3].get("/app/view/home").await);
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(people[3].get("/app/view/home").await.status, 200);
}

#[tokio::test]
async fn a_minutes_budget_taken_at_once_leaves_others_theirs() {
    let (world, clock) = world(Rates {
        tenant: 100,
        ..RATES
    });
    let hostile = Client::signed_in(&world, 7).await;
    let good = Client::signed_in(&world, 8).await;
    clock.advance(TimeDelta::seconds(1));
    for _ in 0..10 {
        assert_eq!(hostile.get("/app/view/home").await.status, 200);
    }
    let refused = hostile.get("/app/view/home").await;
    is_refused(&refused);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(good.get("/app/view/home").await.status, 200);
}

#[rstest]
#[case::itself("192.0.2.1", "")]
#[case::it_lies("192.0.2.1", "203.0.113.9")]
#[case::behind_a_proxy("10.0.0.1", "192.0.2.1")]
#[case::behind_a_proxy_it_lies("10.0.0.1", "203.0.113.9, 192.0.2.1")]
#[tokio::test]
async fn an_address_has_a_budget_before_anyone_is_known(
    #[case] peer: &str,
    #[case] forwarded: &str,
) {
    let (world, _clock) = world(RATES);
    let nobody = Client::with(&world, "Bearer nonsense");
    for at in 0..50 {
        let forwarded = forwarded.replace("203.0.113.9", &format!("203.0.113.{at}"));
        let answer = from(&nobody, peer, &forwarded, "/api/v1/accounts").await;
        assert_eq!(answer.status, 401);
    }
    let refused = from(&nobody, peer, forwarded, "/api/v1/accounts").await;
    is_refused(&refused);
    let other = from(&nobody, "198.51.100.7", "", "/api/v1/accounts").await;
    assert_eq!(other.status, 401);
    // Whoever watches over the node is answered.
    assert_eq!(from(&nobody, peer, forwarded, "/healthz").await.status, 200);
}

#[tokio::test]
async fn a_network_of_version_6_has_one_budget() {
    let (world, _clock) = world(RATES);
    let nobody = Client::nobody(&world);
    for at in 0..50 {
        let peer = format!("2001:db8::{at:x}");
        assert_eq!(from(&nobody, &peer, "", "/app").await.status, 200);
    }
    is_refused(&from(&nobody, "2001:db8::ffff", "", "/app").await);
    let other = from(&nobody, "2001:db8:0:1::1", "", "/app").await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn while_what_all_nodes_share_is_out_this_node_counts_alone() {
    let (world, _clock) = world(RATES);
    let client = Client::signed_in(&world, 7).await;
    *world.rates.down.lock().unwrap() = true;
    for _ in 0..30 {
        assert_eq!(client.delete("/api/v1/logins/none").await.status, 404);
    }
    is_refused(&client.delete("/api/v1/logins/none").await);
}

#[tokio::test]
async fn who_is_refused_costs_the_database_nothing() {
    let (world, _clock) = world(Rates { person: 1, ..RATES });
    let client = Client::signed_in(&world, 7).await;
    let seen = world.people.seen.lock().unwrap().len();
    is_refused(&client.delete("/api/v1/logins/none").await);
    let data = crate::support::init_data::of(7, world.clock.now());
    let fresh = Client::with(&world, format!("tma {data}"));
    is_refused(&fresh.post("/api/v1/session").await);
    assert_eq!(world.people.seen.lock().unwrap().len(), seen);
}

#[tokio::test]
async fn every_route_that_changes_something_has_a_budget() {
    let (world, _clock) = world(Rates { person: 1, ..RATES });
    let nobody = Client::nobody(&world);
    let document = nobody.get("/openapi.json").await.json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace("{id}", "none");
            // Who redeems a link is known by it alone; the address counts. How a
            // number is written is asked by the page while it is typed.
            let changes_nothing = method == "get" || path == "/api/v1/phone-number";
            if changes_nothing || path == "/api/v1/screen" {
                continue;
            }
            let (world, _clock) = self::world(Rates { person: 1, ..RATES });
            let data = crate::support::init_data::of(7, world.clock.now());
            let client = Client::with(&world, format!("tma {data}"));
            let method = method.to_uppercase();
            assert_ne!(client.ask(&method, &path).await.status, 429);
            is_refused(&client.ask(&method, &path).await);
        }
    }
}

/// Pushes what may be an update, from one address.
async fn push(world: &World, path: &str, secret: &str) -> Answer {
    let request = Request::post(path).header("x-telegram-bot-api-secret-token", secret);
    let mut request = request.body(Body::from("an update")).unwrap();
    let peer: SocketAddr = "192.0.2.9:4711".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    send(&world.router, request).await
}

#[tokio::test]
async fn who_pushes_without_the_secret_takes_what_their_address_has_and_telegram_nothing() {
    let (world, _clock) = world(RATES);
    let ours = "/base/telegram/main";
    for n in 0..RATES.address {
        let (path, status) = match n % 2 {
            0 => (ours, 401),
            _ => ("/base/telegram/other", 404),
        };
        assert_eq!(push(&world, path, "wrong").await.status, status);
        // Telegram may come by the same address: that of a proxy no one trusts.
        assert_eq!(push(&world, ours, Webhook::SECRET).await.status, 200);
    }
    is_refused(&push(&world, ours, "wrong").await);
    is_refused(&push(&world, "/base/telegram/other", "wrong").await);
    assert_eq!(push(&world, ours, Webhook::SECRET).await.status, 200);
}
