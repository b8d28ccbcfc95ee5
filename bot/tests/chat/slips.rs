//! Secrets that people let slip into the chat.

use rstest::rstest;
use sesame_domain::login::{Password, Proving};

use crate::fixture::{Fixture, until, words};

const TELEGRAMS_OWN: &str = "Login code: 64381. Do not give this code to anyone, even if they say \
                             they are from Telegram!";

#[rstest]
#[case("1-2-3-4-5")]
#[case(TELEGRAMS_OWN)]
#[case("my code is 64381")]
#[case("Код 64381")]
#[case("6a4a3a8a1")]
#[case("/code 64381")]
#[tokio::test]
async fn a_login_code_is_deleted_with_a_warning(#[case] said: &str) {
    let (fixture, _bot) = Fixture::new().await;
    let code = fixture.say(said);
    let answer = fixture.answer_after(code).await;
    assert!(
        words(&answer).starts_with("Never send login codes"),
        "{answer:?}"
    );
    assert!(fixture.message(code).is_none());
}

#[tokio::test]
async fn what_cannot_be_deleted_the_person_is_asked_to_delete() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.fault("deleteMessage", 400, None);
    let code = fixture.say("12345");
    let answer = fixture.answer_after(code).await;
    assert!(
        words(&answer).contains("Please delete your message"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_said_while_a_password_is_asked_for_is_taken_for_one() {
    let (fixture, _bot) = Fixture::new().await;
    let mut login = fixture.begin_login();
    login.state = Proving::password_required(Password {
        hint: None,
        attempts_left: 5,
        rejected: false,
    })
    .into();
    *fixture.logins.running.lock().unwrap() = Some(login);
    let password = fixture.say("correct horse");
    let answer = fixture.answer_after(password).await;
    assert!(
        words(&answer).starts_with("If that was your password"),
        "{answer:?}"
    );
    assert!(fixture.message(password).is_none());
}

#[tokio::test]
async fn a_code_that_a_message_is_changed_to_is_deleted() {
    let (fixture, _bot) = Fixture::new().await;
    let said = fixture.say("wait a moment");
    let hint = fixture.answer_after(said).await;
    let bot = fixture.sandbox.bot();
    bot.change_message(&fixture.person, said, "wait for it")
        .unwrap();
    bot.change_message(&fixture.person, said, "it is 64381")
        .unwrap();
    let warning = fixture.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(fixture.message(said).is_none());
    assert_eq!(
        fixture.said().len(),
        2,
        "what is changed gets no other answer"
    );
}

#[rstest]
#[case("caption")]
#[case("edited caption")]
#[case("contact")]
#[tokio::test]
async fn a_code_is_deleted_wherever_a_message_has_words(#[case] place: &str) {
    let (fixture, _bot) = Fixture::new().await;
    let said = fixture.say("here");
    let hint = fixture.answer_after(said).await;
    let mut message = fixture.raw_message(said);
    let photo = serde_json::json!([
        {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "file_size": 1}
    ]);
    if place == "contact" {
        message["contact"] = serde_json::json!({"phone_number": "64381", "first_name": "It"});
    } else {
        message["photo"] = photo;
        message["caption"] = TELEGRAMS_OWN.into();
    }
    let kind = if place.starts_with("edited") {
        "edited_message"
    } else {
        "message"
    };
    fixture.push(serde_json::json!({kind: message}));
    let warning = fixture.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    until("deleted", || fixture.message(said).is_none()).await;
}

#[tokio::test]
async fn what_telegram_sent_is_deleted_when_it_is_passed_on() {
    let (fixture, _bot) = Fixture::new().await;
    let said = fixture.say("see");
    let hint = fixture.answer_after(said).await;
    let mut message = fixture.raw_message(said);
    message["text"] = "Web login code. This is your login code:\nhBJ3kPzqPXA".into();
    message["forward_origin"] = serde_json::json!({
        "type": "user", "date": 1_800_000_000,
        "sender_user": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
    });
    fixture.push(serde_json::json!({"message": message}));
    let warning = fixture.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(fixture.message(said).is_none());
}

#[tokio::test]
async fn a_code_is_deleted_although_the_database_is_out() {
    let (fixture, _bot) = Fixture::new().await;
    *fixture.people.broken.lock().unwrap() = true;
    let code = fixture.say("64381");
    let warning = fixture.answer_after(code).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(fixture.message(code).is_none());
}

#[tokio::test]
async fn a_deletion_that_is_refused_for_a_moment_is_tried_again() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.fault("deleteMessage", 429, Some(1));
    let code = fixture.say("64381");
    let warning = fixture.answer_after(code).await;
    assert!(
        words(&warning).contains("I deleted your message"),
        "{warning:?}"
    );
    assert!(fixture.message(code).is_none());
}
