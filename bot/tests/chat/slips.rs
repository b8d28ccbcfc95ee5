//! Secrets that people let slip into the chat.

use rstest::rstest;
use sesame_domain::login::{Password, State};

use crate::stage::{Stage, until, words};

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
    let (stage, _bot) = Stage::new().await;
    let code = stage.say(said);
    let answer = stage.answer_after(code).await;
    assert!(
        words(&answer).starts_with("Never send login codes"),
        "{answer:?}"
    );
    assert!(stage.message(code).is_none());
}

#[tokio::test]
async fn what_cannot_be_deleted_the_person_is_asked_to_delete() {
    let (stage, _bot) = Stage::new().await;
    stage.fault("deleteMessage", 400, None);
    let code = stage.say("12345");
    let answer = stage.answer_after(code).await;
    assert!(
        words(&answer).contains("Please delete your message"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_said_while_a_password_is_asked_for_is_taken_for_one() {
    let (stage, _bot) = Stage::new().await;
    let mut login = stage.begin_login();
    login.state = State::PasswordRequired(Password {
        hint: None,
        attempts_left: 5,
        rejected: false,
    });
    *stage.logins.running.lock().unwrap() = Some(login);
    let password = stage.say("correct horse");
    let answer = stage.answer_after(password).await;
    assert!(
        words(&answer).starts_with("If that was your password"),
        "{answer:?}"
    );
    assert!(stage.message(password).is_none());
}

#[tokio::test]
async fn a_code_that_a_message_is_changed_to_is_deleted() {
    let (stage, _bot) = Stage::new().await;
    let said = stage.say("wait a moment");
    let hint = stage.answer_after(said).await;
    let bot = stage.sandbox.bot();
    bot.change_message(&stage.person, said, "wait for it")
        .unwrap();
    bot.change_message(&stage.person, said, "it is 64381")
        .unwrap();
    let warning = stage.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(stage.message(said).is_none());
    assert_eq!(
        stage.said().len(),
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
    let (stage, _bot) = Stage::new().await;
    let said = stage.say("here");
    let hint = stage.answer_after(said).await;
    let mut message = stage.raw_message(said);
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
    stage.push(serde_json::json!({kind: message}));
    let warning = stage.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    until("deleted", || stage.message(said).is_none()).await;
}

#[tokio::test]
async fn what_telegram_sent_is_deleted_when_it_is_passed_on() {
    let (stage, _bot) = Stage::new().await;
    let said = stage.say("see");
    let hint = stage.answer_after(said).await;
    let mut message = stage.raw_message(said);
    message["text"] = "Web login code. This is your login code:\nhBJ3kPzqPXA".into();
    message["forward_origin"] = serde_json::json!({
        "type": "user", "date": 1_800_000_000,
        "sender_user": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
    });
    stage.push(serde_json::json!({"message": message}));
    let warning = stage.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(stage.message(said).is_none());
}

#[tokio::test]
async fn a_code_is_deleted_although_the_database_is_out() {
    let (stage, _bot) = Stage::new().await;
    *stage.people.broken.lock().unwrap() = true;
    let code = stage.say("64381");
    let warning = stage.answer_after(code).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(stage.message(code).is_none());
}

#[tokio::test]
async fn a_deletion_that_is_refused_for_a_moment_is_tried_again() {
    let (stage, _bot) = Stage::new().await;
    stage.fault("deleteMessage", 429, Some(1));
    let code = stage.say("64381");
    let warning = stage.answer_after(code).await;
    assert!(
        words(&warning).contains("I deleted your message"),
        "{warning:?}"
    );
    assert!(stage.message(code).is_none());
}
