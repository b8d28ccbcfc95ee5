//! Copies of chats in the Mini App: what is chosen, how one stands, all of them, what
//! the chats are called, and how one is fetched.

use axum::body::Body;
use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::{Account, Health};
use sesame_domain::export::ExportChoice;
use sesame_domain::ids::ExportId;
use sesame_domain::job::{Cause, CauseCode, JobState, Outcome, WaitReason};
use sesame_domain::ports::ExportFilesError;
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::reading::{DialogKind, PeerPhoto, ReadError};
use sesame_domain::session::peer::PeerId;

use crate::client::{Answer, Client, send};
use crate::support::dialogs::dialog;
use crate::support::exports::ARCHIVE;
use crate::support::{World, account, noon};

pub(crate) const CREW: PeerId = PeerId::Channel(2);

pub(crate) struct Page {
    pub(crate) world: World,
    pub(crate) client: Client,
    pub(crate) account: Account,
}

impl Page {
    pub(crate) async fn new() -> Self {
        Self::of(World::still().0).await
    }

    pub(crate) async fn of(world: World) -> Self {
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        world.accounts.put(ann.clone());
        Self {
            client: Client::signed_in(&world, 7).await,
            world,
            account: ann,
        }
    }

    pub(crate) fn path(&self) -> String {
        format!("/app/view/accounts/{}/chats/{CREW}", self.account.id)
    }

    pub(crate) async fn view(&self, path: &str) -> String {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.text
    }

    /// As a browser asks for a page.
    pub(crate) async fn as_people(&self, path: &str) -> Answer {
        let request = self.client.request("GET", path);
        let request = request.header("accept", "text/html,*/*;q=0.8");
        send(&self.client.router, request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn chat(&self) -> String {
        self.view(&self.path()).await
    }

    pub(crate) fn put(&self) -> ExportId {
        let exports = &self.world.exports;
        exports.put(&self.account, CREW, ExportChoice::default())
    }

    pub(crate) fn job(&self, state: JobState) -> sesame_domain::ids::JobId {
        self.world.exports.job(&self.account, CREW, state)
    }
}

pub(crate) fn failed(code: &str) -> JobState {
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
