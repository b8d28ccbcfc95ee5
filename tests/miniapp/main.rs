//! The Mini App by itself, in a browser: what goes wrong, and the other ways.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod answers;
mod chats;
mod checking;
mod copies;
mod engines;
mod keyboard;
mod overtaken;
#[path = "../phone_page/person.rs"]
#[allow(dead_code, reason = "these tests need a part of it")]
mod person;
mod phone;
mod returning;
mod staying;
mod telegrams_buttons;

use std::time::Duration;

use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::phone::Person;
use sesame_test_support::test_server::{Guest, TestServer, by_button};
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PATIENCE: Duration = Duration::from_secs(30);
const CODE: &str = ".code__card";

/// A browser in which a guest has just opened the Mini App.
async fn opened(server: &TestServer, guest: &Guest, window: Window) -> Browser {
    let browser = Browser::start(window, Scheme::Light).await.unwrap();
    open(server, guest, &browser).await;
    browser
}

async fn open(server: &TestServer, guest: &Guest, browser: &Browser) {
    let address = server
        .phones
        .open(guest.person.id, by_button())
        .await
        .unwrap();
    browser.goto(address).await.unwrap();
}

/// From the start to the code.
async fn begin(browser: &Browser) {
    browser.view("home").await.unwrap();
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.show_code().await.unwrap();
}

async fn scan(server: &TestServer, browser: &Browser, person: &Person) {
    let link = browser.read_qr(CODE).await.unwrap();
    server.phones.scan(person.id, &link).await.unwrap();
}

/// Waits until this holds in the page.
async fn becomes(browser: &Browser, what: &str) {
    let script = format!("return Boolean({what})");
    let holds = poll(PATIENCE, async || {
        let answer = browser.execute(&script, vec![]).await.ok()?;
        answer.convert::<bool>().ok()?.then_some(())
    });
    assert!(holds.await.is_some(), "not {what}");
}

async fn login_shown(browser: &Browser) -> String {
    let script = "return document.querySelector('.view').dataset.login";
    let id = browser.execute(script, vec![]).await.unwrap();
    id.convert().unwrap()
}

#[tokio::test]
async fn a_reload_and_a_second_tab_resume_the_attempt() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Desktop).await;
    begin(&browser).await;
    let login = login_shown(&browser).await;

    browser.refresh().await.unwrap();
    browser.view("qr").await.unwrap();
    assert_eq!(login_shown(&browser).await, login);

    let first_tab = browser.window().await.unwrap();
    let second_tab = browser.new_tab().await.unwrap();
    browser.switch_to_window(second_tab).await.unwrap();
    open(&server, &guest, &browser).await;
    browser.view("qr").await.unwrap();
    assert_eq!(login_shown(&browser).await, login);

    scan(&server, &browser, &guest.person).await;
    browser.view("linked").await.unwrap();
    browser.switch_to_window(first_tab).await.unwrap();
    browser.view("linked").await.unwrap();
    server.devices(guest.person.id, 1).await.unwrap();
}

#[tokio::test]
async fn a_cancelled_attempt_leaves_nothing_and_another_begins() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    server
        .phones
        .set_password(guest.person.id, "secret", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    let login = login_shown(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    browser.click("[data-action=cancel]").await.unwrap();
    browser.view("ended").await.unwrap();
    browser.says("h1", "Cancelled").await.unwrap();
    server.no_device(guest.person.id).await.unwrap();

    browser.click("[data-action=begin]").await.unwrap();
    browser.view("qr").await.unwrap();
    assert_ne!(login_shown(&browser).await, login);
}

#[tokio::test]
async fn an_attempt_ends_when_its_time_is_up() {
    let short = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| sesame.set("QR_TTL_SECONDS", "30"),
    );
    let server = short.await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    let link = browser.read_qr(CODE).await.unwrap();
    browser.view("ended").await.unwrap();
    browser.says("h1", "Time is up").await.unwrap();
    browser.picture("expired").await.unwrap();
    server
        .phones
        .hears(guest.person.id, "ran out")
        .await
        .unwrap();

    // The token may still live at Telegram: who scans it now links nothing.
    let late = server
        .phones
        .try_scan(guest.person.id, &link)
        .await
        .unwrap();
    server.no_device(guest.person.id).await.unwrap();
    assert!(
        guest.app.accounts().await.unwrap().is_empty(),
        "{}",
        late.text
    );

    browser.click("[data-action=begin]").await.unwrap();
    browser.view("qr").await.unwrap();
}

#[tokio::test]
async fn another_persons_account_is_refused() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let other = server.guest(2).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    scan(&server, &browser, &other.person).await;
    browser.view("ended").await.unwrap();
    browser
        .says("h1", "That was another account")
        .await
        .unwrap();
    browser.picture("wrong-account").await.unwrap();
    server
        .phones
        .hears(guest.person.id, "another account")
        .await
        .unwrap();
    server.no_device(other.person.id).await.unwrap();
    server.no_device(guest.person.id).await.unwrap();
    assert!(guest.app.accounts().await.unwrap().is_empty());
    assert!(other.app.accounts().await.unwrap().is_empty());
}

