//! What can be chosen about a copy of a chat: how much it would be is said before, it is
//! kept up to date, and the bot sends it.

use serde_json::json;
use sesame_domain::export::{ExportEstimate, LastRenewal};
use sesame_domain::job::JobState;

use crate::client::Client;
use crate::copies::{CREW, Page, failed};
use crate::support::exports::{ARCHIVE, ESTIMATE};
use crate::support::noon;

#[tokio::test]
async fn how_much_it_would_be_is_said_before_it_is_begun() {
    let page = Page::new().await;
    let path = format!("/app/view/accounts/{}/estimate", page.account.id);
    assert!(
        page.chat()
            .await
            .contains(&format!("data-estimate=\"{path}\""))
    );
    let wanted = serde_json::json!({ "dialog": CREW.to_string(), "only_mine": true });
    let rough = page.client.post_json(&path, &wanted).await;
    for said in [
        "<strong>12000 messages</strong><span>310 files · 260 MB</span>",
        "An estimate: what is older is taken to be like the latest. Stickers are not counted.",
    ] {
        assert!(rough.text.contains(said), "{said}: {}", rough.text);
    }
    assert!(!rough.text.contains("That is more"), "{}", rough.text);
    let asked = page.world.exports.estimated.lock().unwrap().clone();
    assert!(matches!(asked.as_slice(), [choice] if choice.only_mine));
    *page.world.exports.estimate.lock().unwrap() = Some(ExportEstimate {
        messages: 1,
        is_exact: true,
        counts_all: true,
        ..ESTIMATE
    });
    *page.world.exports.room.lock().unwrap() = 10 << 20;
    let exact = page.client.post_json(&path, &wanted).await;
    for said in [
        "<strong>1 message</strong>",
        "That is how much there is now.</p>",
        "more than the 10 MB that are left",
    ] {
        assert!(exact.text.contains(said), "{said}: {}", exact.text);
    }
    *page.world.exports.estimate.lock().unwrap() = None;
    let unknown = page.client.post_json(&path, &wanted).await;
    assert_eq!(unknown.status, 503, "{}", unknown.text);
    let other = Client::signed_in(&page.world, 8).await;
    assert_eq!(other.post_json(&path, &wanted).await.status, 404);
    let nonsense = serde_json::json!({ "dialog": "comet2" });
    assert_eq!(page.client.post_json(&path, &nonsense).await.status, 400);
}

