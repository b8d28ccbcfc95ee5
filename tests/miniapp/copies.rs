//! Saving a copy of a chat: chosen, watched while it is made, stopped and gone on with,
//! fetched, looked into and removed; and one that Telegram has wait.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::axe;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::{Guest, TestServer, by_button};
use sesame_test_support::wait::poll;
use tempfile::TempDir;

use crate::{BINARY, PATIENCE, becomes};

/// What a message says that is looked for in what was fetched.
const SECRET: &str = "the quiet harbour of herrings";
const BAR: &str = ".view:not(.leaving) .far .bar";

/// Sesame with a place for copies, and someone with a chat to be saved.
struct Harbour {
    server: TestServer,
    guest: Guest,
    chat: i64,
    /// The message whose file is in trouble.
    broken: i64,
    _place: TempDir,
}

impl Harbour {
    async fn new(messages: u32) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("exports").display().to_string();
        let server = TestServer::open_with(
            BINARY,
            |sandbox| sandbox,
            |sesame| sesame.set("EXPORT_TO", folder),
        );
        let server = server.await.unwrap();
        let guest = server.linked(1).await.unwrap();
        let member = guest.person.id;
        let made = json!({ "title": "Harbour news", "members": [member], "messages": messages });
        let made = server.phones.ask(Method::POST, "/channels", Some(made));
        let chat = made.await.unwrap().json["id"].as_i64().unwrap();
        let said =
            json!({ "messages": [SECRET], "media": [{ "size": 700_000 }, { "size": 5_000 }] });
        let path = format!("/channels/{chat}/messages");
        let said = server.phones.ask(Method::POST, &path, Some(said)).await;
        let said = said.unwrap();
        assert_eq!(said.status, 201, "{said:?}");
        let ids = said.json["ids"].as_array().unwrap();
        Self {
            broken: ids.last().unwrap().as_i64().unwrap(),
            server,
            guest,
            chat,
            _place: place,
        }
    }

    /// Has the file in trouble fail, or not any more.
    async fn break_file(&self, fault: Value) {
        let path = format!(
            "/channels/{}/messages/{}/file-fault",
            self.chat, self.broken
        );
        let broken = self
            .server
            .phones
            .ask(Method::PUT, &path, Some(fault))
            .await;
        assert_eq!(broken.unwrap().status, 204);
    }

    /// From the app's first page to what is to be saved of the chat, by its name.
    async fn choose(&self, browser: &Browser, theme: &str) {
        let mut how = by_button();
        how["theme"] = theme.into();
        let person = self.guest.person.id;
        let address = self.server.phones.open(person, how).await.unwrap();
        browser.goto(address).await.unwrap();
        browser.view("home").await.unwrap();
        browser.click("[href^='/app/accounts/']").await.unwrap();
        browser.view("account").await.unwrap();
        browser.click("[href$='/chats']").await.unwrap();
        browser.view("chats").await.unwrap();
        browser.fill("[name=query]", "harb").await.unwrap();
        let found = "document.querySelectorAll('.view:not(.leaving) [data-entry]').length === 1";
        becomes(browser, found).await;
        browser.click("[data-chat]").await.unwrap();
        browser.view("save").await.unwrap();
        browser
            .says("[data-peer-name]", "Harbour news")
            .await
            .unwrap();
    }
}

/// A copy is kept up to date from now on, also after a reload, until it is not any more.
async fn kept_up_to_date(browser: &Browser) {
    let pressed = |every: &str| format!("[data-every={every}][aria-pressed=true]");
    browser.shown(&pressed("never")).await.unwrap();
    // Not below the button at the bottom.
    ask(
        browser,
        "document.querySelector('.keeping').scrollIntoView({ block: 'center' })",
    )
    .await;
    browser.click("[data-every=daily]").await.unwrap();
    browser.shown(&pressed("daily")).await.unwrap();
    browser.says(".keeping", "Next run").await.unwrap();
    browser.picture("copy-kept").await.unwrap();
    assert_eq!(axe::findings(browser).await.unwrap(), Vec::<String>::new());
    browser.refresh().await.unwrap();
    browser.view("copy").await.unwrap();
    browser.shown(&pressed("daily")).await.unwrap();
    ask(
        browser,
        "document.querySelector('.keeping').scrollIntoView({ block: 'center' })",
    )
    .await;
    browser.click("[data-every=never]").await.unwrap();
    browser.shown(&pressed("never")).await.unwrap();
}

