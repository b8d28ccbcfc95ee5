//! Engines that lack what is new.

use rstest::rstest;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::TestServer;

use crate::{BINARY, begin, open, scan};

/// What engines of some years ago lack. Notes whether the page ever said that
/// it was reconnecting.
const OLDER: &str = "
    for (const name of ['TextDecoderStream', 'structuredClone', 'RelativeTimeFormat']) delete window[name];
    delete Intl.RelativeTimeFormat;
    delete Object.fromEntries;
    delete Array.prototype.at;
    delete String.prototype.replaceAll;
    delete AbortSignal.timeout;
    delete AbortSignal.any;
    delete Crypto.prototype.randomUUID;
    delete Element.prototype.replaceChildren;
    delete Element.prototype.toggleAttribute;
    delete ReadableStream.prototype[Symbol.asyncIterator];
    delete HTMLDialogElement.prototype.showModal;
    delete HTMLDialogElement.prototype.close;
    for (const name of ['clipboard', 'share', 'canShare']) delete Navigator.prototype[name];
    document.addEventListener('DOMContentLoaded', () => {
        const banner = document.getElementById('offline');
        new MutationObserver(() => { if (!banner.hidden) window.complained = true; })
            .observe(banner, { attributes: true, attributeFilter: ['hidden'] });
    });";

/// Cannot read an answer while it comes.
const NO_STREAMS: &str = "delete window.TextDecoder; delete window.ReadableStream;";
/// Knows no languages.
const NO_WORDS: &str = "delete window.Intl;";

#[rstest]
#[case::older("")]
#[case::without_streams(NO_STREAMS)]
#[case::without_languages(NO_WORDS)]
#[tokio::test]
async fn an_engine_that_lacks_what_is_new_does_without(#[case] lacks: &str) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = server.guest(2).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    browser.before_pages(OLDER).await.unwrap();
    browser.before_pages(lacks).await.unwrap();
    open(&server, &guest, &browser).await;
    begin(&browser).await;
    browser.link_for_another_screen().await.unwrap();
    browser.click("#screen [data-action=copy]").await.unwrap();
    browser
        .click("#screen [data-action=dismiss]")
        .await
        .unwrap();
    browser.hidden("#screen").await.unwrap();
    // Shown here again, for another phone.
    browser
        .click("[data-view=other] [data-href*='/app/logins/']")
        .await
        .unwrap();
    browser.view("qr").await.unwrap();
    scan(&server, &browser, &guest.person).await;
    browser.view("password").await.unwrap();
    browser.fill("#password", "wrong").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    let words = "4 attempts are left";
    browser.says("#password-said", words).await.unwrap();
    browser.fill("#password", "right").await.unwrap();
    browser.click("[type=submit]").await.unwrap();
    browser.view("linked").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.click("[data-dialog=unlink]").await.unwrap();
    browser.shown("#unlink").await.unwrap();
    browser.picture("older-engine-sheet").await.unwrap();
    browser.click("[data-action=unlink]").await.unwrap();
    browser.view("unlinked").await.unwrap();
    browser.click("[data-action=home]").await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href='/app/activity']").await.unwrap();
    browser
        .says("[data-entries]", "You unlinked your account")
        .await
        .unwrap();
    let complained = "return Boolean(window.complained)";
    let complained = browser.execute(complained, vec![]).await.unwrap();
    assert!(
        !complained.convert::<bool>().unwrap(),
        "it was connected all the time"
    );
}
