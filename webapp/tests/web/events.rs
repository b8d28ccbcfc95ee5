use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use serde_json::Value;
use sesame_domain::account::Health;
use sesame_domain::ids::{LoginId, PersonId};
use sesame_domain::login::{Event, QrEvent};
use sesame_domain::ports::{Signals as _, Topic};
use sesame_domain::time::ManualClock;
use tower::ServiceExt;

use crate::client::{Client, send};
use crate::support::services::Fault;
use crate::support::{World, account, noon, owner, settings};

/// One event as it was sent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    kind: String,
    id: String,
    data: String,
    retry: String,
}

impl Heard {
    fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// Reads events one by one.
struct Ear {
    body: BodyDataStream,
    buffer: String,
}

impl Ear {
    async fn open(client: &Client, id: LoginId, last: Option<&str>) -> Self {
        Self::at(client, &format!("/api/v1/logins/{id}/events"), last).await
    }

    async fn at(client: &Client, path: &str, last: Option<&str>) -> Self {
        let mut request = client.request("GET", path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = client.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        Self {
            body: response.into_body().into_data_stream(),
            buffer: String::new(),
        }
    }

    /// The next event; `None`: there is no more.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((event, rest)) = self.buffer.clone().split_once("\n\n") {
                rest.clone_into(&mut self.buffer);
                let mut heard = Heard::default();
                for line in event.lines() {
                    let (name, value) = line.split_once(':').unwrap();
                    let value = value.trim_start().to_owned();
                    match name {
                        "event" => heard.kind = value,
                        "id" => heard.id = value,
                        "data" => heard.data = value,
                        "retry" => heard.retry = value,
                        _ => {}
                    }
                }
                return Some(heard);
            }
            let bytes = self.body.next().await?.unwrap();
            self.buffer.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

#[tokio::test]
async fn events_tell_of_each_version_in_order_and_end_with_the_login() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let mut ear = Ear::open(&client, id, None).await;

    let first = ear.next().await.unwrap();
    assert_eq!((first.kind.as_str(), first.id.as_str()), ("login", "1"));
    assert_eq!(first.json()["status"], "starting");

    world.logins.show(id, b"0123456789abcdef");
    let second = ear.next().await.unwrap();
    assert_eq!(second.id, "2");
    assert!(
        second.json()["qr"]["url"]
            .as_str()
            .unwrap()
            .starts_with("tg://login?token=")
    );

    world.logins.feed(id, Event::CancelAsked);
    let last = ear.next().await.unwrap();
    assert_eq!(last.id, "3");
    assert_eq!(last.json()["status"], "cancelled");
    assert_eq!(ear.next().await, None);
}

#[tokio::test]
async fn what_was_heard_before_is_not_repeated() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.show(id, b"0123456789abcdef");
    let client = Client::signed_in(&world, 7).await;
    let mut ear = Ear::open(&client, id, Some("2")).await;
    world.logins.feed(id, QrEvent::TokenAccepted);
    assert_eq!(ear.next().await.unwrap().id, "3");
}

#[tokio::test]
async fn who_heard_the_end_is_told_not_to_come_back() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    world.logins.feed(id, Event::CancelAsked);
    let client = Client::signed_in(&world, 7).await;
    let request = client
        .request("GET", &format!("/api/v1/logins/{id}/events"))
        .header("last-event-id", "2")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(&client.router, request).await.status, 204);

    let mut ear = Ear::open(&client, id, Some("1")).await;
    assert_eq!(ear.next().await.unwrap().id, "2");
    assert_eq!(ear.next().await, None);
}

#[tokio::test]
async fn when_the_program_stops_everyone_is_asked_to_come_back() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let mut ear = Ear::open(&client, id, None).await;
    ear.next().await.unwrap();
    world.shutdown.cancel();
    let bye = ear.next().await.unwrap();
    assert_eq!(bye.retry, "1000");
    assert_eq!(bye.data, "");
    assert_eq!(ear.next().await, None);
}

#[tokio::test]
async fn who_goes_away_is_no_longer_listened_for() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let mut ear = Ear::open(&client, id, None).await;
    ear.next().await.unwrap();
    assert_eq!(world.logins.listeners(id), 1);
    drop(ear);
    assert_eq!(world.logins.listeners(id), 0);
}

#[tokio::test]
async fn a_last_event_id_that_is_none_is_malformed() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let request = client
        .request("GET", &format!("/api/v1/logins/{id}/events"))
        .header("last-event-id", "x")
        .body(Body::empty())
        .unwrap();
    let answer = send(&client.router, request).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