async fn ask(browser: &Browser, what: &str) -> Value {
    let answer = browser.execute(&format!("return {what}"), vec![]).await;
    answer.unwrap().convert().unwrap()
}

/// How many messages the page says are there.
async fn messages(browser: &Browser) -> Option<u64> {
    let said = ask(
        browser,
        "(document.querySelector('.far__line strong') || {}).textContent",
    )
    .await;
    said.as_str()?.split(' ').next()?.parse().ok()
}

/// Waits until the page says that it is further than that, by itself.
async fn gets_on(browser: &Browser, from: u64) -> u64 {
    let further = poll(PATIENCE, async || {
        messages(browser).await.filter(|now| *now > from)
    });
    further.await.unwrap()
}

/// The one file that a folder comes to hold.
async fn downloaded(folder: &Path) -> Vec<u8> {
    let whole = poll(PATIENCE, async || {
        let mut files = fs::read_dir(folder).ok()?.flatten().map(|it| it.path());
        let file = files.find(|path| path.extension().is_some_and(|it| it == "zip"))?;
        fs::read(file).ok()
    });
    whole.await.unwrap()
}

/// The `result.json` of an archive, and how many files it has beside.
fn unpacked(bytes: &[u8]) -> (Value, usize) {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("it.zip");
    fs::write(&zip, bytes).unwrap();
    let script = "import sys, zipfile, json\nzip = zipfile.ZipFile(sys.argv[1])\n\
                  assert zip.testzip() is None\n\
                  files = [it for it in zip.namelist() if it.startswith('files/')]\n\
                  print(json.dumps([json.loads(zip.read('result.json')), len(files)]))";
    let mut python = Command::new("python3");
    let read = python.args(["-c", script]).arg(&zip).output().unwrap();
    assert!(read.status.success(), "{read:?}");
    serde_json::from_slice(&read.stdout).unwrap()
}

