//! What the bot says by itself.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::DeathCause;
use sesame_domain::login::Failure;
use sesame_domain::notice::NoticeKind;
use sesame_domain::retention::Expiry;

use crate::fixture::{Fixture, labels, noon, until, words};

async fn sent(fixture: &Fixture) {
    until("a message", || !fixture.said().is_empty()).await;
    until("an empty outbox", || fixture.outbox.waiting().is_empty()).await;
}

#[rstest]
#[case(NoticeKind::Linked { device: "Sesame".to_owned() }, "lists it as “Sesame”", Some("Open Sesame"))]
#[case(NoticeKind::LoginExpired, "ran out", Some("Try again"))]
#[case(NoticeKind::Unlinked, "is unlinked", None)]
#[case(
    NoticeKind::UnlinkedInApp,
    "You unlinked your account in the app",
    Some("Link again")
)]
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
#[case(
    NoticeKind::ExportReady { messages: 1, missing: 0 },
    "is ready: 1 message.",
    Some("See your copies")
)]
#[case(
    NoticeKind::ExportReady { messages: 2_500, missing: 3 },
    "but for 3 messages or files that did not come",
    Some("See your copies")
)]
#[case(
    NoticeKind::RenewalStopped { code: "session_ended".to_owned() },
    "is not kept up to date any more: the sign-in of your account has ended",
    Some("See your copies")
)]
#[case(
    NoticeKind::ChannelNotRead { title: "The <Daily>".into(), code: "no_access".into() },
    "The <Daily> is not read any more: your account may not read this channel now",
    Some("Open Sesame")
)]
#[case(
    NoticeKind::ChannelNotRead { title: "Sea".into(), code: "telegram_away".into() },
    "Sea was not read for a day: Telegram does not answer",
    Some("Open Sesame")
)]
#[case(
    NoticeKind::ChannelNotRead { title: "Sea".into(), code: "eclipse".into() },
    "Sea was not read for a day. It is tried again by itself",
    Some("Open Sesame")
)]
#[tokio::test]
async fn each_notice_has_its_words_and_its_way_on(
    #[case] kind: NoticeKind,
    #[case] says: &str,
    #[case] button: Option<&str>,
) {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/help").await;
    let before = fixture.said().len();
    fixture.tell(kind).await;
    until("a notice", || fixture.said().len() > before).await;
    let notice = fixture.said().pop().unwrap();
    assert!(words(&notice).contains(says), "{notice:?}");
    assert_eq!(labels(&notice), Vec::from_iter(button));
    until("an empty outbox", || fixture.outbox.waiting().is_empty()).await;
}

#[tokio::test]
async fn who_blocks_the_bot_is_remembered_and_not_written_to_until_they_are_back() {
    let (fixture, _bot) = Fixture::new().await;
    let welcome = fixture.ask("/start").await;
    fixture.sandbox.bot().set_blocked(&fixture.person, true);
    until("blocked", || fixture.people.is_blocked(&fixture.owner())).await;
    // If the bot wrote now, this failure would be used up.
    fixture.fault("sendMessage", 403, None);
    fixture.tell(NoticeKind::LoginExpired).await;
    until("an empty outbox", || fixture.outbox.waiting().is_empty()).await;
    assert!(fixture.fault_pending());
    fixture.sandbox.bot().clear_faults();

    fixture.sandbox.bot().set_blocked(&fixture.person, false);
    until("unblocked", || !fixture.people.is_blocked(&fixture.owner())).await;
    fixture.tell(NoticeKind::LoginExpired).await;
    fixture.answer_after(welcome.message_id).await;
}

#[tokio::test]
async fn a_refusal_because_of_a_block_is_remembered_and_not_retried() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/start").await;
    fixture.fault("sendMessage", 403, None);
    fixture.tell(NoticeKind::LoginExpired).await;
    until("an empty outbox", || fixture.outbox.waiting().is_empty()).await;
    assert!(fixture.people.is_blocked(&fixture.owner()));
    assert_eq!(fixture.said().len(), 1);
}

#[tokio::test]
async fn telegrams_own_wait_is_kept() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/start").await;
    let before = fixture.said().len();
    fixture.fault("sendMessage", 429, Some(30));
    fixture.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        fixture
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    let (_, due) = fixture.outbox.waiting().pop().unwrap();
    assert!(due >= noon() + TimeDelta::seconds(30));

    fixture.clock.advance(TimeDelta::seconds(29));
    fixture.look_again().await;
    fixture.look_again().await;
    assert_eq!(fixture.said().len(), before);

    fixture.clock.advance(TimeDelta::seconds(10));
    fixture.ring().await;
    until("sent", || fixture.said().len() > before).await;
}

#[tokio::test]
async fn other_failures_are_tried_again() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/start").await;
    fixture.fault("sendMessage", 400, None);
    fixture.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        fixture
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    fixture.clock.advance(TimeDelta::minutes(1));
    fixture.ring().await;
    sent(&fixture).await;
}

#[tokio::test]
async fn what_was_taken_when_the_storage_fails_is_sent_once_and_as_soon_as_it_is_back() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/start").await;
    let before = fixture.said().len();
    let is_read_only = &fixture.outbox.is_read_only;
    is_read_only.store(true, Ordering::SeqCst);
    fixture.tell(NoticeKind::LoginExpired).await;
    // It was sent, which could not be noted.
    until("a message", || fixture.said().len() == before + 1).await;
    fixture.tell(NoticeKind::Unlinked).await;
    is_read_only.store(false, Ordering::SeqCst);
    // No time has gone by: for others the first is due when its hold ends.
    fixture.ring().await;
    until("an empty outbox", || fixture.outbox.waiting().is_empty()).await;
    assert_eq!(fixture.said().len(), before + 2);
}

#[tokio::test]
async fn what_cannot_be_sent_for_a_day_is_dropped() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/start").await;
    fixture.fault("sendMessage", 400, None);
    fixture.tell(NoticeKind::LoginExpired).await;
    let put_off = || {
        fixture
            .outbox
            .waiting()
            .iter()
            .any(|(it, _)| it.attempts == 1)
    };
    until("put off", put_off).await;
    fixture.clock.advance(TimeDelta::hours(25));
    fixture.fault("sendMessage", 400, None);
    fixture.ring().await;
    until("dropped", || fixture.outbox.waiting().is_empty()).await;
    assert_eq!(fixture.said().len(), 1);
}
