//! Operators: the way to their pages, and what they confirm.

use chrono::TimeDelta;
use sesame_domain::ids::{ConfirmationId, OperatorSessionId};
use sesame_domain::notice::NoticeKind;
use sesame_domain::operator::{
    Confirmation, ConfirmationState, DangerKind, DangerousAction, LINK_LIFE,
};
use sesame_domain::random::SystemEntropy;

use crate::fixture::{Fixture, labels, noon, until, words};

/// A bot whose person is an operator of this role.
async fn operator(role: &str) -> (Fixture, sesame_bot::Bot) {
    let mut fixture = Fixture::empty().await;
    let entry = format!("{}:{role}", fixture.person.id);
    fixture.operators = entry.parse().unwrap();
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    (fixture, bot)
}

#[tokio::test]
async fn an_operator_gets_a_link_that_works_once_for_two_minutes() {
    let (fixture, _bot) = operator("viewer").await;
    let answer = fixture.ask("/admin").await;
    assert!(words(&answer).contains("works once"), "{answer:?}");
    let button = &answer.reply_markup.as_ref().unwrap().inline_keyboard[0][0];
    let url = button.url.as_ref().unwrap();
    let (_, secret) = url.split_once("http://127.0.0.1:9/admin/sign-in/").unwrap();
    assert_eq!(secret.len(), 64);
    assert!(!words(&answer).contains(secret), "only the button has it");
    let [link] = &fixture.operator_store.links()[..] else {
        panic!("one link")
    };
    assert_eq!(link.owner, fixture.owner());
    assert_eq!(link.expires_at, noon() + LINK_LIFE);
    let entries = fixture.operator_store.audited();
    assert_eq!(entries[0].reason, "asked in the chat");
    let actor = format!("telegram {}, viewer", fixture.person.id);
    assert_eq!(entries[0].actor.name(), Some(&*actor));
}

#[tokio::test]
async fn who_is_no_operator_learns_their_id_and_gets_no_link() {
    let (fixture, _bot) = Fixture::new().await;
    for _ in 0..7 {
        let answer = fixture.ask("/admin").await;
        let id = fixture.person.id.to_string();
        assert!(words(&answer).contains(&id), "{answer:?}");
        assert!(labels(&answer).is_empty());
    }
    assert!(fixture.operator_store.links().is_empty());
    // Asking again and again does not make the audit longer.
    assert_eq!(
        fixture.audit.lines(),
        ["sign_in_asked: no operator: refused"; 5]
    );
}

#[tokio::test]
async fn an_operator_of_another_tenant_gets_no_link() {
    let (fixture, _bot) = operator("owner@elsewhere").await;
    let answer = fixture.ask("/admin").await;
    assert!(words(&answer).contains("OPERATORS"), "{answer:?}");
    assert!(fixture.operator_store.links().is_empty());
}

#[tokio::test]
async fn five_links_an_hour_are_enough() {
    let (fixture, _bot) = operator("owner").await;
    for _ in 0..5 {
        fixture.ask("/admin").await;
    }
    let answer = fixture.ask("/admin").await;
    assert!(words(&answer).contains("The next one in 1 h"), "{answer:?}");
    assert_eq!(fixture.operator_store.links().len(), 5);
    assert_eq!(
        fixture.audit.lines(),
        ["sign_in_asked: too many links: refused"]
    );
    fixture.clock.advance(TimeDelta::hours(1));
    let answer = fixture.ask("/admin").await;
    assert!(words(&answer).contains("works once"), "{answer:?}");
}

fn question(fixture: &Fixture) -> Confirmation {
    let id = ConfirmationId::generate(&SystemEntropy, noon());
    Confirmation {
        id,
        session: OperatorSessionId::generate(&SystemEntropy, noon()),
        owner: fixture.owner(),
        action: DangerousAction {
            kind: DangerKind::RetireKeys,
            parameters: "s3".to_owned(),
            summary: "Retire key <s3>".to_owned(),
        },
        reason: "an old disk & its copies".to_owned(),
        signs: [47, 8],
        asked_at: noon(),
        expires_at: noon() + Confirmation::LIFE,
    }
}

/// The question in the chat.
async fn asked(fixture: &Fixture) -> (Confirmation, sesame_sandbox::bots::Message) {
    // A bot writes to no one who has not written first.
    fixture.ask("/help").await;
    let question = question(fixture);
    fixture.operator_store.put_question(question.clone());
    let before = fixture.said().len();
    fixture
        .tell(NoticeKind::Confirm {
            id: question.id,
            summary: question.action.summary.clone(),
            reason: question.reason.clone(),
            signs: question.signs,
        })
        .await;
    until("the question", || fixture.said().len() > before).await;
    (question, fixture.said().pop().unwrap())
}

fn state(fixture: &Fixture) -> ConfirmationState {
    fixture.operator_store.questions()[0].1
}

#[tokio::test]
async fn a_dangerous_action_is_confirmed_in_the_chat() {
    let (fixture, _bot) = operator("owner").await;
    let (_, message) = asked(&fixture).await;
    let said = words(&message);
    assert!(said.contains("Retire key <s3>?"), "{said}");
    assert!(said.contains("an old disk & its copies"), "{said}");
    assert!(said.contains("47 08"), "{said}");
    assert_eq!(labels(&message), ["Do it", "Do not"]);
    let answered = fixture.press(&message, "Do it").await;
    assert!(words(&answered).contains("Confirmed"), "{answered:?}");
    assert!(labels(&answered).is_empty());
    assert_eq!(state(&fixture), ConfirmationState::Confirmed);
    let noted = ["confirmation_asked: confirmed in the chat: done"];
    assert_eq!(fixture.audit.lines(), noted);
}

#[tokio::test]
async fn what_is_declined_is_not_done() {
    let (fixture, _bot) = operator("owner").await;
    let (_, message) = asked(&fixture).await;
    let answered = fixture.press(&message, "Do not").await;
    assert!(words(&answered).contains("declined"), "{answered:?}");
    assert_eq!(state(&fixture), ConfirmationState::Declined);
    let noted = ["confirmation_asked: declined in the chat: refused"];
    assert_eq!(fixture.audit.lines(), noted);
}

#[tokio::test]
async fn a_question_that_is_too_old_is_void() {
    let (fixture, _bot) = operator("owner").await;
    let (_, message) = asked(&fixture).await;
    fixture.clock.advance(Confirmation::LIFE);
    let answered = fixture.press(&message, "Do it").await;
    assert!(words(&answered).contains("out of date"), "{answered:?}");
    assert_eq!(state(&fixture), ConfirmationState::Waiting);
}

#[tokio::test]
async fn whoever_is_no_operator_any_more_confirms_nothing() {
    let (fixture, _bot) = Fixture::new().await;
    let (_, message) = asked(&fixture).await;
    let answered = fixture.press(&message, "Do it").await;
    assert!(words(&answered).contains("out of date"), "{answered:?}");
    assert_eq!(state(&fixture), ConfirmationState::Waiting);
}
