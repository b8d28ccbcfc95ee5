//! The chats of an account: kinds, search, parts that load as one scrolls, and what
//! stands in the way.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_test_support::axe;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::test_server::{Guest, TestServer, by_button};

use crate::{BINARY, becomes};

const ENTRIES: &str = "document.querySelectorAll('.view:not(.leaving) [data-entry]').length";

/// Someone with so many channels, a group, and the chat with the bot.
async fn with_chats(server: &TestServer, channels: usize) -> Guest {
    let guest = server.linked(1).await.unwrap();
    let mut chats: Vec<_> = (0..channels)
        .map(|turn| json!({ "title": format!("Channel {turn}"), "messages": turn % 3 }))
        .collect();
    let long = "Harbour crew, planning for the regatta and everything that comes after it";
    chats.push(json!({ "title": long, "kind": "supergroup", "messages": 3 }));
    for mut chat in chats {
        chat["members"] = json!([guest.person.id]);
        let made = server
            .phones
            .ask(Method::POST, "/channels", Some(chat))
            .await;
        let made = made.unwrap();
        assert_eq!(made.status, 201, "{made:?}");
    }
    guest
}

async fn open_chats(server: &TestServer, guest: &Guest, browser: &Browser, theme: &str) {
    let mut how = by_button();
    how["theme"] = theme.into();
    let address = server.phones.open(guest.person.id, how).await.unwrap();
    browser.goto(address).await.unwrap();
    browser.view("home").await.unwrap();
    browser.click("[href^='/app/accounts/']").await.unwrap();
    browser.view("account").await.unwrap();
    browser.click("[href$='/chats']").await.unwrap();
    browser.view("chats").await.unwrap();
}

async fn value(browser: &Browser, what: &str) -> Value {
    let answer = browser.execute(&format!("return {what}"), vec![]).await;
    answer.unwrap().convert().unwrap()
}

#[rstest]
#[case(Window::Phone, Scheme::Light, "phone-light")]
#[case(Window::Phone, Scheme::Dark, "phone-dark")]
#[case(Window::Desktop, Scheme::Light, "desktop-light")]
#[case(Window::Desktop, Scheme::Dark, "desktop-dark")]
#[case(Window::Narrow, Scheme::Light, "narrow")]
#[tokio::test]
async fn chats_are_looked_through_filtered_and_searched(
    #[case] window: Window,
    #[case] scheme: Scheme,
    #[case] name: &str,
) {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = with_chats(&server, 130).await;
    let browser = Browser::start(window, scheme).await.unwrap();
    let theme = match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    };
    open_chats(&server, &guest, &browser, theme).await;
    becomes(&browser, &format!("{ENTRIES} >= 50")).await;
    browser.picture(&format!("chats-{name}")).await.unwrap();
    assert!(browser.overflow().await.unwrap() <= 0);
    assert_eq!(axe::findings(&browser).await.unwrap(), Vec::<String>::new());
    // Parts come as one scrolls, each chat once.
    let down =
        "window.down = setInterval(() => scrollTo(0, document.documentElement.scrollHeight), 100)";
    browser.execute(down, vec![]).await.unwrap();
    browser
        .says("[data-more]", "These are all your")
        .await
        .unwrap();
    let up = "clearInterval(window.down); scrollTo(0, 0)";
    browser.execute(up, vec![]).await.unwrap();
    let names =
        "new Set([...document.querySelectorAll('.chat__name')].map((it) => it.textContent)).size";
    let (shown, once) = (value(&browser, ENTRIES).await, value(&browser, names).await);
    assert_eq!(shown, once);
    assert!(shown.as_u64().unwrap() >= 131, "{shown}");

    let kind = |name: &str| format!("label:has([name=kind][value={name}])");
    browser.click(&kind("group")).await.unwrap();
    becomes(&browser, &format!("{ENTRIES} === 1")).await;
    browser
        .says("[data-entries]", "Harbour crew")
        .await
        .unwrap();
    browser
        .picture(&format!("chats-group-{name}"))
        .await
        .unwrap();
    browser.fill("[name=query]", "no such name").await.unwrap();
    browser
        .says("[data-more]", "Nothing found for “no such name”")
        .await
        .unwrap();
    browser
        .picture(&format!("chats-nothing-{name}"))
        .await
        .unwrap();
    browser.fill("[name=query]", "regatta HARB").await.unwrap();
    becomes(&browser, &format!("{ENTRIES} === 1")).await;

    server
        .phones
        .fail("messages.getDialogs", 420, "FLOOD_WAIT_600", 1)
        .await
        .unwrap();
    browser.click(&kind("channel")).await.unwrap();
    browser
        .says("[data-more]", "Telegram asks to wait")
        .await
        .unwrap();
    browser.hidden("[data-action=more-chats]").await.unwrap();
    browser
        .picture(&format!("chats-flood-{name}"))
        .await
        .unwrap();
    assert!(browser.overflow().await.unwrap() <= 0);
}

#[tokio::test]
async fn without_what_watches_scrolling_a_button_brings_the_next_part() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = with_chats(&server, 60).await;
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    let lacks = "delete window.IntersectionObserver";
    browser.before_pages(lacks).await.unwrap();
    open_chats(&server, &guest, &browser, "light").await;
    becomes(&browser, &format!("{ENTRIES} === 50")).await;
    browser.click("[data-action=more-chats]").await.unwrap();
    becomes(&browser, &format!("{ENTRIES} > 50")).await;
    // Whoever uses the keyboard goes on where the new ones begin, and hears of them.
    let place = "[...document.querySelectorAll('[data-entry]')].indexOf(document.activeElement)";
    assert_eq!(value(&browser, place).await, 50);
    let heard = "document.getElementById('announcer').textContent";
    let heard = value(&browser, heard).await;
    assert!(heard.as_str().unwrap().contains("were added"), "{heard}");
}

#[tokio::test]
async fn a_session_that_ended_leads_to_linking_again_and_a_lost_answer_to_another_try() {
    let server = TestServer::open(BINARY).await.unwrap();
    let guest = with_chats(&server, 3).await;
    let browser = Browser::start(Window::Phone, Scheme::Light).await.unwrap();
    server
        .phones
        .fail("messages.getDialogs", 500, "INTERNAL", 100)
        .await
        .unwrap();
    open_chats(&server, &guest, &browser, "light").await;
    browser
        .says("[data-more]", "Telegram did not answer")
        .await
        .unwrap();
    server.phones.heal().await.unwrap();
    browser.click("[data-action=more-chats]").await.unwrap();
    becomes(&browser, &format!("{ENTRIES} >= 4")).await;
    let devices = server.devices(guest.person.id, 1).await.unwrap();
    server
        .phones
        .end(guest.person.id, devices[0].hash)
        .await
        .unwrap();
    browser
        .click("label:has([name=kind][value=channel])")
        .await
        .unwrap();
    browser.says("[data-more]", "has ended").await.unwrap();
    browser.picture("chats-ended").await.unwrap();
    browser
        .click("[data-more] [href='/app/link']")
        .await
        .unwrap();
    browser.view("link").await.unwrap();
}
