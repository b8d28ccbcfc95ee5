//! Sesame below a path of its host (`https://example.org/sesame/`), behind
//! nginx, which hands the path on or takes it off.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::nginx::{Handing, Nginx};
use sesame_test_support::test_server::{Guest, TestServer, by_button};

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const CODE: &str = ".code__card";

/// Sesame behind nginx, with Telegram pushing updates through it.
async fn behind(handing: Handing, path: &'static str) -> (TestServer, Nginx) {
    let mut proxy = Nginx::below(path).unwrap();
    let public = proxy.url();
    let server = TestServer::open_with(
        BINARY,
        |sandbox| sandbox,
        |sesame| {
            sesame
                .set("PUBLIC_URL", &public)
                .set("WEBHOOK_SECRET", "a-secret-of-the-webhook")
        },
    );
    let server = server.await.unwrap();
    proxy.serve(server.base(), handing).await.unwrap();
    (server, proxy)
}

async fn opened(server: &TestServer, guest: &Guest) -> Browser {
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    let address = server.phones.open(guest.person.id, by_button());
    browser.goto(address.await.unwrap()).await.unwrap();
    browser
}

/// The path in the browser's address, without the base.
async fn path(browser: &Browser, proxy: &Nginx) -> String {
    let address = browser.current_url().await.unwrap();
    let rest = address.as_str().strip_prefix(&proxy.url()).unwrap();
    rest.split('#').next().unwrap().to_owned()
}

async fn go(browser: &Browser, css: &str, view: &str) {
    browser.click(css).await.unwrap();
    browser.view(view).await.unwrap();
}

#[rstest]
#[case::kept(Handing::Kept)]
#[case::taken_off(Handing::Stripped)]
#[tokio::test]
async fn the_whole_app_works_below_a_path(#[case] handing: Handing) {
    let (server, proxy) = behind(handing, "sesame").await;
    // The bot hears of this by its webhook, which lies below the path too.
    let guest = server.guest(2).await.unwrap();
    assert_eq!(
        format!("{}/", guest.app.base()),
        proxy.url(),
        "the button leads below the path"
    );
    let browser = opened(&server, &guest).await;
    browser.view("home").await.unwrap();
    go(&browser, "[data-href$='/app/link']", "link").await;
    assert_eq!(path(&browser, &proxy).await, "app/link");
    browser.show_code().await.unwrap();

    browser.refresh().await.unwrap();
    browser.view("qr").await.unwrap();
    let link = browser.link_for_another_screen().await.unwrap();
    assert!(
        link.starts_with(&format!("{}screen/", proxy.url())),
        "{link}"
    );
    let screen = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    screen.goto(&link).await.unwrap();
    let code = screen.read_qr(CODE).await.unwrap();
    server.phones.scan(guest.person.id, &code).await.unwrap();
    screen.view("over").await.unwrap();
    browser.view("linked").await.unwrap();

    go(&browser, "[href*='/app/accounts/']", "account").await;
    go(&browser, "[href$='/app/activity']", "activity").await;
    assert_eq!(path(&browser, &proxy).await, "app/activity");
    browser.back().await.unwrap();
    browser.view("account").await.unwrap();
    browser.click("[data-dialog=unlink]").await.unwrap();
    go(&browser, "[data-action=unlink]", "unlinked").await;
    go(&browser, "[data-action=home]", "home").await;
    assert_eq!(path(&browser, &proxy).await, "app");
    go(&browser, "[href$='/app/data']", "data").await;
    go(&browser, "[data-href$='/app/erase']", "erase").await;
    browser.click("[data-dialog=erase-sheet]").await.unwrap();
    go(&browser, "[data-action=erase]", "receipt").await;
    let receipt = "return document.getElementById('receipt').textContent";
    let receipt = browser.execute(receipt, vec![]).await.unwrap();
    let receipt: String = receipt.convert().unwrap();
    assert!(receipt.contains(&proxy.url()), "{receipt}");
}

#[rstest]
#[case::kept(Handing::Kept)]
#[case::taken_off(Handing::Stripped)]
#[tokio::test]
async fn a_password_is_asked_and_events_come_below_a_path(#[case] handing: Handing) {
    // A path that begins like one of Sesame's own.
    let (server, _proxy) = behind(handing, "app").await;
    let guest = server.guest(1).await.unwrap();
    let person = guest.person.id;
    server
        .phones
        .set_password(person, "right", "")
        .await
        .unwrap();
    let browser = opened(&server, &guest).await;
    browser.view("home").await.unwrap();
    go(&browser, "[data-href$='/app/link']", "link").await;
    browser.show_code().await.unwrap();
    let code = browser.read_qr(CODE).await.unwrap();
    server.phones.scan(person, &code).await.unwrap();
    browser.view("password").await.unwrap();
    let banner = browser.execute("return document.getElementById('offline').hidden", vec![]);
    assert!(banner.await.unwrap().convert::<bool>().unwrap());
    browser.fill("#password", "right").await.unwrap();
    go(&browser, "[type=submit]", "linked").await;

    let app = server.reopen(&guest.person).await.unwrap();
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        let answer = app.ask(Method::GET, path, None).await.unwrap();
        assert_eq!(answer.status, 200, "{path}");
    }
    let document = app.ask(Method::GET, "/openapi.json", None).await.unwrap();
    assert_eq!(document.json["servers"], json!([{ "url": "/app" }]));
}
