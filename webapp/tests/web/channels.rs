use axum::body::Body;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::channel::{
    ChannelFailure, ReadingPolicy, SUBSCRIPTIONS_MAX, SubscribedChannel, TaggingConsent, Trouble,
};
use sesame_domain::ports::{ChannelRequestError, StoreError};
use sesame_domain::reading::ReadError;

use crate::client::{Answer, Client};
use crate::support::{World, account, noon};

const CHANNELS: &str = "/api/v1/channels";

struct Asking {
    world: World,
    client: Client,
    ann: Account,
}

impl Asking {
    async fn new() -> Self {
        let (world, _clock) = World::still();
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        world.accounts.put(ann.clone());
        Self {
            client: Client::signed_in(&world, 7).await,
            world,
            ann,
        }
    }

    /// Ann has this channel read.
    fn reads(&self, id: i64, title: &str) {
        let from = Some(noon() - TimeDelta::days(30));
        let policy = ReadingPolicy::usual(from);
        self.world.channels.subscribe(&self.ann, id, title, policy);
    }

    async fn add(&self, body: Value) -> Answer {
        self.client.post_json(CHANNELS, &body).await
    }

    async fn patch(&self, id: &str, body: impl Into<Body>) -> Answer {
        let path = format!("{CHANNELS}/{id}");
        let json = "application/json";
        self.client.ask_as("PATCH", &path, json, body).await
    }

    async fn all(&self) -> Vec<Value> {
        let answer = self.client.get(CHANNELS).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["channels"].as_array().unwrap().clone()
    }
}

fn usual() -> Value {
    json!({
        "from": noon() - TimeDelta::days(30), "kept_days": null, "forwards": true,
        "service_messages": false, "shortest": 0,
    })
}

#[tokio::test]
async fn a_channel_is_added_listed_and_removed() {
    let asking = Asking::new().await;
    asking.world.channels.put(12, "harbour");
    assert_eq!(asking.all().await, Vec::<Value>::new());

    let added = asking.add(json!({"channel": "@harbour"})).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let expected = json!({
        "id": "channel12", "title": "harbour", "username": null, "account": asking.ann.id,
        "state": {
            "name": "beginning", "message": "It is about to be read.", "since": null,
            "until": null, "failure": null, "reached_at": null, "read_at": null,
        },
        "policy": usual(), "consent": null, "added_at": noon(), "last_post_at": null,
    });
    assert_eq!(added.json(), expected);
    assert_eq!(asking.all().await, std::slice::from_ref(&expected));

    // Once more: it stays as it is.
    let again = json!({"channel": "https://t.me/harbour", "back": "all", "shortest": 9});
    let again = asking.add(again).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, expected));

    let path = format!("{CHANNELS}/channel12");
    assert_eq!(asking.client.delete(&path).await.status, 204);
    assert_eq!(asking.all().await, Vec::<Value>::new());
    let gone = asking.client.delete(&path).await;
    assert_eq!(gone.problem(), (404, "not_found".to_owned()));
}

#[rstest]
#[case::number(json!("12"))]
#[case::a_number(json!(12))]
#[case::as_dialogs_have_it(json!("channel12"))]
#[case::link_to_a_post(json!("https://t.me/c/12/5"))]
#[tokio::test]
async fn a_channel_is_named_by_its_number_too(#[case] name: Value) {
    let asking = Asking::new().await;
    asking.world.channels.put(12, "harbour");
    let body = json!({
        "channel": name, "account": asking.ann.id, "back": "week", "kept_days": 90,
        "forwards": false, "service_messages": true, "shortest": 20,
    });
    let added = asking.add(body).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let policy = json!({
        "from": noon() - TimeDelta::days(7), "kept_days": 90, "forwards": false,
        "service_messages": true, "shortest": 20,
    });
    assert_eq!(added.json()["policy"], policy);
}

#[rstest]
#[case::nothing(json!({}), "malformed")]
#[case::more(json!({"channel": "@harbour", "tag": "x"}), "malformed")]
#[case::far(json!({"channel": "@harbour", "back": "decade"}), "malformed")]
#[case::no_day(json!({"channel": "@harbour", "kept_days": 0}), "malformed")]
#[case::days(json!({"channel": "@harbour", "kept_days": 3_651}), "malformed")]
#[case::long(json!({"channel": "@harbour", "shortest": 4_097}), "malformed")]
#[case::account(json!({"channel": "@harbour", "account": "x"}), "malformed")]
#[case::empty(json!({"channel": ""}), "channel_name_invalid")]
#[case::word(json!({"channel": "harbour"}), "channel_name_invalid")]
#[case::zero(json!({"channel": 0}), "channel_name_invalid")]
#[case::person(json!({"channel": "user5"}), "channel_name_invalid")]
#[case::invitation(json!({"channel": "https://t.me/+AbCd"}), "channel_invitation")]
#[tokio::test]
async fn what_cannot_be_understood_adds_nothing(#[case] body: Value, #[case] code: &str) {
    let asking = Asking::new().await;
    asking.world.channels.put(12, "harbour");
    let answer = asking.add(body).await;
    assert_eq!(answer.problem(), (400, code.to_owned()));
    assert_eq!(asking.all().await, Vec::<Value>::new());
}

