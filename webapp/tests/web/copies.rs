//! Copies of chats in the Mini App: what is chosen, how one stands, all of them, what
//! the chats are called, and how one is fetched.

use axum::body::Body;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_domain::account::{Account, Health};
use sesame_domain::export::{ExportChoice, ExportEstimate, LastRenewal};
use sesame_domain::ids::ExportId;
use sesame_domain::job::{Cause, CauseCode, JobState, Outcome, WaitReason};
use sesame_domain::ports::ExportFilesError;
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::reading::{DialogKind, PeerPhoto, ReadError};
use sesame_domain::session::peer::PeerId;

use crate::client::{Answer, Client, send};
use crate::support::dialogs::dialog;
use crate::support::exports::{ARCHIVE, ESTIMATE};
use crate::support::{World, account, noon};

const CREW: PeerId = PeerId::Channel(2);

struct Page {
    world: World,
    client: Client,
    account: Account,
}

impl Page {
    async fn new() -> Self {
        Self::of(World::still().0).await
    }

    async fn of(world: World) -> Self {
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        world.accounts.put(ann.clone());
        Self {
            client: Client::signed_in(&world, 7).await,
            world,
            account: ann,
        }
    }

    fn path(&self) -> String {
        format!("/app/view/accounts/{}/chats/{CREW}", self.account.id)
    }

    async fn view(&self, path: &str) -> String {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.text
    }

    /// As a browser asks for a page.
    async fn as_people(&self, path: &str) -> Answer {
        let request = self.client.request("GET", path);
        let request = request.header("accept", "text/html,*/*;q=0.8");
        send(&self.client.router, request.body(Body::empty()).unwrap()).await
    }

    async fn chat(&self) -> String {
        self.view(&self.path()).await
    }

    fn put(&self) -> ExportId {
        let exports = &self.world.exports;
        exports.put(&self.account, CREW, ExportChoice::default())
    }

    fn job(&self, state: JobState) -> sesame_domain::ids::JobId {
        self.world.exports.job(&self.account, CREW, state)
    }
}

fn failed(code: &str) -> JobState {
    let cause = Cause {
        code: CauseCode::Other(code.to_owned()),
        detail: String::new(),
    };
    let (outcome, at) = (Outcome::Failed(cause), noon());
    JobState::Ended { outcome, at }
}

#[tokio::test]
async fn what_is_to_be_saved_is_chosen_and_what_is_not_is_said_before() {
    let page = Page::new().await;
    let form = page.chat().await;
    for said in [
        "data-action=\"save-copy\"",
        "value=\"round_videos\" checked",
        "value=\"104857600\"",
        "type=\"date\" name=\"from\"",
        "name=\"mine\"",
        "media that deletes itself",
        "kept here, sealed, for 7 days",
        "0 KB of 4 GB",
        "data-peer-protected hidden",
        "data-main>Save a copy<",
    ] {
        assert!(form.contains(said), "{said}: {form}");
    }
    // Telegram is not asked for it.
    assert!(page.world.dialogs.asked.lock().unwrap().is_empty());
    let other = Client::signed_in(&page.world, 8).await;
    assert_eq!(other.get(&page.path()).await.status, 404);
    let nothing = page.path().replace("channel2", "comet2");
    assert_eq!(page.client.get(&nothing).await.status, 404);
}

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
async fn without_room_nothing_is_begun_but_the_way_to_make_some_shown() {
    let page = Page::new().await;
    *page.world.exports.room.lock().unwrap() = 0;
    let form = page.chat().await;
    assert!(
        form.contains("all the room that there is for you, 0 KB"),
        "{form}"
    );
    assert!(form.contains("data-href=\"/app/copies\"") && !form.contains("save-copy"));
}

#[tokio::test]
async fn where_no_copies_are_kept_no_way_leads_to_them() {
    let page = Page::of(World::without_exports()).await;
    page.world.dialogs.add(DialogKind::Channel, &["News"]);
    for path in [page.path(), "/app/view/copies".to_owned()] {
        assert_eq!(page.client.get(&path).await.status, 404);
    }
    let account = format!("/app/view/accounts/{}", page.account.id);
    for path in [
        account.clone(),
        format!("{account}/chats"),
        format!("{account}/chats/part"),
        "/app/view/data".to_owned(),
    ] {
        let shown = page.view(&path).await;
        assert!(
            !shown.contains("/app/copies") && !shown.contains("data-chat="),
            "{shown}"
        );
        assert!(!shown.contains("Copies of chats"), "{shown}");
    }
}

#[tokio::test]
async fn chats_the_account_and_what_is_kept_lead_to_copies() {
    let page = Page::new().await;
    page.world.dialogs.add(DialogKind::Channel, &["News"]);
    let account = format!("/app/view/accounts/{}", page.account.id);
    for path in [
        account.clone(),
        format!("{account}/chats"),
        "/app/view/data".to_owned(),
    ] {
        assert!(
            page.view(&path).await.contains("href=\"/app/copies\""),
            "{path}"
        );
    }
    let part = page.view(&format!("{account}/chats/part")).await;
    let link = format!("href=\"/app/accounts/{}/chats/channel1\"", page.account.id);
    assert!(part.contains(&link), "{part}");
    assert!(
        page.view("/app/view/data")
            .await
            .contains("For 7 days after each was made")
    );
}