#[tokio::test]
async fn trouble_before_the_first_event_is_a_problem() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    *world.logins.fault.lock().unwrap() = Some(Fault::Busy);
    let answer = client.get(&format!("/api/v1/logins/{id}/events")).await;
    assert_eq!(answer.problem(), (503, "busy".to_owned()));
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn a_login_is_listened_to_once_and_all_are_told_to_its_end() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let mut ears = Vec::new();
    for _ in 0..4 {
        let mut ear = Ear::open(&client, id, None).await;
        assert_eq!(ear.next().await.unwrap().id, "1");
        ears.push(ear);
    }
    assert_eq!(world.logins.watchers(id), 1);
    // Whoever asks for all is gone; another one does.
    drop(ears.remove(0));
    world.logins.show(id, b"0123456789abcdef");
    let told = futures::future::join_all(ears.iter_mut().map(Ear::next)).await;
    assert!(told.iter().all(|it| it.as_ref().unwrap().id == "2"));
    world.logins.feed(id, Event::CancelAsked);
    // One sees the end while the others do not look.
    assert_eq!(ears[0].next().await.unwrap().id, "3");
    assert_eq!(ears[0].next().await, None);
    for ear in &mut ears[1..] {
        assert_eq!(ear.next().await.unwrap().id, "3");
        assert_eq!(ear.next().await, None);
    }
    drop(ears);
    assert_eq!(world.logins.watchers(id), 0);
}

#[tokio::test]
async fn the_oldest_of_too_many_streams_ends_and_says_why() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let mut ears = Vec::new();
    for _ in 0..7 {
        let mut ear = Ear::open(&client, id, None).await;
        ear.next().await.unwrap();
        ears.push(ear);
    }
    let bye = ears[0].next().await.unwrap();
    assert_eq!(bye.kind, "replaced");
    assert_eq!(ears[0].next().await, None);
    world.logins.show(id, b"0123456789abcdef");
    for ear in &mut ears[1..] {
        assert_eq!(ear.next().await.unwrap().id, "2");
    }
}

#[tokio::test]
async fn with_too_many_at_a_node_more_come_back_later_and_the_rest_is_answered() {
    let mut settings = settings("https://sesame.example/");
    settings.max_streams = 2;
    let world = World::new(Arc::new(ManualClock::new(noon())), settings);
    let (id, other) = (world.logins.start(&owner(7)), world.logins.start(&owner(8)));
    let client = Client::signed_in(&world, 7).await;
    let late = Client::signed_in(&world, 8).await;
    let mut ears = [
        Ear::open(&client, id, None).await,
        Ear::open(&client, id, None).await,
    ];
    let login = format!("/api/v1/logins/{other}");
    for path in ["/events", "?wait=20&version=1"] {
        let answer = late.get(&format!("{login}{path}")).await;
        assert_eq!(answer.problem(), (503, "crowded".to_owned()));
        assert_eq!(answer.header("retry-after"), "10");
    }
    assert_eq!(late.get(&login).await.status, 200);
    assert_eq!(ears[0].next().await.unwrap().id, "1");
    drop(ears);
    let mut ear = Ear::open(&late, other, None).await;
    assert_eq!(ear.next().await.unwrap().id, "1");
}

#[tokio::test]
async fn a_person_hears_of_each_change_of_their_account() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let mut ear = Ear::at(&client, "/api/v1/me/events", None).await;
    let first = ear.next().await.unwrap();
    assert_eq!(first.kind, "me");
    assert_eq!(
        first.json(),
        serde_json::json!({"account": null, "login": null})
    );

    // What is someone else's is no news.
    world.accounts.put(account(8, "Bob", Health::Alive, noon()));
    world
        .bell
        .publish(Topic::Account(PersonId(8)))
        .await
        .unwrap();
    let id = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    world
        .bell
        .publish(Topic::Account(PersonId(7)))
        .await
        .unwrap();
    let second = ear.next().await.unwrap();
    assert_eq!(second.json()["account"]["id"], id.to_string());

    // The page shows this state, and comes back with it.
    let home = client.get("/app/view/home").await.text;
    assert!(
        home.contains(&format!("data-state=\"{}\"", second.id)),
        "{home}"
    );
    let mut again = Ear::at(&client, "/api/v1/me/events", Some(&second.id)).await;
    let since = noon();
    world.accounts.all.lock().unwrap()[1].health = Health::Frozen { since };
    world
        .bell
        .publish(Topic::Account(PersonId(7)))
        .await
        .unwrap();
    for ear in [&mut ear, &mut again] {
        let heard = ear.next().await.unwrap();
        assert_eq!(heard.json()["account"]["health"]["state"], "frozen");
    }

    world.shutdown.cancel();
    assert_eq!(ear.next().await.unwrap().retry, "1000");
    assert_eq!(ear.next().await, None);
}

#[tokio::test]
async fn who_is_unknown_hears_nothing() {
    let (world, _clock) = World::still();
    let answer = Client::nobody(&world).get("/api/v1/me/events").await;
    assert_eq!(answer.status, 401);
}