#[rstest]
#[case(ChannelRequestError::NoChannel, 409, "no_channel")]
#[case(ChannelRequestError::Protected, 409, "channel_protected")]
#[case(ReadError::NoAccess.into(), 403, "chat_forbidden")]
#[case(ReadError::NoSuchName.into(), 404, "chat_unknown")]
#[case(ReadError::PeerUnknown.into(), 404, "chat_unknown")]
#[case(ReadError::SessionDead(DeathCause::Revoked).into(), 409, "session_ended")]
#[case(ReadError::Elsewhere.into(), 503, "session_elsewhere")]
#[case(StoreError::inconsistent("a row").into(), 500, "internal")]
#[tokio::test]
async fn a_channel_that_cannot_be_read_is_not_added(
    #[case] refusal: ChannelRequestError,
    #[case] status: u16,
    #[case] code: &str,
) {
    let asking = Asking::new().await;
    asking.world.channels.put(12, "harbour");
    *asking.world.channels.refusal.lock().unwrap() = Some(refusal);
    let answer = asking.add(json!({"channel": "@harbour"})).await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
    assert_eq!(asking.all().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_flood_says_when_to_try_again() {
    let asking = Asking::new().await;
    let until = noon() + TimeDelta::seconds(900);
    let flood = ChannelRequestError::from(ReadError::Flood { until });
    *asking.world.channels.refusal.lock().unwrap() = Some(flood);
    let answer = asking.add(json!({"channel": "@harbour"})).await;
    assert_eq!(answer.problem(), (503, "telegram_flood".to_owned()));
    assert_eq!(answer.header("retry-after"), "900");
    assert_eq!(answer.json()["retry_at"], json!(until));
}

#[tokio::test]
async fn there_are_so_many_channels_at_most() {
    let asking = Asking::new().await;
    for number in 0..SUBSCRIPTIONS_MAX {
        let id = i64::try_from(number).unwrap() + 1_000;
        asking.reads(id, &format!("Channel {number:03}"));
    }
    asking.world.channels.put(12, "harbour");
    let answer = asking.add(json!({"channel": "@harbour"})).await;
    assert_eq!(answer.problem(), (409, "channels_full".to_owned()));
    let all = asking.all().await;
    assert_eq!(all.len(), SUBSCRIPTIONS_MAX);
    assert_eq!(all[199]["title"], "Channel 199");
    // One that is there is no more than there is.
    let there = asking.add(json!({"channel": "1000"})).await;
    assert_eq!(there.status, 200, "{}", there.text);
}

#[tokio::test]
async fn without_a_linked_account_nothing_is_read() {
    let (world, _clock) = World::still();
    world.channels.put(12, "harbour");
    let nobody = Client::signed_in(&world, 8).await;
    let body = json!({"channel": "@harbour"});
    let answer = nobody.post_json(CHANNELS, &body).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    let ann = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let hers = json!({"channel": "@harbour", "account": ann});
    let answer = nobody.post_json(CHANNELS, &hers).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
}

fn troubled(failure: ChannelFailure, failures: u32) -> impl Fn(&mut SubscribedChannel) {
    move |it| {
        it.channel.trouble = Some(Trouble {
            failure: failure.clone(),
            since: noon() - TimeDelta::hours(2),
            failures,
            is_told: false,
        });
        it.channel.next_at = noon() + TimeDelta::minutes(5);
    }
}

#[tokio::test]
async fn what_is_broken_comes_first_with_why_and_since_when() {
    let asking = Asking::new().await;
    let channels = &asking.world.channels;
    for (id, title) in [(1, "Apples"), (2, "Boats"), (3, "Cats"), (4, "Dogs")] {
        asking.reads(id, title);
    }
    let read_at = noon() - TimeDelta::minutes(1);
    channels.change_of(1, |it| {
        it.channel.read_at = Some(read_at);
        it.channel.progress.history.is_whole = true;
        it.channel.posted_at = Some(noon() - TimeDelta::hours(1));
        it.subscription.consent = Some(TaggingConsent {
            wording: 3,
            at: noon(),
        });
    });
    channels.change_of(2, |it| it.channel.read_at = Some(read_at));
    channels.change_of(3, troubled(ChannelFailure::Flood, 2));
    channels.change_of(4, troubled(ChannelFailure::NoAccess, 3));
    let all = asking.all().await;
    let names: Vec<_> = all
        .iter()
        .map(|it| {
            let title = it["title"].as_str().unwrap();
            (title, it["state"]["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Dogs", "lost"),
            ("Cats", "waiting"),
            ("Boats", "reading"),
            ("Apples", "up_to_date"),
        ]
    );
    let since = json!(noon() - TimeDelta::hours(2));
    let lost = &all[0]["state"];
    assert_eq!(
        (&lost["failure"], &lost["since"]),
        (&json!("no_access"), &since)
    );
    let sentence = lost["message"].as_str().unwrap();
    assert!(sentence.contains("may not read this channel any more"));
    let waiting = &all[1]["state"];
    let until = json!(noon() + TimeDelta::minutes(5));
    assert_eq!(
        (&waiting["failure"], &waiting["since"], &waiting["until"]),
        (&json!("flood"), &since, &until)
    );
    let sentence = waiting["message"].as_str().unwrap();
    assert!(sentence.contains("wants a pause"), "{sentence}");
    assert_eq!(all[2]["state"]["reached_at"], Value::Null);
    assert_eq!(all[3]["state"]["read_at"], json!(read_at));
    assert_eq!(all[3]["consent"], json!({"wording": 3, "at": noon()}));
    assert_eq!(all[3]["last_post_at"], json!(noon() - TimeDelta::hours(1)));
}

#[tokio::test]
async fn what_is_posted_after_access_was_lost_is_not_told() {
    let asking = Asking::new().await;
    asking.reads(1, "Apples");
    asking.world.channels.change_of(1, |it| {
        it.subscription.lost_at = Some(noon() - TimeDelta::hours(1));
        it.channel.posted_at = Some(noon());
    });
    let all = asking.all().await;
    assert_eq!(all[0]["state"]["name"], "lost");
    assert_eq!(all[0]["last_post_at"], Value::Null);
}

#[tokio::test]
async fn what_is_not_said_of_a_policy_stays_as_it_is() {
    let asking = Asking::new().await;
    asking.reads(12, "Harbour");
    let changes = [
        (json!({}), json!({})),
        (json!({"kept_days": 30}), json!({"kept_days": 30})),
        (json!({"shortest": 4_096}), json!({"shortest": 4_096})),
        (json!({"forwards": false}), json!({"forwards": false})),
        (
            json!({"service_messages": true}),
            json!({"service_messages": true}),
        ),
        (json!({"kept_days": null}), json!({"kept_days": null})),
        (json!({"back": "all"}), json!({"from": null})),
        (json!({"back": "none"}), json!({"from": noon()})),
    ];
    let mut expected = usual();
    for (change, becomes) in changes {
        for (name, value) in becomes.as_object().unwrap() {
            expected[name] = value.clone();
        }
        let answer = asking.patch("channel12", change.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["policy"], expected, "{change}");
        assert_eq!(asking.all().await[0]["policy"], expected, "{change}");
    }
}

#[rstest]
#[case(r#"{"kept_days": 0}"#)]
#[case(r#"{"kept_days": 3651}"#)]
#[case(r#"{"kept_days": -1}"#)]
#[case(r#"{"kept_days": "all"}"#)]
#[case(r#"{"shortest": 4097}"#)]
#[case(r#"{"back": "ever"}"#)]
#[case(r#"{"title": "x"}"#)]
#[case("{")]
#[tokio::test]
async fn a_policy_that_there_is_not_changes_nothing(#[case] body: &'static str) {
    let asking = Asking::new().await;
    asking.reads(12, "Harbour");
    let answer = asking.patch("12", body).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
    assert_eq!(asking.all().await[0]["policy"], usual());
}

#[tokio::test]
async fn a_channel_is_looked_at_now() {
    let asking = Asking::new().await;
    asking.reads(12, "Harbour");
    let channels = &asking.world.channels;
    channels.change_of(12, troubled(ChannelFailure::TelegramAway, 9));
    let path = format!("{CHANNELS}/channel12/look");
    let answer = asking.client.post(&path).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json()["state"]["until"], json!(noon()));
}

#[rstest]
#[case("channel12")]
#[case("12")]
#[case("99")]
#[case("channel")]
#[case("x")]
#[case("99999999999999999999")]
#[tokio::test]
async fn another_persons_channel_is_not_there(#[case] id: &str) {
    let asking = Asking::new().await;
    asking.reads(12, "Harbour");
    let ben = account(8, "Ben", Health::Alive, noon());
    asking.world.accounts.put(ben);
    let theirs = Client::signed_in(&asking.world, 8).await;
    let path = format!("{CHANNELS}/{id}");
    let missing = (404, "not_found".to_owned());
    let json = "application/json";
    let patched = theirs
        .ask_as("PATCH", &path, json, r#"{"shortest": 5}"#)
        .await;
    assert_eq!(patched.problem(), missing);
    assert_eq!(theirs.delete(&path).await.problem(), missing);
    let look = theirs.post(&format!("{path}/look")).await;
    assert_eq!(look.problem(), missing);
    let posts = theirs.get(&format!("{path}/posts")).await;
    assert_eq!(posts.problem(), missing);
    let listed = theirs.get(CHANNELS).await.json();
    assert_eq!(listed, json!({"channels": []}));
    assert_eq!(asking.all().await[0]["policy"], usual());
}