#[tokio::test]
async fn a_copy_is_chosen_watched_stopped_gone_on_with_completed_fetched_and_removed() {
    let harbour = Harbour::new(2_500).await;
    let phones = &harbour.server.phones;
    let fault = json!({ "fault": "error", "error_message": "LOCATION_NOT_AVAILABLE" });
    harbour.break_file(fault).await;
    let slow = json!({
        "kind": "delay", "method": "messages.getHistory", "least_ms": 500, "most_ms": 600, "seed": 7,
    });
    let slow = phones.ask(Method::POST, "/faults", Some(slow)).await;
    assert_eq!(slow.unwrap().status, 201);
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    harbour.choose(&browser, "light").await;
    browser.picture("save").await.unwrap();
    browser.click("[data-main]").await.unwrap();

    // It is watched, also after a reload and by whoever comes to it by the list.
    browser.view("copy").await.unwrap();
    browser
        .says("[data-peer-name]", "Harbour news")
        .await
        .unwrap();
    browser.shown(BAR).await.unwrap();
    let first = gets_on(&browser, 0).await;
    gets_on(&browser, first).await;
    browser.picture("copy-running").await.unwrap();
    browser.refresh().await.unwrap();
    browser.view("copy").await.unwrap();
    browser
        .says("[data-peer-name]", "Harbour news")
        .await
        .unwrap();
    let then = messages(&browser).await.unwrap_or_default();
    assert!(then >= first, "{then} after {first}");
    browser.click("#back").await.unwrap();
    browser.view("chats").await.unwrap();
    browser.click("[href='/app/copies']").await.unwrap();
    browser.view("copies").await.unwrap();
    browser
        .says("[data-entry]", "Is being saved")
        .await
        .unwrap();
    browser.says("[data-entry]", "Harbour news").await.unwrap();
    browser.click("[data-entry] a").await.unwrap();
    browser.view("copy").await.unwrap();
    gets_on(&browser, then).await;

    browser.click("[data-action=cancel-job]").await.unwrap();
    browser
        .says("[data-part=progress] .note--warn", "It was cancelled")
        .await
        .unwrap();
    phones.heal().await.unwrap();
    browser.click("[data-action=retry-copy]").await.unwrap();

    // A file did not come, and does when it is tried again.
    browser
        .says(".lead", "One message or file did not come")
        .await
        .unwrap();
    browser.picture("copy-incomplete").await.unwrap();
    harbour.break_file(json!({ "fault": "none" })).await;
    browser.click("[data-action=retry-copy]").await.unwrap();
    browser.says(".lead", "Ready to download").await.unwrap();
    browser.picture("copy-ready").await.unwrap();

    kept_up_to_date(&browser).await;
    assert!(browser.overflow().await.unwrap() <= 0);
    assert_eq!(axe::findings(&browser).await.unwrap(), Vec::<String>::new());

    let folder = tempfile::tempdir().unwrap();
    let allow = json!({ "behavior": "allow", "downloadPath": folder.path() });
    browser
        .devtools("Browser.setDownloadBehavior", allow)
        .await
        .unwrap();
    browser.click("[data-main]").await.unwrap();
    browser.shown("[data-told=opened]").await.unwrap();
    let (result, files) = unpacked(&downloaded(folder.path()).await);
    let said = result["messages"].as_array().unwrap();
    assert!(said.len() >= 2_503, "{}", said.len());
    assert!(said.iter().any(|message| message["text"] == SECRET));
    assert_eq!((result["name"].as_str(), files), (Some("Harbour news"), 2));
    // Opening it stands in the record that its owner reads.
    let audit = harbour
        .guest
        .app
        .ask(Method::GET, "/api/v1/audit", None)
        .await;
    assert!(audit.unwrap().text.contains("export_opened"));

    // The bot's notice leads to the list, where it is removed once that is confirmed.
    let person = harbour.guest.person.id;
    let notice = phones.hears(person, "is ready").await.unwrap();
    let button = &notice.reply_markup["inline_keyboard"][0][0];
    let page = button["web_app"]["url"].as_str().unwrap_or_default();
    assert!(page.ends_with("/app/copies"), "{notice:?}");
    browser.click("#back").await.unwrap();
    browser.view("copies").await.unwrap();
    browser.says("[data-entry]", "messages, ").await.unwrap();
    browser.click("[data-action=ask-remove]").await.unwrap();
    browser
        .click("#remove [data-action=remove-copy]")
        .await
        .unwrap();
    browser.says(".nothing", "No copies yet").await.unwrap();
}

