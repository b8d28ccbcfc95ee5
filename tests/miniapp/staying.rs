//! Nothing disappears: what holds is said for as long as it does, what was typed stays,
//! and one comes back to where one was.

use serde_json::json;
use sesame_test_support::browser::{Browser, Window};
use sesame_test_support::test_server::TestServer;

use crate::{BINARY, becomes, begin, opened, scan};

async fn network(browser: &Browser, is_there: bool) {
    browser.devtools("Network.enable", json!({})).await.unwrap();
    let conditions = json!({
        "offline": !is_there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    let method = "Network.emulateNetworkConditions";
    browser.devtools(method, conditions).await.unwrap();
}

#[tokio::test]
async fn who_is_offline_is_told_for_as_long_as_they_are() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    network(&browser, false).await;
    browser.shown("#offline").await.unwrap();
    browser.click("[href='/app/data']").await.unwrap();
    browser.shown("#offline").await.unwrap();
    browser.picture("offline").await.unwrap();
    network(&browser, true).await;
    browser.view("data").await.unwrap();
    browser.hidden("#offline").await.unwrap();
}

#[tokio::test]
async fn a_password_that_was_not_sent_stays_and_is_sent_again_when_asked() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    let password = server.phones.set_password(person, "secret", "");
    password.await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    browser.fill("#password", "secret").await.unwrap();
    network(&browser, false).await;
    browser.click("[type=submit]").await.unwrap();
    browser
        .says("[data-said=unsent]", "This was not sent")
        .await
        .unwrap();
    browser.shown("#offline").await.unwrap();
    browser.picture("password-unsent").await.unwrap();
    network(&browser, true).await;
    browser.hidden("#offline").await.unwrap();
    browser
        .says("[data-said=unsent]", "This was not sent")
        .await
        .unwrap();
    becomes(
        &browser,
        "document.querySelector('#password').value === 'secret'",
    )
    .await;
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();
}

#[tokio::test]
async fn back_leads_to_where_one_came_from() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.click("[href='/app/activity']").await.unwrap();
    browser.view("activity").await.unwrap();
    browser.click("#back").await.unwrap();
    browser.view("account").await.unwrap();
    browser.click("#back").await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href='/app/data']").await.unwrap();
    browser.view("data").await.unwrap();
    browser.click("[href='/app/activity']").await.unwrap();
    browser.view("activity").await.unwrap();
    // A reload forgets nothing of it.
    browser.refresh().await.unwrap();
    browser.view("activity").await.unwrap();
    browser.click("#back").await.unwrap();
    browser.view("data").await.unwrap();
}

#[tokio::test]
async fn linking_again_what_works_says_what_it_replaces() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.says(".lead", "Working").await.unwrap();
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.view("link").await.unwrap();
    let says = browser.says("[data-replaces]", "replaces the sign-in that is there");
    says.await.unwrap();
    browser.picture("link-again").await.unwrap();
}

/// What is seen while one view follows another: each frame is looked at.
#[tokio::test]
async fn between_two_views_there_is_no_empty_one() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    // The first one appears out of nothing.
    browser.settled().await.unwrap();
    let watch = "window.least = 1;
        const look = () => {
            const seen = [...document.querySelectorAll('.view')];
            const most = seen.map((it) => Number(getComputedStyle(it).opacity));
            window.least = Math.min(window.least, most.reduce((sum, it) => sum + it, 0));
            requestAnimationFrame(look);
        };
        look();";
    browser.execute(watch, vec![]).await.unwrap();
    browser.click("[data-href='/app/link']").await.unwrap();
    browser.view("link").await.unwrap();
    browser.settled().await.unwrap();
    becomes(&browser, "window.least > 0.6").await;
}

#[tokio::test]
async fn a_page_that_is_open_shows_what_changes_elsewhere() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    // It was looked at because it is shown.
    browser.says(".group", "Working · checked").await.unwrap();
    browser.says(".group", "Not used yet").await.unwrap();
    browser.picture("home-linked").await.unwrap();
    server.unlink(&guest).await.unwrap();
    browser.says("h1", "No account linked").await.unwrap();
}

#[tokio::test]
async fn an_account_that_was_frozen_before_it_was_scanned_is_never_said_to_work() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    let frozen = json!({ "state": "frozen" });
    server.phones.change(person, frozen).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    let watch = "window.worked = false;
        new MutationObserver(() => {
            if (/Working/.test(document.body.innerText)) window.worked = true;
        }).observe(document.body, { childList: true, subtree: true });";
    browser.execute(watch, vec![]).await.unwrap();
    begin(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("linked").await.unwrap();
    browser.says(".group", "Frozen by Telegram").await.unwrap();
    becomes(&browser, "window.worked === false").await;
}
