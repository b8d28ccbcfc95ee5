//! What is kept in order from the pages: keys, the audit, a session.

use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::wait::poll;

use super::looks::Looks;
use super::{PATIENCE, server, sign_in};

/// Goes there again and again until it says so.
pub(crate) async fn comes_to_say(browser: &Browser, address: &str, place: &str, words: &str) {
    let said = poll(PATIENCE, async || {
        browser.goto(address).await.ok()?;
        let shown = browser.shown(place).await.ok()?.text().await.ok()?;
        shown.contains(words).then_some(())
    });
    assert!(said.await.is_some(), "{place} of {address}: {words}");
}

#[tokio::test]
async fn an_account_is_checked_and_the_page_says_what_came_of_it() {
    let server = server("operator").await;
    let guest = server.linked(1).await.unwrap();
    let browser = Browser::start(Window::Phone, Scheme::Dark).await.unwrap();
    sign_in(&server, &browser).await;
    let list = format!("{}/admin/accounts?q={}", server.base(), guest.person.id);
    browser.goto(list).await.unwrap();
    browser.click(".table .lead a").await.unwrap();
    browser
        .fill("#reason-check", "they asked by mail")
        .await
        .unwrap();
    browser
        .click("form[action$='/check'] .button")
        .await
        .unwrap();
    browser
        .says(".said", "A node looks at it now")
        .await
        .unwrap();
    // The page looks again by itself.
    browser.says(".table tbody", "it works").await.unwrap();
    Looks::of(&browser).at("account-checked").await;
    // The job says from which request it follows, and the owner sees nothing new.
    browser
        .click(".table tbody a[href*='/jobs/']")
        .await
        .unwrap();
    browser.says("dl.pairs", "By request").await.unwrap();
    browser
        .goto(format!(
            "{}/admin/audit?action=account_checked",
            server.base()
        ))
        .await
        .unwrap();
    browser
        .says(".table tbody", "they asked by mail")
        .await
        .unwrap();
}

#[tokio::test]
async fn the_audit_is_verified_and_a_key_is_made() {
    let server = server("owner").await;
    server.linked(1).await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    let page = |path: &str| format!("{}/admin/{path}", server.base());

    let audit = page("audit");
    comes_to_say(&browser, &audit, "#h-verify_audit", "Verify now").await;
    browser
        .fill("#reason-verify_audit", "a visitor asked")
        .await
        .unwrap();
    browser
        .click("form[action$='/schedules/run'] .button")
        .await
        .unwrap();
    browser.says("h1", "Audit").await.unwrap();
    comes_to_say(&browser, &audit, ".said--good", "were as they were written").await;
    Looks::of(&browser).at("audit-verified").await;

    browser.goto(page("keys")).await.unwrap();
    browser
        .fill("#reason-rotate", "a year is over")
        .await
        .unwrap();
    browser
        .click("form[action$='/keys/rotate'] .button")
        .await
        .unwrap();
    browser
        .says(".said", "A new version is active")
        .await
        .unwrap();
    // What is sealed under the one before keeps it from being retired.
    browser
        .says("#h-retirable", "Could be retired")
        .await
        .unwrap();
    browser
        .says("main", "superseded a moment ago")
        .await
        .unwrap();
    Looks::of(&browser).at("keys-rotated").await;
    browser
        .goto(page("audit?action=key_rotation_ordered"))
        .await
        .unwrap();
    browser
        .says(".table tbody", "a year is over")
        .await
        .unwrap();
}
