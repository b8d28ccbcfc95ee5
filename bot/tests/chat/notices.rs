//! What the bot says by itself.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::DeathCause;
use sesame_domain::login::Failure;
use sesame_domain::notice::NoticeKind;
use sesame_domain::retention::Expiry;

use crate::stage::{Stage, labels, noon, until, words};

async fn sent(stage: &Stage) {
    until("a message", || !stage.said().is_empty()).await;
    until("an empty outbox", || stage.outbox.waiting().is_empty()).await;
}

#[rstest]
#[case(NoticeKind::Linked { device: "Sesame".to_owned() }, "lists it as “Sesame”", Some("Open Sesame"))]
#[case(NoticeKind::LoginExpired, "ran out", Some("Try again"))]
#[case(NoticeKind::Unlinked, "is unlinked", None)]
#[case(
    NoticeKind::expired(Expiry::Unused),
    "because it was not used",
    Some("Link again")
)]
#[case(
    NoticeKind::LoginFailed { failure: Failure::WrongAccount },
    "That was another account.",
    Some("Try again")
)]
#[case(
    NoticeKind::LoginFailed { failure: Failure::Flood { until: noon() + TimeDelta::minutes(5) } },
    "You can try again in 5 min.",
    None
)]
#[case(
    NoticeKind::session_died(DeathCause::Revoked),
    "the session was ended in Settings > Devices",
    Some("Link again")
)]
#[tokio::test]
async fn each_notice_has_its_words_and_its_way_on(
    #[case] kind: NoticeKind,
    #[case] says: &str,
    #[case] button: Option<&str>,
) {
    let (stage, _bot) = Stage::new().await;
    stage.ask("/help").await;
    let before = stage.said().len();
    stage.tell(kind).await;
    until("a notice", || stage.said().len() > before).await;
    let notice = stage.said().pop().unwrap();
    assert!(words(&notice).contains(says), "{notice:?}");
    assert_eq!(labels(&notice), Vec::from_iter(button));
    until("an empty outbox", || stage.outbox.waiting().is_empty()).await;
}

#[tokio::test]
async fn who_blocks_the_bot_is_remembered_and_not_written_to_until_they_are_back() {
    let (stage, _bot) = Stage::new().await;
    let welcome = stage.ask("/start").await;
    stage.sandbox.bot().set_blocked(&stage.person, true);
    until("blocked", || stage.people.is_blocked(&stage.owner())).await;
    // If the bot wrote now, this failure would be used up.
    stage.fault("sendMessage", 403, None);
    stage.tell(NoticeKind::LoginExpired).await;
    until("an empty outbox", || stage.outbox.waiting().is_empty()).await;
    assert!(stage.fault_pending());
    stage.sandbox.bot().clear_faults();

    stage.sandbox.bot().set_blocked(&stage.person, false);
    until("unblocked", || !stage.people.is_blocked(&stage.owner())).await;
    stage.tell(NoticeKind::LoginExpired).await;
    stage.answer_after(welcome.message_id).await;
}

#[tokio::test]
async fn a_refusal_because_of_a_block_is_remembered_and_not_retried() {
    let (stage, _bot) = Stage::new().await;
    stage.ask("/start").await;
    stage.fault("sendMessage", 403, None);
    stage.tell(NoticeKind::LoginExpired).await;
    until("an empty outbox", || stage.outbox.waiting().is_empty()).await;
    assert!(stage.people.is_blocked(&stage.owner()));
    assert_eq!(stage.said().len(), 1);
}

#[tokio::test]
async fn telegrams_own_wait_is_kept() {
    let (stage, _bot) = Stage::new().await;
    stage.ask("/start").await;
    let before = stage.said().len();
    stage.fault("sendMessage", 429, Some(30));
    stage.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        stage
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    let (_, due) = stage.outbox.waiting().pop().unwrap();
    assert!(due >= noon() + TimeDelta::seconds(30));

    stage.clock.advance(TimeDelta::seconds(29));
    stage.look_again().await;
    stage.look_again().await;
    assert_eq!(stage.said().len(), before);

    stage.clock.advance(TimeDelta::seconds(10));
    stage.ring().await;
    until("sent", || stage.said().len() > before).await;
}

#[tokio::test]
async fn other_failures_are_tried_again() {
    let (stage, _bot) = Stage::new().await;
    stage.ask("/start").await;
    stage.fault("sendMessage", 400, None);
    stage.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        stage
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    stage.clock.advance(TimeDelta::minutes(1));
    stage.ring().await;
    sent(&stage).await;
}

#[tokio::test]
async fn what_cannot_be_sent_for_a_day_is_dropped() {
    let (stage, _bot) = Stage::new().await;
    stage.ask("/start").await;
    stage.fault("sendMessage", 400, None);
    stage.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        stage
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    stage.clock.advance(TimeDelta::hours(25));
    stage.fault("sendMessage", 400, None);
    stage.ring().await;
    until("dropped", || stage.outbox.waiting().is_empty()).await;
    assert_eq!(stage.said().len(), 1);
}
