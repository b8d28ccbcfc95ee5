//! Several bots: one is made, its token shown, its chat chosen.

use rstest::rstest;
use serde_json::json;
use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::other_bot::MadeBot;
use sesame_test_support::phone::Phones;
use sesame_test_support::ready::Ready;
use sesame_test_support::test_server::Site;

use crate::person::{Person, call};

/// The bot whose token the page shows, as it is not shown again.
async fn made_on_the_page(ready: &Ready, person: &Person) -> MadeBot {
    let token = person.browser.shown("#new-token .token").await.unwrap();
    let token = token.text().await.unwrap();
    let me = call(ready, &token, "getMe", json!({})).await;
    serde_json::from_value(json!({
        "id": me["id"], "username": me["username"], "name": me["first_name"], "token": token,
    }))
    .unwrap()
}

#[rstest]
#[case(Window::Phone, Scheme::Light)]
#[case(Window::Narrow, Scheme::Dark)]
#[case(Window::Desktop, Scheme::Light)]
#[case(Window::Desktop, Scheme::Dark)]
#[tokio::test]
async fn a_bot_is_made_and_its_chat_chosen(#[case] window: Window, #[case] scheme: Scheme) {
    let site = Site::new(crate::BINARY).unwrap();
    let program = site.sandbox().arg("--telegram-only");
    let (_sandbox, ready) = site.start_sandbox(&program).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    let person = Person::sit_down(&ready.phone, window, scheme).await;
    let browser = &person.browser;

    // With one bot, there is none to choose.
    person.open_panel().await;
    browser.hidden("#bots").await.unwrap();
    person.click("#new-bot summary").await;
    browser
        .fill("#bot-form [name=name]", "Harbour")
        .await
        .unwrap();
    browser
        .fill("#bot-form [name=username]", "harbour")
        .await
        .unwrap();
    person.click("#bot-form button").await;
    person
        .says("#bot-form .form-error", "must end in 'bot'")
        .await;
    person.look("refused").await;
    browser
        .fill("#bot-form [name=username]", "harbour_bot")
        .await
        .unwrap();
    person.click("#bot-form button").await;
    person.says("#new-token", "@harbour_bot").await;
    let bot = made_on_the_page(&ready, &person).await;
    person.says("#bots [aria-current]", "Sandbox Bot").await;
    person.look("token").await;
    person.click("#new-token .quiet").await;
    browser.hidden("#new-token").await.unwrap();
    person.close_panel().await;

    // What another bot says is counted on the way back to the list.
    let alice = 5_000_001;
    phones.say(alice, "To the first").await.unwrap();
    let harbour = phones.of_bot(bot.id);
    harbour.say(alice, "Ahoy").await.unwrap();
    let hello = json!({ "chat_id": alice, "text": "Welcome aboard" });
    call(&ready, &bot.token, "sendMessage", hello).await;
    person.says("#elsewhere", "1").await;
    person.says("#messages", "To the first").await;
    person.look("elsewhere").await;
    person.click(".bar-back").await;
    let row = format!(".chat-row[data-bot='{}']", bot.id);
    person.says(&row, "Welcome aboard").await;
    person.look("chats").await;
    person.click(&row).await;
    person.says("#messages", "Welcome aboard").await;
    person.says(".bar-title", "Harbour").await;
    person.look("chat").await;

    // What is written and done goes to the bot whose chat is open.
    browser
        .fill("#composer textarea", "Hello, Harbour")
        .await
        .unwrap();
    person.click("#composer .send").await;
    person.says("#messages", "Hello, Harbour").await;
    let said = harbour.chat(alice).await.unwrap();
    assert_eq!(said.last().unwrap().text, "Hello, Harbour");
    assert_eq!(phones.chat(alice).await.unwrap().len(), 1);
    person.open_panel().await;
    person.says("#bots [aria-current]", "Harbour").await;
    person.click("#bots li:first-child button").await;
    person.says("#messages", "To the first").await;

    // The page opens the chat that was open.
    person.open_panel().await;
    person.click("#bots li:last-child button").await;
    person.says("#messages", "Hello, Harbour").await;
    browser.refresh().await.unwrap();
    person.says("#messages", "Hello, Harbour").await;
}
