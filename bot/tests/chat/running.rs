//! Starting and stopping.

use std::time::Duration;

use sesame_bot::BotState;

use crate::stage::{Stage, words};

#[tokio::test]
async fn a_bot_whose_api_does_not_answer_yet_starts_later() {
    let stage = Stage::empty().await;
    stage.fault("getMe", 401, None);
    let bot = stage.bot(None);
    assert!(!bot.is_ready());
    stage.running(&bot).await;
    assert!(bot.is_ready());
    let username = stage.sandbox.bot().identity().username;
    assert_eq!(bot.state(), BotState::Running { username });
    let answer = stage.ask("/help").await;
    assert!(words(&answer).contains("/start"));
}

#[tokio::test]
async fn what_cannot_be_introduced_does_not_keep_the_bot_from_answering() {
    let stage = Stage::empty().await;
    for method in [
        "setMyCommands",
        "setChatMenuButton",
        "setMyShortDescription",
    ] {
        stage.fault(method, 400, None);
    }
    let bot = stage.bot(None);
    stage.running(&bot).await;
    stage.ask("/help").await;
}

#[tokio::test]
async fn what_was_said_while_the_bot_was_away_is_answered_when_it_is_back() {
    let stage = Stage::empty().await;
    let asked = stage.say("/help");
    let _bot = stage.bot(None);
    stage.answer_after(asked).await;
}

#[tokio::test]
async fn the_bot_stops_in_bounded_time() {
    let (stage, bot) = Stage::new().await;
    stage.ask("/help").await;
    stage.stop.cancel();
    stage.tasks.close();
    let stopped = tokio::time::timeout(Duration::from_secs(5), stage.tasks.wait());
    stopped.await.expect("everything has stopped");
    assert_eq!(bot.state(), BotState::Stopped);
}

#[tokio::test]
async fn a_bot_that_never_got_through_stops_at_once() {
    let stage = Stage::empty().await;
    let mut settings = stage.settings(None);
    settings.api_url = Some("http://127.0.0.1:1".parse().unwrap());
    let bot = sesame_bot::Bot::start(settings, stage.ports(), &stage.tasks, stage.stop.clone());
    stage.stop.cancel();
    stage.tasks.close();
    let stopped = tokio::time::timeout(Duration::from_secs(5), stage.tasks.wait());
    stopped.await.expect("everything has stopped");
    assert_eq!(bot.unwrap().state(), BotState::Stopped);
}
