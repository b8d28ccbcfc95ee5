//! A bot that Telegram's updates do not reach.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_bot::Bot;

use crate::stage::{Stage, until};
use crate::webhook::served;

const OTHER: &str = "https://other.example/bot/1234:secret";

/// Another program sets its webhook.
async fn set_elsewhere(stage: &Stage) {
    let bot = stage.sandbox.bot();
    bot.call("setWebhook", json!({"url": OTHER})).await.unwrap();
}

fn webhook(stage: &Stage) -> String {
    stage.sandbox.bot().webhook_info().url
}

/// Time passes, and the bot looks after its webhook.
async fn half_a_minute(stage: &Stage) {
    let looks = || stage.sandbox.bot().calls_of("getWebhookInfo").len();
    let before = looks();
    stage.clock.advance(TimeDelta::seconds(30));
    until("a look", || looks() > before).await;
}

fn is_deaf(bot: &Bot) -> bool {
    bot.hearing().is_lost()
}

#[tokio::test]
async fn a_webhook_that_another_program_changed_is_set_again() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let ours = webhook(&stage);
    set_elsewhere(&stage).await;
    half_a_minute(&stage).await;
    until("ours again", || webhook(&stage) == ours).await;
    stage.ask("/help").await;
    stage
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    half_a_minute(&stage).await;
    until("ours again", || webhook(&stage) == ours).await;
    stage.ask("/help").await;
    assert!(!is_deaf(&bot));
}

#[tokio::test]
async fn a_webhook_that_another_program_takes_again_and_again_is_left_and_told() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let ours = webhook(&stage);
    for _ in 0..3 {
        set_elsewhere(&stage).await;
        half_a_minute(&stage).await;
        until("ours again", || webhook(&stage) == ours).await;
    }
    set_elsewhere(&stage).await;
    half_a_minute(&stage).await;
    until("deaf", || is_deaf(&bot)).await;
    let told = format!("{:?}", bot.hearing());
    assert!(
        told.contains("other.example") && !told.contains("secret"),
        "{told}"
    );
    half_a_minute(&stage).await;
    assert_eq!(webhook(&stage), OTHER, "no more fighting");
    // The other program lets go.
    stage
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    stage.clock.advance(TimeDelta::hours(1));
    until("hearing", || !is_deaf(&bot)).await;
    assert_eq!(webhook(&stage), ours);
}

#[tokio::test]
async fn a_webhook_that_brings_less_than_is_needed_is_set_again() {
    let stage = Stage::empty().await;
    let _bot = served(&stage).await;
    let less = json!({"url": webhook(&stage), "allowed_updates": ["message"]});
    stage.sandbox.bot().call("setWebhook", less).await.unwrap();
    half_a_minute(&stage).await;
    let kinds = || stage.sandbox.bot().webhook_info().allowed_updates;
    until("all kinds", || kinds().len() > 1).await;
}

#[tokio::test]
async fn a_webhook_with_another_secret_is_set_again() {
    let stage = Stage::empty().await;
    let _bot = served(&stage).await;
    stage.share_the_time();
    let other = json!({"url": webhook(&stage), "secret_token": "another"});
    stage.sandbox.bot().call("setWebhook", other).await.unwrap();
    let asked = stage.say("/help");
    let failed = || stage.sandbox.bot().webhook_info().last_error_message;
    until("a refused delivery", || failed().is_some()).await;
    half_a_minute(&stage).await;
    stage.answer_after(asked).await;
}

#[tokio::test]
async fn a_webhook_that_telegram_cannot_deliver_to_makes_the_bot_deaf_until_it_can() {
    let stage = Stage::empty().await;
    stage.share_the_time();
    // Nothing listens at that address.
    let bot = stage.bot(Some(crate::webhook::webhook(
        "127.0.0.1:1".parse().unwrap(),
    )));
    stage.running(&bot).await;
    stage.say("/help");
    let failed = || stage.sandbox.bot().webhook_info().last_error_message;
    until("a failed delivery", || failed().is_some()).await;
    half_a_minute(&stage).await;
    assert!(!is_deaf(&bot), "it may pass by itself");
    half_a_minute(&stage).await;
    half_a_minute(&stage).await;
    until("deaf", || is_deaf(&bot)).await;
    let told = format!("{:?}", bot.hearing());
    assert!(told.contains("Connection refused"), "{told}");
}

#[tokio::test]
async fn a_webhook_set_elsewhere_is_deleted_by_a_bot_that_polls() {
    let (stage, bot) = Stage::new().await;
    stage.ask("/help").await;
    set_elsewhere(&stage).await;
    until("no webhook", || webhook(&stage).is_empty()).await;
    stage.ask("/help").await;
    assert!(!is_deaf(&bot));
}

#[tokio::test]
async fn a_bot_that_polls_leaves_a_webhook_that_is_set_again_and_again() {
    let (stage, bot) = Stage::new().await;
    for _ in 0..3 {
        set_elsewhere(&stage).await;
        until("no webhook", || webhook(&stage).is_empty()).await;
    }
    set_elsewhere(&stage).await;
    until("deaf", || is_deaf(&bot)).await;
    assert!(format!("{:?}", bot.hearing()).contains("other.example"));
    stage
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    until("hearing", || !is_deaf(&bot)).await;
}

#[tokio::test]
async fn another_program_that_polls_is_told() {
    let (stage, bot) = Stage::new().await;
    let other = async {
        while !is_deaf(&bot) {
            // Ends what Sesame asks for.
            let _ = stage
                .sandbox
                .bot()
                .call("getUpdates", json!({"timeout": 1}))
                .await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), other)
        .await
        .unwrap();
    assert!(format!("{:?}", bot.hearing()).contains("OtherPoller"));
    stage.clock.advance(TimeDelta::minutes(1));
    stage.ask("/help").await;
    until("hearing", || !is_deaf(&bot)).await;
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn a_token_that_is_revoked_makes_the_bot_deaf_at_once(#[case] pushed: bool) {
    let stage = Stage::empty().await;
    let bot = if pushed {
        served(&stage).await
    } else {
        let bot = stage.bot(None);
        stage.running(&bot).await;
        bot
    };
    stage.refuse("getUpdates", 401, "Unauthorized", 1000);
    stage.refuse("getWebhookInfo", 401, "Unauthorized", 1000);
    if pushed {
        half_a_minute(&stage).await;
    } else {
        stage.say("/help");
    }
    until("deaf", || is_deaf(&bot)).await;
    stage.sandbox.bot().clear_faults();
    if pushed {
        half_a_minute(&stage).await;
    }
    until("hearing", || !is_deaf(&bot)).await;
}

#[tokio::test]
async fn a_bot_api_that_is_out_for_a_moment_does_not_count() {
    let (stage, bot) = Stage::new().await;
    stage.refuse("getUpdates", 502, "Bad Gateway", 1000);
    stage.say("/help");
    until("failures", || {
        format!("{:?}", bot.hearing()).contains("502")
    })
    .await;
    stage.clock.advance(TimeDelta::seconds(50));
    assert!(!is_deaf(&bot));
    stage.clock.advance(TimeDelta::seconds(10));
    assert!(is_deaf(&bot));
    stage.sandbox.bot().clear_faults();
    until("hearing", || !is_deaf(&bot)).await;
}
