//! The newcomer's path, as a person walks it: from the chat to "linked".

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use rstest::rstest;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::phone::{NewPerson, Phones};
use sesame_test_support::test_server::Site;
use thirtyfour::By;
use thirtyfour::prelude::ElementQueryable;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const FRAME: &str = "#miniapp iframe";
const MAIN_BUTTON: &str = "#miniapp .app-button.main";
/// What Telegram's app asks before it shares a number.
const SHARE_CONTACT: &str = ".popup-buttons .popup-button:not(.cancel)";

/// Someone in front of the page that plays their phone.
struct Newcomer {
    browser: Browser,
    /// Begins the names of the pictures.
    name: String,
}

impl Newcomer {
    /// Sits down, picks the person's phone and its looks.
    async fn sit_down(page: &str, person: &str, window: Window, scheme: Scheme) -> Self {
        let browser = Browser::start(window, scheme).await.unwrap();
        browser.goto(page).await.unwrap();
        browser.shown("#composer button").await.unwrap();
        let (device, platform) = match window {
            Window::Phone | Window::Narrow => ("phone", "ios"),
            Window::Desktop => ("desktop", "tdesktop"),
        };
        let theme = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let name = format!("{device}-{theme}");
        let newcomer = Self { browser, name };
        if window == Window::Phone {
            newcomer.click("#room-open").await;
        }
        newcomer
            .click(&format!("#theme-choice [data-value={theme}]"))
            .await;
        newcomer
            .click(&format!("#platform-choice [data-value={platform}]"))
            .await;
        newcomer.pick(person).await;
        newcomer
    }

    async fn pick(&self, person: &str) {
        let name = format!("//*[@id='people']//button[.//strong[text()='{person}']]");
        let button = self.browser.query(By::XPath(name)).and_clickable();
        button.first().await.unwrap().click().await.unwrap();
    }

    async fn click(&self, css: &str) {
        self.browser.click(css).await.unwrap();
    }

    async fn look(&self, name: &str) {
        self.browser
            .picture(&format!("{}-{name}", self.name))
            .await
            .unwrap();
    }

    /// Presses the main button, which Telegram shows below the Mini App.
    async fn main_button(&self) {
        self.browser.enter_default_frame().await.unwrap();
        self.click(MAIN_BUTTON).await;
        self.browser.enter(FRAME).await.unwrap();
    }

    /// Waits for a view of the Mini App and keeps a picture of it.
    async fn sees(&self, view: &str) {
        self.browser.view(view).await.unwrap();
        self.look(view).await;
    }

    async fn password(&self, password: &str) {
        self.browser.fill("#password", password).await.unwrap();
        self.main_button().await;
    }
}

/// Who has one phone and no other screen: Telegram gives the number, and the code
/// stands in the chat with Telegram.
#[rstest]
#[tokio::test]
async fn from_the_chat_to_linked_with_one_phone(
    #[values(Scheme::Light, Scheme::Dark)] scheme: Scheme,
) {
    let site = Site::new(BINARY).unwrap();
    let (_sandbox, ready) = site.start_sandbox(&site.sandbox()).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    let ada = phones.create(&NewPerson::of("Ada", 2)).await.unwrap();
    let newcomer = Newcomer::sit_down(&ready.phone, "Ada", Window::Phone, scheme).await;
    let browser = &newcomer.browser;
    newcomer.click("#composer .wide").await;
    newcomer.click(".inline-button.opens-app").await;
    browser.hidden(".app-loading").await.unwrap();
    browser.settled().await.unwrap();
    browser.enter(FRAME).await.unwrap();
    browser.view("home").await.unwrap();
    newcomer.main_button().await;
    browser.view("link").await.unwrap();
    newcomer.main_button().await;
    browser.view("how").await.unwrap();
    newcomer.click("[data-method=phone]").await;
    newcomer.sees("number").await;
    newcomer.click("[data-action=contact]").await;
    browser.enter_default_frame().await.unwrap();
    newcomer.look("contact-asked").await;
    newcomer.click(SHARE_CONTACT).await;
    browser.enter(FRAME).await.unwrap();
    newcomer.sees("login-code").await;
    let codes = phones.codes(ada.id).await.unwrap();
    // The last digit is enough: nothing is pressed.
    browser.fill("#code", &codes[0]).await.unwrap();
    newcomer.sees("linked").await;
    assert_eq!(phones.authorizations(ada.id).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn from_the_chat_to_linked(
    #[values(Window::Phone, Window::Desktop)] window: Window,
    #[values(Scheme::Light, Scheme::Dark)] scheme: Scheme,
) {
    let site = Site::new(BINARY).unwrap();
    let (_sandbox, ready) = site.start_sandbox(&site.sandbox()).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    // Their account lives in the second data centre and has a password.
    let ada = phones.create(&NewPerson::of("Ada", 2)).await.unwrap();
    phones
        .set_password(ada.id, "correct horse", "an animal")
        .await
        .unwrap();

    let newcomer = Newcomer::sit_down(&ready.phone, "Ada", window, scheme).await;
    let browser = &newcomer.browser;
    newcomer.click("#composer .wide").await;
    browser.says("#messages", "Hello, Ada").await.unwrap();
    newcomer.look("chat").await;

    newcomer.click(".inline-button.opens-app").await;
    browser.hidden(".app-loading").await.unwrap();
    browser.settled().await.unwrap();
    browser.enter(FRAME).await.unwrap();
    newcomer.sees("home").await;
    newcomer.main_button().await;
    newcomer.sees("link").await;
    newcomer.main_button().await;
    if window == Window::Phone {
        newcomer.sees("how").await;
        newcomer.click("[data-method=qr]:not([data-to])").await;
    }
    browser.view("qr").await.unwrap();
    let link = browser.read_qr(".code__card").await.unwrap();
    newcomer.look("qr").await;

    phones.scan(ada.id, &link).await.unwrap();
    newcomer.sees("password").await;
    browser.says("#password-hint", "an animal").await.unwrap();
    newcomer.password("wrong horse").await;
    browser.says("#password-said", "not right").await.unwrap();
    browser.says("#password-said", "4 attempts").await.unwrap();
    newcomer.look("password-wrong").await;
    newcomer.password("correct horse").await;
    newcomer.sees("linked").await;
    browser.says(".view", "Ada").await.unwrap();

    newcomer.browser.enter_default_frame().await.unwrap();
    newcomer.click(MAIN_BUTTON).await;
    browser.hidden(FRAME).await.unwrap();
    browser
        .says("#messages", "Your account is linked")
        .await
        .unwrap();
    newcomer.look("chat-linked").await;
    let devices = phones.authorizations(ada.id).await.unwrap();
    let [device] = &devices[..] else {
        unreachable!("one device, not {devices:?}")
    };
    assert_eq!(device.rest["dc"], 2);
    assert_eq!(device.rest["state"], "complete");
}