#[tokio::test]
async fn another_screen_shows_the_code_once() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let phone = opened(&server, &guest, Window::Phone).await;
    begin(&phone).await;
    let link = phone.link_for_another_screen().await.unwrap();
    phone.picture("another-screen-phone").await.unwrap();

    let screen = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    screen.goto(&link).await.unwrap();
    screen.view("qr").await.unwrap();
    let code = screen.read_qr(CODE).await.unwrap();
    screen.picture("another-screen").await.unwrap();

    let late = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    late.goto(&link).await.unwrap();
    late.view("used").await.unwrap();

    server.phones.scan(guest.person.id, &code).await.unwrap();
    screen.view("over").await.unwrap();
    screen.says("h1", "Done").await.unwrap();
    phone.view("linked").await.unwrap();
}

#[tokio::test]
async fn an_account_is_unlinked_in_the_app() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("linked").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.says(".hero", "Ada").await.unwrap();
    browser.picture("account").await.unwrap();
    browser.click("[data-dialog=unlink]").await.unwrap();
    browser.shown("#unlink").await.unwrap();
    browser.picture("unlink").await.unwrap();
    browser.click("[data-action=unlink]").await.unwrap();
    // It is said that it was done, here and in the chat.
    browser.view("unlinked").await.unwrap();
    browser.picture("unlinked").await.unwrap();
    let person = guest.person.id;
    let words = "You unlinked your account in the app";
    let said = server.phones.hears(person, words).await.unwrap();
    assert!(said.edit_date.is_some(), "the message of the link says so");
    browser.click("[data-action=home]").await.unwrap();
    browser.view("home").await.unwrap();
    browser.says("h1", "No account linked").await.unwrap();
    server.no_device(person).await.unwrap();
}

#[tokio::test]
async fn what_was_done_is_shown_and_everything_can_be_erased() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("linked").await.unwrap();
    browser.click("[data-action=close]").await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href='/app/activity']").await.unwrap();
    browser.view("activity").await.unwrap();
    for words in ["You linked your account", "You began to link", "minute"] {
        browser.says("[data-entries]", words).await.unwrap();
    }
    browser.picture("activity").await.unwrap();
    assert_eq!(browser.overflow().await.unwrap(), 0);

    browser.click("#back").await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href='/app/data']").await.unwrap();
    browser.view("data").await.unwrap();
    browser.picture("data").await.unwrap();
    browser.click("[data-href='/app/erase']").await.unwrap();
    browser.view("erase").await.unwrap();
    browser.picture("erase").await.unwrap();
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    browser.shown("#erase-sheet").await.unwrap();
    browser.click("[data-action=erase]").await.unwrap();
    browser.view("receipt").await.unwrap();
    browser.says("h1", "Erased").await.unwrap();
    browser.picture("receipt").await.unwrap();
    let number = browser
        .shown(".number")
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    server.no_device(guest.person.id).await.unwrap();

    browser.refresh().await.unwrap();
    browser.view("reopen").await.unwrap();
    let heading = "h1:not([hidden])";
    browser.says(heading, "about you was erased").await.unwrap();

    // Whoever comes back is new, and finds the proof under the same number. Telegram
    // says when it lets someone in by the second: that of the erasure does not count.
    tokio::time::sleep(Duration::from_secs(1)).await;
    open(&server, &guest, &browser).await;
    browser.view("home").await.unwrap();
    browser.says("h1", "No account linked").await.unwrap();
    browser.click("[href='/app/activity']").await.unwrap();
    browser.view("activity").await.unwrap();
    let asked_for = "[data-entry]:has(.number) summary";
    browser.click(asked_for).await.unwrap();
    browser
        .says(".entry details[open] .number", &number)
        .await
        .unwrap();
}

#[tokio::test]
async fn it_works_without_telegrams_script_on_the_narrowest_phone() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    server
        .phones
        .set_password(guest.person.id, "secret", "the usual one")
        .await
        .unwrap();
    let browser = Browser::start(Window::Narrow, Scheme::Dark).await.unwrap();
    browser.devtools("Network.enable", json!({})).await.unwrap();
    let blocked = json!({ "urls": ["*telegram-web-app.js*"] });
    browser
        .devtools("Network.setBlockedURLs", blocked)
        .await
        .unwrap();
    open(&server, &guest, &browser).await;

    let fits = async |name: &str| {
        browser.view(name).await.unwrap();
        browser.picture(&format!("narrow-{name}")).await.unwrap();
        assert_eq!(browser.overflow().await.unwrap(), 0, "{name} is too wide");
    };
    fits("home").await;
    browser.click("[data-href='/app/link']").await.unwrap();
    fits("link").await;
    browser.show_code().await.unwrap();
    fits("qr").await;
    let bridge = browser
        .execute("return typeof window.Telegram", vec![])
        .await
        .unwrap();
    assert_eq!(bridge.convert::<String>().unwrap(), "undefined");
    scan(&server, &browser, &guest.person).await;
    fits("password").await;
    browser.fill("#password", "wrong").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser
        .says("#password-said", "4 attempts are left")
        .await
        .unwrap();
    fits("password").await;
    browser.fill("#password", "secret").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    fits("linked").await;
    browser.click("[data-action=close]").await.unwrap();
    fits("home").await;
    browser.click("[href^='/app/accounts/']").await.unwrap();
    fits("account").await;
    browser.click("[href='/app/activity']").await.unwrap();
    fits("activity").await;
    browser.click("#back").await.unwrap();
    fits("account").await;
    browser.click("#back").await.unwrap();
    fits("home").await;
    browser.click("[href='/app/data']").await.unwrap();
    fits("data").await;
    browser.click("[data-href='/app/erase']").await.unwrap();
    fits("erase").await;
}
