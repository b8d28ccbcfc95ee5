//! Starting and stopping.

use std::time::Duration;

use sesame_bot::BotState;

use crate::fixture::{Fixture, words};

#[tokio::test]
async fn a_bot_whose_api_does_not_answer_yet_starts_later() {
    let fixture = Fixture::empty().await;
    fixture.fault("getMe", 401, None);
    let bot = fixture.bot(None);
    assert!(!bot.is_ready());
    fixture.running(&bot).await;
    assert!(bot.is_ready());
    let username = fixture.sandbox.bot().identity().username;
    assert_eq!(bot.state(), BotState::Running { username });
    let (called, _) = fixture.sandbox.bot().introduction_for(&fixture.person);
    assert_eq!(bot.name()(), Some(called));
    let answer = fixture.ask("/help").await;
    assert!(words(&answer).contains("/start"));
}

#[tokio::test]
async fn what_cannot_be_introduced_does_not_keep_the_bot_from_answering() {
    let fixture = Fixture::empty().await;
    for method in [
        "setMyCommands",
        "setChatMenuButton",
        "setMyShortDescription",
        "setMyDescription",
    ] {
        fixture.fault(method, 400, None);
    }
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    fixture.ask("/help").await;
}

#[tokio::test]
async fn what_was_said_while_the_bot_was_away_is_answered_when_it_is_back() {
    let fixture = Fixture::empty().await;
    let asked = fixture.say("/help");
    let _bot = fixture.bot(None);
    fixture.answer_after(asked).await;
}

#[tokio::test]
async fn the_bot_stops_in_bounded_time() {
    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/help").await;
    fixture.stop.cancel();
    fixture.tasks.close();
    let stopped = tokio::time::timeout(Duration::from_secs(5), fixture.tasks.wait());
    stopped.await.expect("everything has stopped");
    assert_eq!(bot.state(), BotState::Stopped);
}

#[tokio::test]
async fn a_bot_that_never_got_through_stops_at_once() {
    let fixture = Fixture::empty().await;
    let mut settings = fixture.settings(None);
    settings.api_url = Some("http://127.0.0.1:1".parse().unwrap());
    let bot = sesame_bot::Bot::start(
        settings,
        fixture.ports(),
        &fixture.tasks,
        fixture.stop.clone(),
    );
    fixture.stop.cancel();
    fixture.tasks.close();
    let stopped = tokio::time::timeout(Duration::from_secs(5), fixture.tasks.wait());
    stopped.await.expect("everything has stopped");
    assert_eq!(bot.unwrap().state(), BotState::Stopped);
}
