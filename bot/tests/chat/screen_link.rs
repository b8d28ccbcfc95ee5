//! The link for another screen, which a person has sent into their chat.

use sesame_domain::ports::ChatError;

use crate::fixture::{Fixture, labels, words};

const LINK: &str = "https://sesame.example/screen/abc";

#[tokio::test]
async fn it_comes_at_once_with_a_button_that_opens_it() {
    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/start").await;
    let before = fixture.said().len();
    bot.chat()
        .send_screen_link(&fixture.owner(), LINK)
        .await
        .unwrap();
    let said = fixture.said();
    let message = said.last().unwrap();
    assert_eq!(said.len(), before + 1);
    assert!(words(message).contains("other screen"));
    assert_eq!(labels(message), ["Show the code"]);
    assert!(
        !words(message).contains(LINK),
        "a button cannot be mistyped"
    );
}

#[tokio::test]
async fn whoever_blocked_the_bot_is_told_so() {
    let (fixture, bot) = Fixture::new().await;
    fixture.refuse(
        "sendMessage",
        403,
        "Forbidden: bot was blocked by the user",
        1,
    );
    let sent = bot.chat().send_screen_link(&fixture.owner(), LINK).await;
    assert!(matches!(sent, Err(ChatError::Unreachable)), "{sent:?}");
}

#[tokio::test]
async fn a_telegram_that_does_not_answer_is_told_apart() {
    let (fixture, bot) = Fixture::new().await;
    fixture.refuse("sendMessage", 500, "Internal Server Error", 5);
    let sent = bot.chat().send_screen_link(&fixture.owner(), LINK).await;
    assert!(matches!(sent, Err(ChatError::Busy)), "{sent:?}");
}