#[tokio::test]
async fn a_copy_is_kept_up_to_date_as_often_as_is_chosen_until_it_stops() {
    let page = Page::new().await;
    let id = page.put();
    page.world.exports.finish(id, 0);
    let pressed = |shown: &str, every: &str| {
        let begin = shown.find(&format!("data-every=\"{every}\"")).unwrap();
        shown[begin..]
            .split('>')
            .next()
            .unwrap()
            .contains("aria-pressed=\"true\"")
    };
    let shown = page.chat().await;
    assert!(
        pressed(&shown, "never") && !shown.contains("Next run"),
        "{shown}"
    );
    assert!(shown.contains("only changes when you"), "{shown}");
    let path = format!("/api/v1/exports/{id}/renewal");
    let set = page
        .client
        .put_json(&path, &json!({"every": "weekly"}))
        .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let renewal = set.json()["renewal"].clone();
    assert_eq!(
        (&renewal["every"], &renewal["failures"]),
        (&json!("weekly"), &json!(0))
    );
    assert!(
        renewal["next_at"].is_string() && renewal["last_at"].is_null(),
        "{renewal}"
    );
    let shown = page.chat().await;
    assert!(
        pressed(&shown, "weekly") && shown.contains("Next run"),
        "{shown}"
    );
    assert!(
        shown.contains("kept for 7 days after its last run"),
        "{shown}"
    );
    assert!(!shown.contains("Last run<"), "{shown}");
    // A run by itself tells no one in the chat.
    let job = page.job(JobState::Running { since: noon() });
    page.world.exports.change(id, |export| {
        export.renewal.as_mut().unwrap().job = Some(job);
    });
    let shown = page.chat().await;
    assert!(shown.contains("brought up to date by itself"), "{shown}");
    assert!(!shown.contains("chat with the bot says"), "{shown}");
    // It stopped.
    page.job(failed("chat_forbidden"));
    page.world.exports.change(id, |export| {
        let renewal = export.renewal.as_mut().unwrap();
        (renewal.next_at, renewal.job, renewal.failures) = (None, None, 1);
        renewal.last = Some(LastRenewal {
            at: noon(),
            failure: Some("chat_forbidden".to_owned()),
        });
    });
    let shown = page.chat().await;
    for said in [
        "not kept up to date any more",
        "may not read this chat",
        "choose again how often",
        "did not work",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(
        pressed(&shown, "never") && !shown.contains("Next run"),
        "{shown}"
    );
    let set = page
        .client
        .put_json(&path, &json!({"every": "never"}))
        .await;
    assert_eq!(set.json()["renewal"], json!(null));
    for (path, body, status) in [
        (&*path, json!({"every": "hourly"}), 400),
        (&*path, json!({}), 400),
        (
            "/api/v1/exports/00000000-0000-7000-8000-000000000000/renewal",
            json!({"every": "daily"}),
            404,
        ),
        ("/api/v1/exports/x/renewal", json!({"every": "daily"}), 404),
    ] {
        assert_eq!(
            page.client.put_json(path, &body).await.status,
            status,
            "{path} {body}"
        );
    }
}

#[tokio::test]
async fn how_far_a_run_looks_back_is_said_where_it_is_asked_for() {
    let page = Page::new().await;
    let id = page.put();
    let retry = format!("/api/v1/exports/{id}/retry");
    for (body, status, days) in [
        (json!({}), 202, 7),
        (json!({ "look_back": 0 }), 202, 0),
        (json!({ "look_back": 10_000 }), 400, 0),
    ] {
        let asked = page.client.post_json(&retry, &body).await;
        assert_eq!(asked.status, status, "{body}");
        let looked = page.world.exports.looked_back.lock().unwrap().unwrap();
        assert_eq!(looked.as_days(), days, "{body}");
    }
}

#[tokio::test]
async fn the_bot_sends_a_copy_that_is_small_enough() {
    let page = Page::new().await;
    let id = page.put();
    let path = format!("/api/v1/exports/{id}/send");
    let early = page.client.post(&path).await;
    assert_eq!(early.problem(), (409, "export_not_ready".to_owned()));
    assert!(!page.chat().await.contains("send-copy"));
    let exports = &page.world.exports;
    exports.finish(id, 0);
    let shown = page.chat().await;
    assert!(
        shown.contains("data-dialog=\"send\"") && shown.contains("send-copy"),
        "{shown}"
    );
    assert_eq!(page.client.post(&path).await.status, 204);
    let sent = page.world.chat.sent.lock().unwrap().clone();
    let whole = String::from_utf8_lossy(ARCHIVE);
    assert!(
        matches!(sent.as_slice(), [(owner, said)] if *owner == page.account.owner && said.ends_with(&*whole)),
        "{sent:?}"
    );
    let closed = &page.world.chat.is_closed;
    closed.store(true, std::sync::atomic::Ordering::Relaxed);
    let refused = page.client.post(&path).await;
    assert_eq!(refused.problem(), (409, "chat_closed".to_owned()));
    let other = Client::signed_in(&page.world, 8).await;
    assert_eq!(other.post(&path).await.status, 404);
    exports.change(id, |export| {
        export.made.as_mut().unwrap().archive_bytes = 50_000_001;
    });
    let large = page.client.post(&path).await;
    assert_eq!(large.problem(), (409, "export_too_large".to_owned()));
    assert!(!page.chat().await.contains("data-dialog=\"send\""));
}
