//! A bot that Telegram's updates do not reach.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_bot::Bot;

use crate::fixture::{Fixture, until};
use crate::webhook::served;

const OTHER: &str = "https://other.example/bot/1234:secret";

/// Another program sets its webhook.
async fn set_elsewhere(fixture: &Fixture) {
    let bot = fixture.sandbox.bot();
    bot.call("setWebhook", json!({"url": OTHER})).await.unwrap();
}

fn webhook(fixture: &Fixture) -> String {
    fixture.sandbox.bot().webhook_info().url
}

/// Time passes, and the bot looks after its webhook.
async fn half_a_minute(fixture: &Fixture) {
    let looks = || fixture.sandbox.bot().calls_of("getWebhookInfo").len();
    let before = looks();
    fixture.clock.advance(TimeDelta::seconds(30));
    until("a look", || looks() > before).await;
}

fn is_failing(bot: &Bot) -> bool {
    bot.update_health().is_failing()
}

#[tokio::test]
async fn a_webhook_that_another_program_changed_is_set_again() {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    let ours = webhook(&fixture);
    set_elsewhere(&fixture).await;
    half_a_minute(&fixture).await;
    until("ours again", || webhook(&fixture) == ours).await;
    fixture.ask("/help").await;
    fixture
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    half_a_minute(&fixture).await;
    until("ours again", || webhook(&fixture) == ours).await;
    fixture.ask("/help").await;
    assert!(!is_failing(&bot));
}

#[tokio::test]
async fn a_webhook_that_another_program_takes_again_and_again_is_left_and_told() {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    let ours = webhook(&fixture);
    for _ in 0..3 {
        set_elsewhere(&fixture).await;
        half_a_minute(&fixture).await;
        until("ours again", || webhook(&fixture) == ours).await;
    }
    set_elsewhere(&fixture).await;
    half_a_minute(&fixture).await;
    until("failing", || is_failing(&bot)).await;
    let told = format!("{:?}", bot.update_health());
    assert!(
        told.contains("other.example") && !told.contains("secret"),
        "{told}"
    );
    half_a_minute(&fixture).await;
    assert_eq!(webhook(&fixture), OTHER, "no more fighting");
    // The other program lets go.
    fixture
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    fixture.clock.advance(TimeDelta::hours(1));
    until("updates again", || !is_failing(&bot)).await;
    assert_eq!(webhook(&fixture), ours);
}

#[tokio::test]
async fn a_webhook_that_brings_less_than_is_needed_is_set_again() {
    let fixture = Fixture::empty().await;
    let _bot = served(&fixture).await;
    let less = json!({"url": webhook(&fixture), "allowed_updates": ["message"]});
    fixture
        .sandbox
        .bot()
        .call("setWebhook", less)
        .await
        .unwrap();
    half_a_minute(&fixture).await;
    let kinds = || fixture.sandbox.bot().webhook_info().allowed_updates;
    until("all kinds", || kinds().len() > 1).await;
}

#[tokio::test]
async fn a_webhook_with_another_secret_is_set_again() {
    let fixture = Fixture::empty().await;
    let _bot = served(&fixture).await;
    fixture.share_the_time();
    let other = json!({"url": webhook(&fixture), "secret_token": "another"});
    fixture
        .sandbox
        .bot()
        .call("setWebhook", other)
        .await
        .unwrap();
    let asked = fixture.say("/help");
    let failed = || fixture.sandbox.bot().webhook_info().last_error_message;
    until("a refused delivery", || failed().is_some()).await;
    half_a_minute(&fixture).await;
    fixture.answer_after(asked).await;
}

#[tokio::test]
async fn a_webhook_that_telegram_cannot_deliver_to_counts_after_a_minute() {
    let fixture = Fixture::empty().await;
    fixture.share_the_time();
    // Nothing listens at that address.
    let bot = fixture.bot(Some(crate::webhook::webhook(
        "127.0.0.1:1".parse().unwrap(),
    )));
    fixture.running(&bot).await;
    fixture.say("/help");
    let failed = || fixture.sandbox.bot().webhook_info().last_error_message;
    until("a failed delivery", || failed().is_some()).await;
    half_a_minute(&fixture).await;
    assert!(!is_failing(&bot), "it may pass by itself");
    // The minute begins when an answer came, which may be after half of one more.
    for _ in 0..3 {
        half_a_minute(&fixture).await;
    }
    until("failing", || is_failing(&bot)).await;
    let told = format!("{:?}", bot.update_health());
    assert!(told.contains("Connection refused"), "{told}");
}

#[tokio::test]
async fn a_webhook_set_elsewhere_is_deleted_by_a_bot_that_polls() {
    let (fixture, bot) = Fixture::new().await;
    fixture.ask("/help").await;
    set_elsewhere(&fixture).await;
    until("no webhook", || webhook(&fixture).is_empty()).await;
    fixture.ask("/help").await;
    assert!(!is_failing(&bot));
}

#[tokio::test]
async fn a_bot_that_polls_leaves_a_webhook_that_is_set_again_and_again() {
    let (fixture, bot) = Fixture::new().await;
    for _ in 0..3 {
        set_elsewhere(&fixture).await;
        until("no webhook", || webhook(&fixture).is_empty()).await;
    }
    set_elsewhere(&fixture).await;
    until("failing", || is_failing(&bot)).await;
    assert!(format!("{:?}", bot.update_health()).contains("other.example"));
    fixture
        .sandbox
        .bot()
        .call("deleteWebhook", json!({}))
        .await
        .unwrap();
    until("updates again", || !is_failing(&bot)).await;
}

#[tokio::test]
async fn another_program_that_polls_is_told() {
    let (fixture, bot) = Fixture::new().await;
    let other = async {
        while !is_failing(&bot) {
            // Ends what Sesame asks for.
            let _ = fixture
                .sandbox
                .bot()
                .call("getUpdates", json!({"timeout": 1}))
                .await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), other)
        .await
        .unwrap();
    assert!(format!("{:?}", bot.update_health()).contains("OtherPoller"));
    fixture.clock.advance(TimeDelta::minutes(1));
    fixture.ask("/help").await;
    until("updates again", || !is_failing(&bot)).await;
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn a_token_that_is_revoked_counts_at_once(#[case] pushed: bool) {
    let fixture = Fixture::empty().await;
    let bot = if pushed {
        served(&fixture).await
    } else {
        let bot = fixture.bot(None);
        fixture.running(&bot).await;
        bot
    };
    fixture.refuse("getUpdates", 401, "Unauthorized", 1000);
    fixture.refuse("getWebhookInfo", 401, "Unauthorized", 1000);
    if pushed {
        half_a_minute(&fixture).await;
    } else {
        fixture.say("/help");
    }
    until("failing", || is_failing(&bot)).await;
    fixture.sandbox.bot().clear_faults();
    if pushed {
        half_a_minute(&fixture).await;
    }
    until("updates again", || !is_failing(&bot)).await;
}

#[tokio::test]
async fn a_bot_api_that_is_out_for_a_moment_does_not_count() {
    let (fixture, bot) = Fixture::new().await;
    fixture.refuse("getUpdates", 502, "Bad Gateway", 1000);
    fixture.say("/help");
    until("failures", || {
        format!("{:?}", bot.update_health()).contains("502")
    })
    .await;
    fixture.clock.advance(TimeDelta::seconds(50));
    assert!(!is_failing(&bot));
    fixture.clock.advance(TimeDelta::seconds(10));
    assert!(is_failing(&bot));
    fixture.sandbox.bot().clear_faults();
    until("updates again", || !is_failing(&bot)).await;
}
