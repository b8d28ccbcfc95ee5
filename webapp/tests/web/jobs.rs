use std::time::Duration;

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::ids::{AccountId, JobId};
use sesame_domain::job::{Cause, CauseCode, JobKind, JobState, Outcome, WaitReason};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::random::SystemEntropy;

use crate::client::Client;
use crate::support::{World, noon, owner};

fn running() -> JobState {
    JobState::Running { since: noon() }
}

fn done() -> JobState {
    ended(Outcome::Done {
        report: "12 messages".to_owned(),
    })
}

fn ended(outcome: Outcome) -> JobState {
    JobState::Ended {
        outcome,
        at: noon(),
    }
}

fn an_hour_on() -> sesame_domain::time::Timestamp {
    noon() + TimeDelta::hours(1)
}

fn export(world: &World, state: JobState) -> JobId {
    world.jobs.put(&owner(7), JobKind::EXPORT, state)
}

#[rstest]
#[case(JobState::Queued { from: noon() }, "queued", json!({"until": noon()}))]
#[case(running(), "running", json!({}))]
#[case(
    JobState::Waiting { until: an_hour_on(), reason: WaitReason::Flood, cause: None },
    "waiting",
    json!({"until": an_hour_on(), "reason": "flood"})
)]
#[case(
    JobState::Waiting {
        until: an_hour_on(),
        reason: WaitReason::Retry,
        cause: Some(Cause { code: CauseCode::Other("disk_full".to_owned()), detail: "/secret".to_owned() }),
    },
    "waiting",
    json!({"until": an_hour_on(), "reason": "retry", "code": "disk_full"})
)]
#[case(done(), "done", json!({"is_over": true, "ended_at": noon()}))]
#[case(
    ended(Outcome::Incomplete { report: "3 files missing".to_owned(), missing: 3 }),
    "incomplete",
    json!({"is_over": true, "ended_at": noon(), "missing": 3})
)]
#[case(
    ended(Outcome::Failed(Cause::failed("/secret"))),
    "failed",
    json!({"is_over": true, "ended_at": noon(), "code": "failed"})
)]
#[case(
    ended(Outcome::Cancelled { by: "Olga".to_owned() }),
    "cancelled",
    json!({"is_over": true, "ended_at": noon()})
)]
#[case(JobState::Unknown("dreaming".to_owned()), "dreaming", json!({}))]
#[tokio::test]
async fn how_a_job_stands_is_typed_and_what_it_is_about_is_not_told(
    #[case] state: JobState,
    #[case] name: &str,
    #[case] differs: Value,
) {
    let (world, _clock) = World::still();
    let id = export(&world, state);
    let client = Client::signed_in(&world, 7).await;
    let answer = client.get(&format!("/api/v1/jobs/{id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for secret in ["chat", "secret", "Olga", "12 messages"] {
        assert!(!answer.text.contains(secret), "{}", answer.text);
    }
    let mut expected = json!({
        "id": id.to_string(), "kind": "export", "account": null, "state": name,
        "is_over": false, "is_cancelling": false, "until": null, "reason": null,
        "code": null, "missing": 0, "attempts": 1, "created_at": noon(),
        "ended_at": null, "progress": null, "tag": answer.json()["tag"],
    });
    for (key, value) in differs.as_object().unwrap() {
        expected[key] = value.clone();
    }
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn progress_says_how_much_how_fast_and_how_long_yet() {
    let (world, _clock) = World::still();
    let id = export(&world, running());
    let at = noon() + TimeDelta::seconds(10);
    let progress = Progress::from(100, Unit::Messages, noon())
        .beside(0, None, &Unit::Bytes)
        .at(300, at)
        .of(Some(1_000))
        .beside(50_000, None, &Unit::Bytes);
    world.jobs.change(id, |job| job.progress = Some(progress));
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/jobs/{id}");
    let mut expected = json!({
        "unit": "messages", "done": 300, "total": 1_000, "rate": 20.0, "seconds_left": 35,
        "beside": [{"unit": "bytes", "done": 50_000, "total": null, "rate": 5_000.0}],
        "at": at,
    });
    assert_eq!(client.get(&path).await.json()["progress"], expected);
    // Where it stopped is still told, but nothing is left.
    world.jobs.change(id, |job| job.state = done());
    expected["seconds_left"] = Value::Null;
    assert_eq!(client.get(&path).await.json()["progress"], expected);
}

#[tokio::test]
async fn jobs_are_the_persons_own_and_of_kinds_that_they_ask_for() {
    let (world, _clock) = World::still();
    let account = AccountId::generate(&SystemEntropy, noon());
    let ids: Vec<_> = (0..5).map(|_| export(&world, running())).collect();
    world.jobs.change(ids[1], |job| job.account = Some(account));
    world.jobs.change(ids[2], |job| job.state = done());
    let unasked = world.jobs.put(&owner(7), JobKind::CHECK_NOW, running());
    let others = world.jobs.put(&owner(8), JobKind::EXPORT, running());
    let client = Client::signed_in(&world, 7).await;
    let list = async |query: &str| {
        let answer = client.get(&format!("/api/v1/jobs?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let json = answer.json();
        let jobs = json["jobs"].as_array().unwrap().iter();
        let found: Vec<_> = jobs
            .map(|job| job["id"].as_str().unwrap().to_owned())
            .collect();
        (found, json["next"].as_str().map(str::to_owned))
    };
    let named = |numbers: &[usize]| -> Vec<String> {
        numbers.iter().map(|it| ids[*it].to_string()).collect()
    };
    assert_eq!(list("").await, (named(&[4, 3, 2, 1, 0]), None));
    assert_eq!(list("state=done").await.0, named(&[2]));
    assert_eq!(list(&format!("account={account}")).await.0, named(&[1]));
    let (first, next) = list("limit=2").await;
    assert_eq!(first, named(&[4, 3]));
    let (rest, _) = list(&format!("cursor={}", next.unwrap())).await;
    assert_eq!(rest, named(&[2, 1, 0]));
    for id in [unasked.to_string(), others.to_string(), "none".to_owned()] {
        for (method, path) in [
            ("GET", format!("/api/v1/jobs/{id}")),
            ("GET", format!("/api/v1/jobs/{id}/events")),
            ("DELETE", format!("/api/v1/jobs/{id}")),
        ] {
            let answer = client.ask(method, &path).await;
            assert_eq!(
                answer.problem(),
                (404, "not_found".to_owned()),
                "{method} {path}"
            );
        }
    }
    for query in ["state=dreaming", "limit=x", "cursor=x", "what=x"] {
        let answer = client.get(&format!("/api/v1/jobs?{query}")).await;
        assert_eq!(answer.problem().0, 400, "{query}");
    }
}

#[tokio::test]
async fn cancelling_ends_what_waits_and_asks_what_runs_and_leaves_what_is_over() {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    let cancel = async |id: JobId| {
        let answer = client.delete(&format!("/api/v1/jobs/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let json = answer.json();
        (json["state"].clone(), json["is_cancelling"].clone())
    };
    let waits = export(&world, JobState::Queued { from: noon() });
    let runs = export(&world, running());
    let over = export(&world, done());
    assert_eq!(cancel(waits).await, (json!("cancelled"), json!(false)));
    assert_eq!(cancel(runs).await, (json!("running"), json!(true)));
    assert_eq!(cancel(over).await, (json!("done"), json!(false)));
}

#[tokio::test]
async fn waiting_ends_with_news_with_the_end_and_with_the_time() {
    let (world, _clock) = World::still();
    let id = export(&world, running());
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/jobs/{id}");
    let known = client.get(&path).await.json()["tag"]
        .as_str()
        .unwrap()
        .to_owned();
    // Nothing happens.
    let began = tokio::time::Instant::now();
    let same = client
        .get(&format!("{path}?wait=1&known={known}"))
        .await
        .json();
    assert_eq!(same["tag"], known);
    assert!(began.elapsed() >= Duration::from_secs(1));
    // It gets on meanwhile.
    let wait = format!("{path}?wait=30&known={known}");
    let (news, ()) = tokio::join!(client.get(&wait), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let progress = Progress::from(5, Unit::Messages, noon());
        world.jobs.change(id, |job| job.progress = Some(progress));
    });
    assert_eq!(news.json()["progress"]["done"], 5);
    assert!(began.elapsed() < Duration::from_secs(25));
    // What is over has no more news.
    world.jobs.change(id, |job| job.state = done());
    let over = client.get(&path).await.json();
    let wait = format!("{path}?wait=30&known={}", over["tag"].as_str().unwrap());
    let began = tokio::time::Instant::now();
    assert_eq!(client.get(&wait).await.json(), over);
    assert!(began.elapsed() < Duration::from_secs(25));
}

#[tokio::test]
async fn events_tell_each_state_once_and_end_with_the_job() {
    let (world, _clock) = World::still();
    let id = export(&world, running());
    let client = Client::signed_in(&world, 7).await;
    let path = format!("/api/v1/jobs/{id}/events");
    let (events, ()) = tokio::join!(client.get(&path), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.jobs.change(id, |job| {
            job.state = JobState::Waiting {
                until: an_hour_on(),
                reason: WaitReason::Flood,
                cause: None,
            };
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.jobs.change(id, |job| job.state = done());
    });
    assert_eq!(events.header("content-type"), "text/event-stream");
    let data = events
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    let states: Vec<Value> = data
        .map(|data| serde_json::from_str::<Value>(data).unwrap()["state"].clone())
        .collect();
    assert_eq!(states, ["running", "waiting", "done"]);
    let tag = events
        .text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("id: "));
    let request = client
        .request("GET", &path)
        .header("last-event-id", tag.unwrap());
    let request = request.body(axum::body::Body::empty()).unwrap();
    let again = crate::client::send(&client.router, request).await;
    assert_eq!(again.status, 204);
}
