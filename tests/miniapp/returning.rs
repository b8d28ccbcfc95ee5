//! A page that comes back after it was put away.

use rstest::rstest;
use sesame_test_support::browser::{Browser, Window};
use sesame_test_support::test_server::TestServer;

use crate::{BINARY, becomes, begin, opened, scan};

/// How a page learns that it is back.
const FOCUS: &str = "window.dispatchEvent(new Event('focus'))";
const VISIBLE: &str = "document.dispatchEvent(new Event('visibilitychange'))";
const SHOWN: &str =
    "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";
const ONLINE: &str = "window.dispatchEvent(new Event('online'))";

async fn comes_back(browser: &Browser, how: &str) {
    browser.execute(how, vec![]).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_page_that_comes_back_shows_what_was_unlinked_meanwhile(
    #[values(FOCUS, VISIBLE, SHOWN, ONLINE)] how: &str,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    browser.view("home").await.unwrap();
    browser.shown("[href^='/app/accounts/']").await.unwrap();
    server.unlink(&guest).await.unwrap();
    comes_back(&browser, how).await;
    browser.says("h1", "No account linked").await.unwrap();
}

#[tokio::test]
async fn every_view_that_comes_back_is_up_to_date() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let account = opened(&server, &guest, Window::Phone).await;
    account.click("[href^='/app/accounts/']").await.unwrap();
    account.view("account").await.unwrap();
    let activity = opened(&server, &guest, Window::Desktop).await;
    activity.click("[href='/app/activity']").await.unwrap();
    activity.view("activity").await.unwrap();
    let link = opened(&server, &guest, Window::Phone).await;
    link.click("[href^='/app/accounts/']").await.unwrap();
    link.click("[data-href='/app/link']").await.unwrap();
    link.view("link").await.unwrap();
    link.click("[data-href='/app/link/how']").await.unwrap();
    link.view("how").await.unwrap();
    link.shown("[data-relink]").await.unwrap();
    let erase = opened(&server, &guest, Window::Phone).await;
    erase.click("[href='/app/data']").await.unwrap();
    erase.click("[data-href='/app/erase']").await.unwrap();
    erase.view("erase").await.unwrap();
    erase.says(".view", "Your linked account").await.unwrap();
    server.unlink(&guest).await.unwrap();

    comes_back(&account, VISIBLE).await;
    account.view("home").await.unwrap();
    comes_back(&activity, FOCUS).await;
    activity
        .says("[data-entries]", "You unlinked your account")
        .await
        .unwrap();
    comes_back(&link, VISIBLE).await;
    link.hidden("[data-relink]").await.unwrap();
    link.shown("[data-action=begin]").await.unwrap();
    comes_back(&erase, SHOWN).await;
    let gone = "!document.querySelector('.view').innerText.includes('Your linked account')";
    becomes(&erase, gone).await;
}

#[tokio::test]
async fn coming_back_takes_nothing_away() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest, Window::Phone).await;
    begin(&browser).await;
    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    browser.fill("#password", "rig").await.unwrap();
    for how in [FOCUS, VISIBLE, SHOWN] {
        comes_back(&browser, how).await;
    }
    browser.settled().await.unwrap();
    let field = browser.shown("#password").await.unwrap();
    field.send_keys("ht").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();

    // A receipt is shown once.
    browser.click("[data-action=close]").await.unwrap();
    browser.click("[href='/app/data']").await.unwrap();
    browser.click("[data-href='/app/erase']").await.unwrap();
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    // Neither is a sheet closed that asks something.
    comes_back(&browser, VISIBLE).await;
    browser.click("[data-action=erase]").await.unwrap();
    browser.view("receipt").await.unwrap();
    for how in [FOCUS, VISIBLE, SHOWN, ONLINE] {
        comes_back(&browser, how).await;
    }
    server.no_device(person).await.unwrap();
    browser.view("receipt").await.unwrap();
}
