//! The picture of the README: both phones, the one that shows the code and the one
//! that scans it.

use std::fs;
use std::path::Path;

use serde_json::json;
use sesame_test_support::browser::{Browser, SHOW_CODE, Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::test_server::Site;
use thirtyfour::By;
use url::Url;

use crate::BINARY;
use crate::person::Person;

const FRAME: &str = "#miniapp iframe";
const MAIN_BUTTON: &str = "#miniapp .app-button.main";
/// Bob, whom every sandbox has.
const BOB: i64 = 5_000_002;

/// One font for the page and the app in it, wherever the picture is made.
const FONT: &str = "addEventListener('DOMContentLoaded', () => {
        const font = document.createElement('style');
        font.textContent = '* { font-family: \"Liberation Sans\", Arimo, Arial, sans-serif !important; }';
        document.head.append(font);
    });";

/// One of Bob's phones, as the sandbox's page draws it.
async fn phone(page: &str) -> Person {
    let mut person = Person::sit_down(page, Window::Desktop, Scheme::Light).await;
    person.browser.before_pages(FONT).await.unwrap();
    person.browser.goto(page).await.unwrap();
    person.browser.shown("#composer").await.unwrap();
    person.resize(1280, 860).await;
    person.browser.resize(1280, 860, 2).await.unwrap();
    person.choose("Bob").await;
    person.theme("light").await;
    person.platform("ios").await;
    person
}

async fn take(browser: &Browser, file: &Path) {
    browser.settled().await.unwrap();
    let device = browser.find(By::Css("#device")).await.unwrap();
    let picture = device.screenshot_as_png().await.unwrap();
    fs::write(file, picture).unwrap();
}

#[tokio::test]
#[ignore = "makes docs/pictures/both-phones.png anew"]
async fn both_phones() {
    let site = Site::new(BINARY).unwrap();
    let (_sandbox, ready) = site.start_sandbox(&site.sandbox()).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    let app = phone(&ready.phone).await;
    let browser = &app.browser;
    phones.say(BOB, "/start").await.unwrap();
    app.says("#messages", "Hello, Bob").await;
    app.click(".inline-button.opens-app").await;
    browser.hidden(".app-loading").await.unwrap();
    browser.enter(FRAME).await.unwrap();
    browser.view("home").await.unwrap();
    for view in ["link", "how"] {
        browser.enter_default_frame().await.unwrap();
        app.click(MAIN_BUTTON).await;
        browser.enter(FRAME).await.unwrap();
        browser.view(view).await.unwrap();
    }
    app.click(SHOW_CODE).await;
    browser.view("qr").await.unwrap();
    browser.read_qr(".code__card").await.unwrap();
    browser.settled().await.unwrap();
    browser.enter_default_frame().await.unwrap();

    let camera = phone(&ready.phone).await;
    let open = "document.querySelector('.bar-back, .bar button').click()";
    camera.ask(open).await;
    camera.click(".tabs button:last-child").await;
    let tap = "const cell = [...document.querySelectorAll('.settings .cell, .page .cell')]
            .find((it) => it.innerText.startsWith('Devices'));
        if (cell) cell.click();
        return Boolean(cell);";
    camera.until(tap).await;
    camera.click(".settings .wide.filled").await;
    camera.click("#nearby .cell").await;
    camera.says("#popups", "the account of Bob").await;

    let folder = tempfile::tempdir().unwrap();
    let files = ["app.png", "camera.png"].map(|name| folder.path().join(name));
    take(browser, &files[0]).await;
    take(&camera.browser, &files[1]).await;
    let page = format!(
        "<!doctype html><style>body {{ margin: 0; padding: 24px; width: 812px; box-sizing: border-box; \
         display: flex; gap: 24px; background: #e8ebf0 }} \
         img {{ width: 370px; border-radius: 40px; box-shadow: 0 4px 20px rgba(0, 0, 0, .18) }}</style>\
         <img src='{}'><img src='{}'>",
        Url::from_file_path(&files[0]).unwrap(),
        Url::from_file_path(&files[1]).unwrap()
    );
    let sheet = folder.path().join("both.html");
    fs::write(&sheet, page).unwrap();
    browser
        .goto(Url::from_file_path(&sheet).unwrap().as_str())
        .await
        .unwrap();
    let height =
        "return Math.ceil(document.querySelector('img').getBoundingClientRect().height) + 48;";
    let height = app.ask(height).await.as_u64().unwrap();
    let height = u32::try_from(height).unwrap();
    browser.resize(812, height, 2).await.unwrap();
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/both-phones.png");
    browser.screenshot(&place).await.unwrap();
    assert_ne!(json!(height), json!(48), "the pictures are there");
}