#[tokio::test]
async fn a_copy_that_is_made_shows_how_far_it_is_and_can_be_followed() {
    let page = Page::new().await;
    page.put();
    let job = page.job(JobState::Queued { from: noon() });
    let shown = page.chat().await;
    assert!(
        shown.contains("Waits for its turn") && !shown.contains("<progress"),
        "{shown}"
    );
    let since = noon() - TimeDelta::seconds(100);
    page.world.jobs.change(job, |job| {
        job.state = JobState::Running { since };
        let begun = Progress::from(0, Unit::Messages, since).of(Some(1_000));
        let begun = begun
            .beside(0, None, &Unit::Files)
            .beside(0, None, &Unit::Bytes);
        let later = begun.at(250, noon()).beside(3, Some(9), &Unit::Files);
        job.progress = Some(later.beside(3 << 19, None, &Unit::Bytes));
    });
    let shown = page.chat().await;
    for said in [
        "Is being saved",
        "max=\"1000\" value=\"250\"",
        "250 of 1000 messages",
        "5 min left",
        "3 of 9 files",
        "1.5 MB",
        "3 messages a second",
        "data-action=\"cancel-job\"",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    // By the tag that those hear who follow the job.
    let answer = page.client.get(&format!("/api/v1/jobs/{job}")).await.json();
    let tag = format!(
        "data-job=\"{job}\" data-tag=\"{}\"",
        answer["tag"].as_str().unwrap()
    );
    assert!(shown.contains(&tag), "{tag}: {shown}");
    page.world
        .jobs
        .change(job, |job| job.cancel_by = Some("owner".to_owned()));
    let shown = page.chat().await;
    assert!(shown.contains("Is being cancelled"), "{shown}");
    page.world.jobs.change(job, |job| {
        job.cancel_by = None;
        job.state = JobState::Waiting {
            until: noon() + TimeDelta::seconds(119),
            reason: WaitReason::Flood,
            cause: None,
        };
    });
    let shown = page.chat().await;
    assert!(
        shown.contains("Telegram asks to wait") && shown.contains(">1:59<"),
        "{shown}"
    );
    assert!(!shown.contains("a second"), "{shown}");
}

#[tokio::test]
async fn a_copy_that_is_there_says_what_it_has_and_what_can_be_done() {
    let page = Page::new().await;
    let id = page.put();
    page.world.exports.finish(id, 0);
    let shown = page.chat().await;
    for said in [
        "Ready to download",
        "<dd>12480</dd>",
        "<dd>312</dd>",
        "Kept until",
        "Everything",
        "Bring up to date",
        "Choose something else",
        "Remove this copy",
        "data-main data-action=\"fetch-copy\"",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!shown.contains("Did not come"), "{shown}");
    page.world.exports.finish(id, 3);
    let shown = page.chat().await;
    for said in [
        "3 messages and files did not come",
        "Did not come",
        "Try the missing ones again",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    // While it is brought up to date, what is there can be fetched.
    page.job(JobState::Running { since: noon() });
    let shown = page.chat().await;
    assert!(
        shown.contains("fetch-copy") && shown.contains("cancel-job"),
        "{shown}"
    );
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

#[rstest]
#[case("chat_forbidden", "may not read this chat any more", "retry-copy")]
#[case("session_ended", "Link it again", "data-href=\"/app/link\"")]
#[case("quota_exceeded", "Remove another one", "data-href=\"/app/copies\"")]
#[case(
    "export_damaged",
    "save it anew",
    "data-main data-action=\"ask\" data-dialog=\"remove\""
)]
#[case("strange", "Something went wrong on our side", "retry-copy")]
#[tokio::test]
async fn a_copy_that_was_given_up_says_why_and_what_to_do(
    #[case] code: &str,
    #[case] says: &str,
    #[case] way: &str,
) {
    let page = Page::new().await;
    let id = page.put();
    page.job(failed(code));
    let shown = page.chat().await;
    assert!(shown.contains(says) && shown.contains(way), "{shown}");
    assert!(!shown.contains("not brought up to date"), "{shown}");
    let listed = page.view("/app/view/copies").await;
    assert!(listed.contains("Stopped: see why"), "{listed}");
    // One from before is still there to be fetched.
    page.world.exports.finish(id, 0);
    let shown = page.chat().await;
    assert!(
        shown.contains("not brought up to date") && shown.contains("fetch-copy"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_cancelled_copy_can_go_on_and_an_older_job_says_nothing_of_a_newer_copy() {
    let page = Page::new().await;
    let id = page.put();
    let outcome = Outcome::Cancelled {
        by: "owner".to_owned(),
    };
    let job = page.job(JobState::Ended {
        outcome,
        at: noon(),
    });
    let shown = page.chat().await;
    assert!(
        shown.contains("It was cancelled") && shown.contains("Go on"),
        "{shown}"
    );
    page.world
        .jobs
        .change(job, |job| job.created_at = noon() - TimeDelta::days(1));
    let shown = page.chat().await;
    assert!(shown.contains("It was not finished"), "{shown}");
    page.world.exports.finish(id, 0);
    assert!(page.chat().await.contains("Ready to download"));
}

#[tokio::test]
async fn all_copies_are_listed_newest_first_without_what_the_chats_are_called() {
    let page = Page::new().await;
    assert!(
        page.view("/app/view/copies")
            .await
            .contains("No copies yet")
    );
    let exports = &page.world.exports;
    for number in 0..60 {
        let dialog = PeerId::User(number);
        let id = exports.put(&page.account, dialog, ExportChoice::default());
        exports.finish(id, 0);
    }
    let other = account(8, "Bo", Health::Alive, noon());
    exports.put(&other, PeerId::User(99), ExportChoice::default());
    let shown = page.view("/app/view/copies").await;
    assert_eq!(shown.matches("data-entry ").count(), 50, "{shown}");
    let newest = shown.find("data-peer=\"user59\"").unwrap();
    assert!(newest < shown.find("data-peer=\"user58\"").unwrap());
    assert!(shown.contains("12480 messages, 1 KB") && !shown.contains("user99"));
    let (_, older) = shown
        .split_once("data-href=\"/app/view/copies?after=")
        .unwrap();
    let older = older.split_once('"').unwrap().0;
    let rest = page.view(&format!("/app/view/copies?after={older}")).await;
    assert_eq!(rest.matches("data-entry ").count(), 10, "{rest}");
    assert!(
        rest.contains("data-peer=\"user0\"") && !rest.contains("?after="),
        "{rest}"
    );
    let odd = page.client.get("/app/view/copies?after=x").await;
    assert_eq!(odd.problem().0, 400);
}

#[tokio::test]
async fn what_chats_are_called_is_asked_of_telegram_when_someone_looks() {
    let page = Page::new().await;
    let mut crew = dialog(2, DialogKind::Supergroup, "<Crew>");
    crew.peer.is_protected = true;
    crew.photo = Some(PeerPhoto { id: 5, dc: 2 });
    page.world.dialogs.main.lock().unwrap().push(crew);
    let names = format!("/app/view/accounts/{}/names", page.account.id);
    let shown = page.view(&format!("{names}?of=channel2,user5")).await;
    for said in [
        "data-named=\"channel2\" data-protected",
        "&#60;Crew&#62;",
        "data-photo=\"/api/v1/accounts/",
        "Group",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!shown.contains("user5"), "{shown}");
    for query in ["", "?of=", "?of=comet5", "?of=user1,,user2"] {
        let answer = page.client.get(&format!("{names}{query}")).await;
        assert_eq!(answer.problem().0, 400, "{query}");
    }
    let many = vec!["user1"; 101].join(",");
    let answer = page.client.get(&format!("{names}?of={many}")).await;
    assert_eq!(answer.problem().0, 400);
    page.world.dialogs.fail(|| ReadError::Frozen);
    let answer = page.client.get(&format!("{names}?of=user1")).await;
    assert_eq!(answer.problem().1, "account_frozen");
}

#[tokio::test]
async fn a_link_that_gives_nothing_says_so_in_words_to_people_and_by_its_code_to_programs() {
    let (world, clock) = World::still();
    let page = Page::of(world).await;
    let id = page.put();
    page.world.exports.finish(id, 0);
    let link = async || {
        let path = format!("/api/v1/exports/{id}/link");
        let answer = page.client.post(&path).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://sesame.example")
            .unwrap()
            .to_owned()
    };
    let first = link().await;
    let fetched = page.as_people(&first).await;
    assert_eq!(fetched.status, 200);
    assert_eq!(fetched.text.as_bytes(), ARCHIVE);
    // Telegram's web clients fetch it from their own page.
    let allowed = fetched.header("access-control-allow-origin");
    assert_eq!(allowed, "https://web.telegram.org");
    let again = page.as_people(&first).await;
    assert_eq!(again.status, 410);
    assert!(
        again.text.contains("This link was already used"),
        "{}",
        again.text
    );
    assert_eq!(
        page.client.get(&first).await.problem(),
        (410, "link_used".to_owned())
    );

    let second = link().await;
    *page.world.exports.failing.lock().unwrap() =
        Some(|| ExportFilesError::Unreachable("gone".into()));
    let away = page.as_people(&second).await;
    assert_eq!(away.status, 503);
    assert!(
        away.text.contains("Not to be had at the moment"),
        "{}",
        away.text
    );
    *page.world.exports.failing.lock().unwrap() = None;
    // It was not used up.
    clock.advance(TimeDelta::minutes(16));
    let late = page.as_people(&second).await;
    assert_eq!(late.status, 404);
    assert!(
        late.text.contains("This link no longer works"),
        "{}",
        late.text
    );
    let code = page.client.get(&second).await.problem();
    assert_eq!(code, (404, "link_unknown".to_owned()));
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
