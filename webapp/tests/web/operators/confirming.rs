use sesame_domain::ids::ConfirmationId;
use sesame_domain::notice::NoticeKind;
use sesame_domain::operator::Confirmation;
use sesame_domain::ports::Confirmations as _;

use super::{Browser, refused, restarted, signed_in, world};
use crate::support::{World, owner};

const END: &str = "/admin/operators/sessions/end";

/// Asks to end everyone else's session; the page of the question.
async fn ask(browser: &mut Browser) -> String {
    let asked = browser.act(END, &[("reason", " a lost \n laptop ")]).await;
    assert_eq!(asked.status, 303);
    asked.header("location").to_owned()
}

/// The operator answers in the chat.
async fn answer(world: &World, person: i64, confirmed: bool) {
    let store = &world.operators.store;
    let (question, _) = store.questions().pop().unwrap();
    let (who, now) = (owner(person), world.clock.now());
    let answered = store.answer(&who, question.id, confirmed, now).await;
    answered.unwrap().unwrap();
}

#[tokio::test]
async fn a_dangerous_action_waits_for_the_chat_and_is_done_once() {
    let (world, _clock) = world("7:owner 8:operator");
    let mut other = signed_in(&world, 8).await;
    let mut browser = signed_in(&world, 7).await;
    let path = ask(&mut browser).await;
    let page = browser.open(&path).await;
    let (question, _) = world.operators.store.questions().pop().unwrap();
    let [first, second] = question.signs.map(|it| format!("<span>{it:02}</span>"));
    assert!(
        page.text.contains(&format!("{first}{second}")),
        "{}",
        page.text
    );
    let told = world.operators.store.told().pop().unwrap();
    let NoticeKind::Confirm {
        summary,
        reason,
        signs,
        ..
    } = told.kind
    else {
        panic!("{told:?}")
    };
    assert_eq!(summary, "Sign out every operator but you");
    assert_eq!((reason.as_str(), signs), ("a lost laptop", question.signs));

    // Not before it is confirmed, and once after that.
    assert_eq!(browser.act(&path, &[]).await.status, 409);
    assert_eq!(other.open("/admin").await.status, 200);
    answer(&world, 7, true).await;
    assert!(browser.open(&path).await.text.contains("Do it now"));
    assert_eq!(browser.act(&path, &[]).await.status, 303);
    assert_eq!(other.open("/admin").await.status, 401);
    assert_eq!(browser.act(&path, &[]).await.status, 409);
    assert!(browser.open(&path).await.text.contains("<h1>Done</h1>"));
    let audited = world.operators.store.audited();
    let used = audited
        .iter()
        .find(|it| it.action.as_str() == "confirmation_used");
    assert_eq!(
        used.unwrap().reason,
        "end_operator_sessions main: a lost laptop"
    );
    assert_eq!(used.unwrap().actor.name(), Some("telegram 7, owner"));
}

#[tokio::test]
async fn what_is_declined_or_too_old_is_not_done() {
    let (world, clock) = world("7:owner 8:operator");
    let mut other = signed_in(&world, 8).await;
    let mut browser = signed_in(&world, 7).await;
    let declined = ask(&mut browser).await;
    answer(&world, 7, false).await;
    assert_eq!(browser.act(&declined, &[]).await.status, 409);
    assert!(browser.open(&declined).await.text.contains("Declined"));
    let old = ask(&mut browser).await;
    answer(&world, 7, true).await;
    clock.advance(Confirmation::LIFE);
    assert_eq!(browser.act(&old, &[]).await.status, 409);
    assert!(browser.open(&old).await.text.contains("Too late"));
    assert_eq!(other.open("/admin").await.status, 200);
    assert_eq!(refused(&world), ["operator_refused: not confirmed"; 2]);
}

#[tokio::test]
async fn a_question_belongs_to_the_session_that_asked() {
    let (world, _clock) = world("7:owner 8:owner");
    let mut browser = signed_in(&world, 7).await;
    let path = ask(&mut browser).await;
    answer(&world, 7, true).await;
    // Another session of the same operator, and one of another.
    for person in [7, 8] {
        let mut other = signed_in(&world, person).await;
        assert_eq!(other.open(&path).await.status, 404);
        assert_eq!(other.act(&path, &[]).await.status, 404);
    }
    let made_up = ConfirmationId::from(uuid::Uuid::nil());
    let path = format!("/admin/confirmations/{made_up}");
    assert_eq!(browser.act(&path, &[]).await.status, 404);
}

#[tokio::test]
async fn whoever_may_not_decide_any_more_does_not() {
    let (before, clock) = world("7:owner 8:owner");
    let mut other = signed_in(&before, 8).await;
    let mut browser = signed_in(&before, 7).await;
    let path = ask(&mut browser).await;
    answer(&before, 7, true).await;
    let after = restarted(&before, &clock, "7:operator 8:owner");
    let mut browser = browser.at(&after);
    assert_eq!(browser.act(&path, &[]).await.status, 403);
    assert_eq!(other.open("/admin").await.status, 200);
}

#[tokio::test]
async fn nothing_dangerous_is_asked_for_without_a_reason() {
    let (world, _clock) = world("7:owner");
    let mut browser = signed_in(&world, 7).await;
    for fields in [&[][..], &[("reason", " \n ")]] {
        assert_eq!(browser.act(END, fields).await.status, 422);
    }
    assert!(world.operators.store.questions().is_empty());
}
