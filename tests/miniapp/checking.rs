//! Asking in the app whether an account works.

use rstest::rstest;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::{TestServer, by_button};
use sesame_test_support::wait::poll;

use crate::{BINARY, PATIENCE};

const CHECK: &str = "[data-action=check]";

#[rstest]
#[case(Window::Phone, Scheme::Light, "phone-light")]
#[case(Window::Phone, Scheme::Dark, "phone-dark")]
#[case(Window::Desktop, Scheme::Light, "desktop-light")]
#[case(Window::Desktop, Scheme::Dark, "desktop-dark")]
#[tokio::test]
async fn an_account_is_checked_at_a_press_of_a_button(
    #[case] window: Window,
    #[case] scheme: Scheme,
    #[case] name: &str,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.linked(1).await.unwrap();
    let browser = Browser::start(window, scheme).await.unwrap();
    let mut how = by_button();
    how["theme"] = match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    }
    .into();
    let address = server.phones.open(guest.person.id, how).await.unwrap();
    browser.goto(address).await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.click(CHECK).await.unwrap();
    let works = "Checked just now: it works.";
    browser.says("[data-checked]", works).await.unwrap();
    // It is not only to be seen while the former view fades away.
    browser.settled().await.unwrap();
    browser.says("[data-checked]", works).await.unwrap();
    // The person looks elsewhere and comes back, and the view is drawn anew.
    let comes_back = "window.dispatchEvent(new Event('focus'))";
    browser.execute(comes_back, vec![]).await.unwrap();
    browser
        .says(".view", "Checked by Sesame: works")
        .await
        .unwrap();
    browser.settled().await.unwrap();
    browser.says("[data-checked]", works).await.unwrap();
    browser
        .picture(&format!("check-works-{name}"))
        .await
        .unwrap();
    // Telegram does not answer.
    server
        .phones
        .fail("users.getUsers", 500, "INTERNAL", 1_000)
        .await
        .unwrap();
    presses_until(
        &browser,
        ".view:not(.leaving) [data-unchecked]:not([hidden])",
    )
    .await;
    browser.settled().await.unwrap();
    browser.shown("[data-unchecked]").await.unwrap();
    browser
        .picture(&format!("check-silent-{name}"))
        .await
        .unwrap();
    server.phones.heal().await.unwrap();
    // The person ends the device on their phone.
    let devices = server.devices(guest.person.id, 1).await.unwrap();
    let hash = devices[0].hash;
    server.phones.end(guest.person.id, hash).await.unwrap();
    presses_until(&browser, ".note--warn").await;
    browser.says(".hero", "Signed out").await.unwrap();
    browser
        .picture(&format!("check-ended-{name}"))
        .await
        .unwrap();
    server
        .phones
        .hears(guest.person.id, "no longer connected")
        .await
        .unwrap();
}

/// What was looked at just now is not looked at again: presses until it is.
async fn presses_until(browser: &Browser, shows: &str) {
    let found = poll(PATIENCE, async || {
        // The button is gone with the session.
        let press = format!("document.querySelector('{CHECK}')?.click()");
        browser.execute(&press, vec![]).await.ok()?;
        let there = format!("return Boolean(document.querySelector('{shows}'))");
        let there = browser.execute(&there, vec![]).await.ok()?;
        there.convert::<bool>().ok()?.then_some(())
    });
    assert!(found.await.is_some(), "{shows} does not come");
}