#[tokio::test]
async fn a_copy_that_telegram_has_wait_says_until_when_and_is_cancelled_at_once() {
    let harbour = Harbour::new(30).await;
    let phones = &harbour.server.phones;
    let flood = phones.fail("messages.getHistory", 420, "FLOOD_WAIT_900", 50);
    flood.await.unwrap();
    let browser = Browser::start(Window::Narrow, Scheme::Dark).await.unwrap();
    harbour.choose(&browser, "dark").await;
    // Only some of it, for a change.
    browser.click("label:has([value=stickers])").await.unwrap();
    ask(
        &browser,
        "document.querySelector('[name=span][value=year]').click()",
    )
    .await;
    ask(&browser, "document.querySelector('[name=mine]').click()").await;
    browser.click("[data-main]").await.unwrap();
    browser.view("copy").await.unwrap();
    browser
        .says("[data-part=progress] .note--warn", "Telegram asks to wait")
        .await
        .unwrap();
    let left = ask(
        &browser,
        "document.querySelector('.view:not(.leaving) [data-until]').textContent",
    )
    .await;
    let minutes = left.as_str().unwrap().split(':').next().unwrap().to_owned();
    assert!(
        (10..=18).contains(&minutes.parse::<u32>().unwrap()),
        "{left}"
    );
    browser.picture("copy-parked").await.unwrap();
    assert!(browser.overflow().await.unwrap() <= 0);
    browser.refresh().await.unwrap();
    browser.view("copy").await.unwrap();
    browser
        .says("[data-part=progress] .note--warn", "Telegram asks to wait")
        .await
        .unwrap();
    browser.says(".chosen", "Only your messages").await.unwrap();
    browser.click("[data-action=cancel-job]").await.unwrap();
    let soon = Duration::from_secs(5);
    let cancelled = tokio::time::timeout(
        soon,
        browser.says("[data-part=progress] .note--warn", "It was cancelled"),
    );
    cancelled.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_copy_by_takeout_waits_until_it_was_allowed_elsewhere_and_is_tried_then() {
    let harbour = Harbour::new(30).await;
    let phones = &harbour.server.phones;
    let takeout = format!("/people/{}/takeout", harbour.guest.person.id);
    let delay = json!({ "delay_seconds": 86_400 });
    let delay = phones.ask(Method::PUT, &takeout, Some(delay)).await;
    assert_eq!(delay.unwrap().status, 200);
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    harbour.choose(&browser, "light").await;
    ask(&browser, "document.querySelector('[name=takeout]').click()").await;
    browser.picture("save-takeout").await.unwrap();
    browser.click("[data-main]").await.unwrap();
    browser.view("copy").await.unwrap();
    let note = "[data-part=progress] .note--warn";
    let asks = "Telegram asks on your other devices";
    browser.says(note, asks).await.unwrap();
    browser
        .says(note, "Otherwise it begins by itself in 23:59")
        .await
        .unwrap();
    browser.picture("copy-takeout-asks").await.unwrap();
    assert!(browser.overflow().await.unwrap() <= 0);
    assert_eq!(axe::findings(&browser).await.unwrap(), Vec::<String>::new());

    // Not allowed yet: it is tried, and waits on. Then it goes on at once.
    browser
        .click("[data-main][data-takeout=true]")
        .await
        .unwrap();
    let waits_on = poll(PATIENCE, async || {
        let calls = &phones.stats().await.ok()?["calls"]["account.initTakeoutSession"];
        let app = &harbour.guest.app;
        let waiting = app.ask(Method::GET, "/api/v1/jobs?state=waiting", None);
        let waiting = waiting.await.ok()?.json;
        let is_parked = waiting["jobs"][0]["reason"] == "takeout_delay";
        (calls.as_u64() >= Some(2) && is_parked).then_some(())
    });
    waits_on.await.unwrap();
    browser.says(note, asks).await.unwrap();
    let allow = format!("{takeout}/allow");
    let allowed = phones.ask(Method::POST, &allow, None);
    assert_eq!(allowed.await.unwrap().status, 204);
    browser
        .click("[data-main][data-takeout=true]")
        .await
        .unwrap();
    browser.says(".lead", "Ready to download").await.unwrap();
    let begun = phones.ask(Method::GET, &takeout, None).await.unwrap().json;
    assert_eq!(begun["begun"][0]["success"], true, "{begun}");

    // Brought up to date the same way, Telegram asks again, and it goes on without.
    browser.click("[data-action=retry-copy]").await.unwrap();
    browser.says(note, asks).await.unwrap();
    browser.click("[data-takeout=false]").await.unwrap();
    browser.says(".lead", "Ready to download").await.unwrap();
    let begun = phones.ask(Method::GET, &takeout, None).await.unwrap().json;
    assert_eq!(begun["begun"].as_array().unwrap().len(), 1, "{begun}");
}
