//! Answers that are overtaken on their way by newer ones.

use sesame_test_support::browser::{Browser, Window};
use sesame_test_support::test_server::TestServer;

use crate::answers::{opened, run};
use crate::{BINARY, becomes, begin, scan};

const COMES_BACK: &str = "document.dispatchEvent(new Event('visibilitychange'))";

/// The page looks again, and the answer is long on its way.
async fn asks_and_waits(browser: &Browser) {
    run(browser, &format!("window.hold(); {COMES_BACK}")).await;
    becomes(browser, "window.isHeld").await;
}

/// The answer is there at last.
async fn arrives(browser: &Browser) {
    run(browser, "window.letGo()").await;
    becomes(browser, "window.hasArrived").await;
}

#[tokio::test]
async fn a_login_that_is_over_stays_so() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    asks_and_waits(&browser).await;
    run(&browser, COMES_BACK).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("linked").await.unwrap();
    arrives(&browser).await;
    browser.view("linked").await.unwrap();
}

#[tokio::test]
async fn an_account_that_was_linked_meanwhile_stays_on_the_page() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Desktop).await;
    asks_and_waits(&browser).await;
    guest.link(&server.phones).await.unwrap();
    run(&browser, COMES_BACK).await;
    browser.shown("[href^='/app/accounts/']").await.unwrap();
    arrives(&browser).await;
    browser.settled().await.unwrap();
    browser.shown("[href^='/app/accounts/']").await.unwrap();
}

#[tokio::test]
async fn a_receipt_that_is_shown_once_stays() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.click("[href='/app/data']").await.unwrap();
    browser.click("[data-href='/app/erase']").await.unwrap();
    browser.view("erase").await.unwrap();
    asks_and_waits(&browser).await;
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    browser.click("[data-action=erase]").await.unwrap();
    browser.view("receipt").await.unwrap();
    arrives(&browser).await;
    browser.settled().await.unwrap();
    browser.view("receipt").await.unwrap();
}
