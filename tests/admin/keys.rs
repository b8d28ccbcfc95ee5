//! A key is retired from its page, once nothing needs it and the chat said so.

use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::postgres::Postgres;

use super::looks::Looks;
use super::upkeep::comes_to_say;
use super::{OPERATOR, confirm, server, server_with, sign_in};

/// What was on its way when a version was superseded has long arrived.
const LONG_AGO: &str = "UPDATE key_versions SET created_at = created_at - interval '2 minutes'";

const RETIRE: &str = "form[action$='/keys/retire']";

/// Fills in a form and sends it.
async fn order(browser: &Browser, form: &str, reason: &str, why: &str) {
    browser.fill(reason, why).await.unwrap();
    browser.click(&format!("{form} .button")).await.unwrap();
}

/// Has a kind of job done or paused.
async fn scheduled(browser: &Browser, base: &str, choice: &str, said: &str) {
    browser
        .goto(format!("{base}/admin/schedules"))
        .await
        .unwrap();
    let kind = format!("#kind-{choice}");
    let rewrap = "select.value = 'rewrap'; return select.value";
    let script = format!("const select = document.querySelector('{kind}'); {rewrap}");
    let chosen = browser.execute(script, vec![]).await.unwrap();
    assert_eq!(chosen.convert::<String>().unwrap(), "rewrap");
    let form = format!("form[action$='/schedules/{choice}']");
    order(browser, &form, &format!("#reason-{choice}"), "keys change").await;
    browser.says(".said", said).await.unwrap();
}

#[tokio::test]
async fn a_key_is_retired_once_nothing_is_sealed_under_it_and_the_chat_said_so() {
    let postgres = Postgres::shared().await.unwrap();
    let database = postgres.create_database().await.unwrap();
    let server = server_with("owner", |sesame| sesame.set("DATABASE_URL", &database)).await;
    let guest = server.linked(1).await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    let base = server.base();
    let keys = format!("{base}/admin/keys");
    scheduled(&browser, base, "pause", "No node begins").await;

    browser.goto(&keys).await.unwrap();
    let rotate = "form[action$='/keys/rotate']";
    order(&browser, rotate, "#reason-rotate", "a year is over").await;
    browser
        .says(".said", "A new version is active")
        .await
        .unwrap();
    postgres.execute(&database, LONG_AGO).await.unwrap();

    // The session is still sealed under the one before: the page offers nothing,
    // and whoever sends it all the same is told why.
    comes_to_say(&browser, &keys, "main", "still wrapped under").await;
    let insist = "const option = document.querySelector('#key-retire option'); \
        option.disabled = false; option.selected = true; return option.value";
    let old = browser.execute(insist, vec![]).await.unwrap();
    let old: String = old.convert().unwrap();
    order(&browser, RETIRE, "#reason-retire", "it may have leaked").await;
    browser
        .says(".said--warn", "Nothing was retired")
        .await
        .unwrap();
    browser
        .says("#h-retirable", "Could be retired")
        .await
        .unwrap();
    Looks::of(&browser).at("keys-needed").await;

    scheduled(&browser, base, "resume", "begin jobs of this kind").await;
    scheduled(&browser, base, "run", "It is done now").await;
    comes_to_say(&browser, &keys, "main", "can be retired").await;
    Looks::of(&browser).at("keys-retirable").await;

    // Declined in the chat, nothing is done, and one is back where one was.
    order(&browser, RETIRE, "#reason-retire", "it may have leaked").await;
    browser
        .says("h1", "Confirm in the bot’s chat")
        .await
        .unwrap();
    let asked = server.phones.hears(OPERATOR, "it may have leaked").await;
    assert!(
        asked
            .unwrap()
            .text
            .contains(&format!("Retire the key {old}"))
    );
    Looks::of(&browser).at("keys-confirmation").await;
    server.phones.press(OPERATOR, "Do not").await.unwrap();
    browser.says("h1", "Declined in the chat").await.unwrap();
    browser.click(".sheet a.button").await.unwrap();
    browser.says("h1", "Keys").await.unwrap();
    browser.says("main", "can be retired").await.unwrap();

    let because = "it has leaked after all";
    order(&browser, RETIRE, "#reason-retire", because).await;
    confirm(&server, &browser, because).await;
    browser.says(".said--good", "It is retired").await.unwrap();
    browser.says(".table tbody", "retired").await.unwrap();
    browser.hidden(RETIRE).await.unwrap();
    Looks::of(&browser).at("keys-retired").await;
    let audit = format!("{base}/admin/audit?action=confirmation_used");
    browser.goto(audit).await.unwrap();
    browser.says(".table tbody", because).await.unwrap();
    let audit = format!("{base}/admin/audit?action=key_retired");
    browser.goto(audit).await.unwrap();
    browser.says(".table tbody", &old).await.unwrap();

    // The session opens under the new one.
    server.unlink(&guest).await.unwrap();
}

#[tokio::test]
async fn whoever_is_no_owner_is_offered_no_retiring() {
    let server = server("operator").await;
    let browser = Browser::start(Window::Phone, Scheme::Dark).await.unwrap();
    sign_in(&server, &browser).await;
    browser
        .goto(format!("{}/admin/keys", server.base()))
        .await
        .unwrap();
    browser.shown("#reason-rotate").await.unwrap();
    browser.hidden(RETIRE).await.unwrap();
}
