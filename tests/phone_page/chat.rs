//! What is said while a chat is on its way.

use sesame_test_support::browser::{Scheme, Window};
use sesame_test_support::phone::Phones;
use sesame_test_support::test_server::Site;

use crate::person::{Person, call};

/// Holds the answers with chats back once they are made, until they are let go.
const HOLD: &str = "
    const fetched = window.fetch;
    window.held = [];
    window.fetch = async (...what) => {
        const answer = await fetched(...what);
        if (/people\\/\\d+\\/chats?$/.test(String(what[0]))) await new Promise((go) => window.held.push(go));
        return answer;
    };";

/// Lets the answers go that are held, and those to come.
const LET_GO: &str = "
    window.held.forEach((go) => go());
    window.held.push = (go) => go();";

#[tokio::test]
async fn what_is_said_right_after_choosing_a_person_is_shown() {
    let site = Site::new(crate::BINARY).unwrap();
    let program = site.sandbox().arg("--telegram-only");
    let (_sandbox, ready) = site.start_sandbox(&program).await.unwrap();
    let phones = Phones::of(&ready).unwrap();
    let bob = 5_000_002;
    phones.say(bob, "First").await.unwrap();
    let person = Person::sit_down(&ready.phone, Window::Desktop, Scheme::Light).await;

    person.ask(HOLD).await;
    person.choose("Bob").await;
    // The list of chats was read without this.
    person.until("return window.held.length > 0;").await;
    phones.say(bob, "Second").await.unwrap();
    person
        .ask("window.held.splice(0).forEach((go) => go());")
        .await;
    // Read once more, and the chat without this.
    person.until("return window.held.length > 0;").await;
    let third = serde_json::json!({ "chat_id": bob, "text": "Third" });
    call(&ready, &ready.bot_token, "sendMessage", third).await;
    person.ask(LET_GO).await;
    for words in ["First", "Second", "Third"] {
        person.says("#messages", words).await;
    }
    let shown = person
        .ask("return document.querySelectorAll('#messages .message').length;")
        .await;
    assert_eq!(shown, 3);
}
