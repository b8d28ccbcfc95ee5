//! Copies that are read inside of an export of Telegram's: asked for, waited for, and
//! gone on with by either way.

use chrono::TimeDelta;
use serde_json::json;
use sesame_domain::account::{Account, Health};
use sesame_domain::export::{ExportChoice, ExportWay};
use sesame_domain::job::{Cause, CauseCode, JobState, Outcome, WaitReason};
use sesame_domain::session::peer::PeerId;

use crate::client::Client;
use crate::support::{World, account, noon};

const CREW: PeerId = PeerId::Channel(2);

async fn someone() -> (World, Client, Account) {
    let world = World::still().0;
    let ann = account(7, "Ann Lee", Health::Alive, noon());
    world.accounts.put(ann.clone());
    let client = Client::signed_in(&world, 7).await;
    (world, client, ann)
}

async fn shown(client: &Client, account: &Account) -> String {
    let path = format!("/app/view/accounts/{}/chats/{CREW}", account.id);
    client.get(&path).await.text
}

#[tokio::test]
async fn a_copy_is_read_by_takeout_if_that_is_asked_for_and_goes_on_that_way() {
    let (world, client, account) = someone().await;
    let form = shown(&client, &account).await;
    for said in [
        "name=\"takeout\"",
        "tells your other devices",
        "may ask there first",
    ] {
        assert!(form.contains(said), "{said}: {form}");
    }
    let path = format!("/api/v1/accounts/{}/exports", account.id);
    let body = json!({ "dialog": CREW.to_string(), "takeout": true });
    let asked = client.post_json(&path, &body).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let retry = format!(
        "/api/v1/exports/{}/retry",
        asked.json()["export"].as_str().unwrap()
    );
    let answer = client.post(&retry).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    for way in [
        json!({}),
        json!({ "takeout": false }),
        json!({ "takeout": null }),
    ] {
        assert_eq!(client.post_json(&retry, &way).await.status, 202);
    }
    let (by_takeout, ordinary) = (ExportWay::Takeout, ExportWay::Ordinary);
    let ways = [by_takeout, by_takeout, by_takeout, ordinary, ordinary];
    assert_eq!(*world.exports.ways.lock().unwrap(), ways);
    for wrong in [json!({ "takeout": 1 }), json!({ "way": "takeout" })] {
        assert_eq!(client.post_json(&retry, &wrong).await.status, 400);
    }
}

#[tokio::test]
async fn what_telegram_asks_first_is_said_with_every_way_on() {
    let (world, client, account) = someone().await;
    let exports = &world.exports;
    let id = exports.put(&account, CREW, ExportChoice::default());
    let job = exports.job(
        &account,
        CREW,
        JobState::Waiting {
            until: noon() + TimeDelta::hours(23),
            reason: WaitReason::TakeoutDelay,
            cause: None,
        },
    );
    let page = shown(&client, &account).await;
    for said in [
        "Telegram asks first",
        "Telegram asks on your other devices",
        "Otherwise it begins by itself in",
        ">23:00:00<",
        "data-takeout=\"true\">I allowed it: try now<",
        "data-takeout=\"false\">Go on without it<",
        "data-action=\"cancel-job\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let told = client.get(&format!("/api/v1/jobs/{job}")).await.json();
    assert_eq!(
        (&told["state"], &told["reason"]),
        (&json!("waiting"), &json!("takeout_delay"))
    );
    // Telegram ended it: nothing goes on before they said how.
    world.jobs.change(job, |job| {
        let cause = Cause {
            code: CauseCode::Other("takeout_over".to_owned()),
            detail: String::new(),
        };
        let (outcome, at) = (Outcome::Failed(cause), noon());
        job.state = JobState::Ended { outcome, at };
    });
    for is_made in [false, true] {
        if is_made {
            exports.finish(id, 0);
        }
        let page = shown(&client, &account).await;
        for said in [
            "Telegram ended the export",
            "data-takeout=\"true\">Ask Telegram again<",
            "data-takeout=\"false\">Go on without it<",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
}
