//! Logging in with a phone number and a code.

use std::time::Duration;

use grammers_client::InvocationError;
use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{
    AccountState, ChatKind, CodeDelivery, CodeWay, NewChat, NewRpcFault, Person, SentCode,
};

use crate::harness::{Sandbox, TestClient, error, message};

async fn send(
    client: &TestClient,
    sandbox: &Sandbox,
    phone: &str,
) -> Result<String, InvocationError> {
    let sent = send_taking(client, sandbox, phone, Takes::default()).await?;
    Ok(sent.phone_code_hash)
}

/// The calls that a client takes.
#[derive(Clone, Copy, Default)]
struct Takes {
    flash: bool,
    missed: bool,
}

async fn send_taking(
    client: &TestClient,
    sandbox: &Sandbox,
    phone: &str,
    takes: Takes,
) -> Result<types::auth::SentCode, InvocationError> {
    let options = sandbox.world.options();
    let request = functions::auth::SendCode {
        phone_number: phone.to_owned(),
        api_id: options.api_id,
        api_hash: options.api_hash.clone(),
        settings: enums::CodeSettings::Settings(types::CodeSettings {
            allow_flashcall: takes.flash,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: takes.missed,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        }),
    };
    Ok(plain(client.call(&request).await?))
}

fn plain(sent: enums::auth::SentCode) -> types::auth::SentCode {
    match sent {
        enums::auth::SentCode::Code(sent) => sent,
        other => panic!("{other:?}"),
    }
}

async fn resend(
    client: &TestClient,
    phone: &str,
    hash: &str,
) -> Result<types::auth::SentCode, InvocationError> {
    let request = functions::auth::ResendCode {
        phone_number: phone.to_owned(),
        phone_code_hash: hash.to_owned(),
        reason: None,
    };
    client.call(&request).await.map(plain)
}

async fn cancel(client: &TestClient, phone: &str, hash: &str) -> Result<bool, InvocationError> {
    let request = functions::auth::CancelCode {
        phone_number: phone.to_owned(),
        phone_code_hash: hash.to_owned(),
    };
    client.call(&request).await
}

/// The newest code that was sent to a number.
fn newest(sandbox: &Sandbox, phone: &str) -> SentCode {
    sandbox.world.codes().of(phone).remove(0)
}

fn deliver(sandbox: &Sandbox, person: &Person, ways: &[CodeWay], timeout: Option<u32>) {
    let delivery = CodeDelivery {
        ways: ways.to_vec(),
        timeout,
    };
    let change = |person: &mut Person| person.code_delivery = delivery;
    sandbox.world.people().update(person.id, change).unwrap();
}

fn refuse(sandbox: &Sandbox, method: &str, (code, name): (i32, &str), person: Option<i64>) {
    sandbox.world.faults().add(NewRpcFault {
        method: method.to_owned(),
        error_code: code,
        error_message: name.to_owned(),
        times: 1,
        person,
        dc: None,
    });
}

async fn sign_in(
    client: &TestClient,
    phone: &str,
    hash: &str,
    code: &str,
) -> Result<enums::auth::Authorization, InvocationError> {
    let request = functions::auth::SignIn {
        phone_number: phone.to_owned(),
        phone_code_hash: hash.to_owned(),
        phone_code: Some(code.to_owned()),
        email_verification: None,
    };
    client.call(&request).await
}

#[tokio::test]
async fn the_code_that_was_sent_logs_in_after_a_wrong_one() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.client();
    let phone = format!("+{}", ann.phone);
    let hash = send(&client, &sandbox, &phone).await.unwrap();
    let code = sandbox.world.codes().of(&ann.phone)[0].code.clone();
    let wrong = if code == "11111" { "22222" } else { "11111" };
    let invalid = error(sign_in(&client, &phone, &hash, wrong).await);
    assert_eq!(invalid, (400, "PHONE_CODE_INVALID".to_owned()));
    sign_in(&client, &phone, &hash, &code).await.unwrap();
    assert_eq!(client.me().await.unwrap().id, ann.id);
}

#[tokio::test]
async fn a_code_is_void_after_its_time_and_after_too_many_attempts() {
    let sandbox = Sandbox::start().await;
    let ben = sandbox.person("Ben", 1);
    let client = sandbox.client();
    let expired = (400, "PHONE_CODE_EXPIRED".to_owned());

    let hash = send(&client, &sandbox, &ben.phone).await.unwrap();
    let code = sandbox.world.codes().of(&ben.phone)[0].code.clone();
    sandbox.world.clock().advance(Duration::from_secs(301));
    assert_eq!(
        error(sign_in(&client, &ben.phone, &hash, &code).await),
        expired
    );

    let hash = send(&client, &sandbox, &ben.phone).await.unwrap();
    let code = sandbox.world.codes().of(&ben.phone)[0].code.clone();
    for _ in 0..5 {
        error(sign_in(&client, &ben.phone, &hash, "no").await);
    }
    assert_eq!(
        error(sign_in(&client, &ben.phone, &hash, &code).await),
        expired
    );
}

#[tokio::test]
async fn numbers_are_told_apart() {
    let sandbox = Sandbox::start().await;
    let (gone, away) = (sandbox.person("Gone", 1), sandbox.person("Away", 2));
    let ban = |person: &mut Person| person.state = AccountState::Banned;
    sandbox.world.people().update(gone.id, ban).unwrap();
    let client = sandbox.client();

    let bad = error(send(&client, &sandbox, "12x").await);
    assert_eq!(bad, (406, "PHONE_NUMBER_INVALID".to_owned()));
    let banned = error(send(&client, &sandbox, &gone.phone).await);
    assert_eq!(banned, (400, "PHONE_NUMBER_BANNED".to_owned()));
    let elsewhere = send(&client, &sandbox, &away.phone).await.unwrap_err();
    let InvocationError::Rpc(elsewhere) = elsewhere else {
        panic!("{elsewhere:?}");
    };
    assert_eq!((elsewhere.code, elsewhere.value), (303, Some(2)));
    assert_eq!(elsewhere.name, "PHONE_MIGRATE");

    let stranger = "99988877766";
    let hash = send(&client, &sandbox, stranger).await.unwrap();
    let code = sandbox.world.codes().of(stranger)[0].code.clone();
    let unoccupied = sign_in(&client, stranger, &hash, &code).await.unwrap();
    assert!(matches!(
        unoccupied,
        enums::auth::Authorization::SignUpRequired(_)
    ));
}

#[tokio::test]
async fn the_password_is_asked_for_after_the_code() {
    let sandbox = Sandbox::start().await;
    let cat = sandbox.person("Cat", 1);
    sandbox.set_password(&cat, "meow");
    let client = sandbox.client();
    let hash = send(&client, &sandbox, &cat.phone).await.unwrap();
    let code = sandbox.world.codes().of(&cat.phone)[0].code.clone();
    let needed = error(sign_in(&client, &cat.phone, &hash, &code).await);
    assert_eq!(needed, (401, "SESSION_PASSWORD_NEEDED".to_owned()));
    client.try_password("meow").await.unwrap();
    assert_eq!(client.me().await.unwrap().id, cat.id);
}

#[tokio::test]
async fn each_way_of_a_code_is_told_as_the_schema_has_it() {
    use enums::auth::SentCodeType as Type;
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.client();
    let all = Takes {
        flash: true,
        missed: true,
    };
    let ways = [
        CodeWay::App,
        CodeWay::Sms,
        CodeWay::SmsWord,
        CodeWay::SmsPhrase,
        CodeWay::Call,
        CodeWay::FlashCall,
        CodeWay::MissedCall,
        CodeWay::Fragment,
    ];
    for way in ways {
        deliver(&sandbox, &ann, &[way], None);
        let sent = send_taking(&client, &sandbox, &ann.phone, all)
            .await
            .unwrap();
        let kept = newest(&sandbox, &ann.phone);
        let length = i32::try_from(kept.code.len()).unwrap();
        let as_told = match (way, &sent.r#type) {
            (CodeWay::App, Type::App(it)) => it.length == length,
            (CodeWay::Sms, Type::Sms(it)) => it.length == length,
            (CodeWay::Call, Type::Call(it)) => it.length == length,
            (CodeWay::Fragment, Type::FragmentSms(it)) => {
                it.length == length && it.url.starts_with("https://fragment.com/")
            }
            (CodeWay::SmsWord, Type::SmsWord(it)) => {
                kept.code.starts_with(it.beginning.as_deref().unwrap())
            }
            (CodeWay::SmsPhrase, Type::SmsPhrase(it)) => {
                kept.code.starts_with(it.beginning.as_deref().unwrap())
            }
            (CodeWay::FlashCall, Type::FlashCall(it)) => {
                kept.caller.as_ref() == Some(&kept.code)
                    && kept.code.starts_with(it.pattern.trim_end_matches('*'))
            }
            (CodeWay::MissedCall, Type::MissedCall(it)) => {
                kept.caller == Some(format!("{}{}", it.prefix, kept.code)) && it.length == length
            }
            _ => false,
        };
        assert!(as_told, "{way:?}: {:?}", sent.r#type);
        assert_eq!((sent.next_type, sent.timeout), (None, None));
        // Words may be typed in any case.
        let typed = kept.code.to_uppercase();
        sign_in(&client, &ann.phone, &sent.phone_code_hash, &typed)
            .await
            .unwrap();
        client.call(&functions::auth::LogOut {}).await.unwrap();
    }
}

#[tokio::test]
async fn a_code_by_email_is_taken_as_such_only() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    deliver(&sandbox, &ann, &[CodeWay::Email], None);
    let client = sandbox.client();
    let sent = send_taking(&client, &sandbox, &ann.phone, Takes::default())
        .await
        .unwrap();
    let enums::auth::SentCodeType::EmailCode(told) = sent.r#type else {
        panic!("{:?}", sent.r#type);
    };
    assert!(told.email_pattern.contains('*'));
    let code = newest(&sandbox, &ann.phone).code;
    let hash = sent.phone_code_hash;
    let invalid = error(sign_in(&client, &ann.phone, &hash, &code).await);
    assert_eq!(invalid, (400, "PHONE_CODE_INVALID".to_owned()));
    let by_email = |code: &str| functions::auth::SignIn {
        phone_number: ann.phone.clone(),
        phone_code_hash: hash.clone(),
        phone_code: None,
        email_verification: Some(
            types::EmailVerificationCode {
                code: code.to_owned(),
            }
            .into(),
        ),
    };
    let empty = error(client.call(&by_email("")).await);
    assert_eq!(empty, (400, "PHONE_CODE_EMPTY".to_owned()));
    client.call(&by_email(&code)).await.unwrap();
    assert_eq!(client.me().await.unwrap().id, ann.id);
}

#[tokio::test]
async fn nothing_is_sent_to_who_has_to_set_up_an_address_first() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    deliver(&sandbox, &ann, &[CodeWay::SetUpEmail], None);
    let client = sandbox.client();
    let sent = send_taking(&client, &sandbox, &ann.phone, Takes::default())
        .await
        .unwrap();
    assert!(matches!(
        sent.r#type,
        enums::auth::SentCodeType::SetUpEmailRequired(_)
    ));
    let invalid = error(sign_in(&client, &ann.phone, &sent.phone_code_hash, "12345").await);
    assert_eq!(invalid, (400, "PHONE_CODE_INVALID".to_owned()));
}

#[tokio::test]
async fn a_code_is_sent_once_more_the_next_way_until_none_is_left() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.client();
    let first = send_taking(&client, &sandbox, &ann.phone, Takes::default())
        .await
        .unwrap();
    assert_eq!(first.next_type, Some(enums::auth::CodeType::Sms));
    assert_eq!(first.timeout, Some(60));
    let code_before = newest(&sandbox, &ann.phone).code;

    let early = resend(&client, &ann.phone, &first.phone_code_hash).await;
    assert_eq!(error(early), (420, "FLOOD_WAIT".to_owned()));
    sandbox.world.clock().advance(Duration::from_secs(60));
    let second = resend(&client, &ann.phone, &first.phone_code_hash)
        .await
        .unwrap();
    assert!(matches!(second.r#type, enums::auth::SentCodeType::Sms(_)));
    assert_eq!(second.next_type, Some(enums::auth::CodeType::Call));
    let former = sign_in(&client, &ann.phone, &first.phone_code_hash, &code_before).await;
    assert_eq!(error(former), (400, "PHONE_CODE_EXPIRED".to_owned()));

    sandbox.world.clock().advance(Duration::from_secs(60));
    let third = resend(&client, &ann.phone, &second.phone_code_hash)
        .await
        .unwrap();
    assert!(matches!(third.r#type, enums::auth::SentCodeType::Call(_)));
    assert_eq!((third.next_type, third.timeout), (None, None));
    let none = resend(&client, &ann.phone, &third.phone_code_hash).await;
    assert_eq!(error(none), (406, "SEND_CODE_UNAVAILABLE".to_owned()));
    // The last one is good all the same.
    let code = newest(&sandbox, &ann.phone).code;
    sign_in(&client, &ann.phone, &third.phone_code_hash, &code)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_cancelled_code_is_void_and_no_one_elses_can_be_touched() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let (client, stranger) = (sandbox.client(), sandbox.client());
    let expired = (400, "PHONE_CODE_EXPIRED".to_owned());
    let hash = send(&client, &sandbox, &ann.phone).await.unwrap();
    let code = newest(&sandbox, &ann.phone).code;
    // Another client knows the hash, and even the code.
    assert_eq!(error(cancel(&stranger, &ann.phone, &hash).await), expired);
    assert_eq!(error(resend(&stranger, &ann.phone, &hash).await), expired);
    let theirs = sign_in(&stranger, &ann.phone, &hash, &code).await;
    assert_eq!(error(theirs), expired);

    assert!(cancel(&client, &ann.phone, &hash).await.unwrap());
    assert_eq!(error(cancel(&client, &ann.phone, &hash).await), expired);
    assert_eq!(error(resend(&client, &ann.phone, &hash).await), expired);
    let late = sign_in(&client, &ann.phone, &hash, &code).await;
    assert_eq!(error(late), expired);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.client();
    let hash = send(&client, &sandbox, &ann.phone).await.unwrap();
    let no_hash = (400, "PHONE_CODE_HASH_EMPTY".to_owned());
    assert_eq!(
        error(sign_in(&client, &ann.phone, "", "12345").await),
        no_hash
    );
    assert_eq!(error(resend(&client, &ann.phone, "").await), no_hash);
    assert_eq!(error(cancel(&client, &ann.phone, "").await), no_hash);
    let no_code = error(sign_in(&client, &ann.phone, &hash, "").await);
    assert_eq!(no_code, (400, "PHONE_CODE_EMPTY".to_owned()));
    let bad = (406, "PHONE_NUMBER_INVALID".to_owned());
    assert_eq!(error(sign_in(&client, "nobody", &hash, "12345").await), bad);
    assert_eq!(error(resend(&client, "nobody", &hash).await), bad);
    assert_eq!(error(cancel(&client, "nobody", &hash).await), bad);
}

#[tokio::test]
async fn an_error_ordered_for_a_person_meets_calls_with_their_number() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let client = sandbox.client();
    let on_sending = [
        (400, "PHONE_NUMBER_FLOOD"),
        (400, "API_ID_PUBLISHED_FLOOD"),
        (406, "PHONE_PASSWORD_FLOOD"),
        (406, "UPDATE_APP_TO_LOGIN"),
        (500, "AUTH_RESTART"),
    ];
    for refusal in on_sending {
        refuse(&sandbox, "auth.sendCode", refusal, Some(ann.id));
        send(&client, &sandbox, &ben.phone).await.unwrap();
        let spelt = format!("+{} {}", &ann.phone[..4], &ann.phone[4..]);
        let answered = error(send(&client, &sandbox, &spelt).await);
        assert_eq!(answered, (refusal.0, refusal.1.to_owned()));
    }
    let hash = send(&client, &sandbox, &ann.phone).await.unwrap();
    let code = newest(&sandbox, &ann.phone).code;
    let on_signing_in = [
        (400, "PHONE_NUMBER_UNOCCUPIED"),
        (500, "SIGN_IN_FAILED"),
        (420, "FLOOD_WAIT_77"),
    ];
    for refusal in on_signing_in {
        refuse(&sandbox, "auth.signIn", refusal, Some(ann.id));
        let (status, name) = error(sign_in(&client, &ann.phone, &hash, &code).await);
        assert_eq!(status, refusal.0);
        assert_eq!(name, refusal.1.trim_end_matches("_77"));
    }
    refuse(
        &sandbox,
        "auth.resendCode",
        (420, "FLOOD_WAIT_77"),
        Some(ann.id),
    );
    error(resend(&client, &ann.phone, &hash).await);
    // Refused calls changed nothing.
    sign_in(&client, &ann.phone, &hash, &code).await.unwrap();
}

#[tokio::test]
async fn a_code_that_its_owner_sends_to_anyone_is_void() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let group = NewChat {
        kind: ChatKind::Group,
        title: "The two".to_owned(),
        username: None,
        members: vec![ann.id, ben.id],
    };
    let now = sandbox.world.clock().now();
    let group = sandbox.world.chats().create(group, now).unwrap().id;
    let peer = || enums::InputPeer::Chat(types::InputPeerChat { chat_id: group });
    let (anns, bens) = (sandbox.logged_in(&ann).await, sandbox.logged_in(&ben).await);
    let client = sandbox.client();
    let hash = send(&client, &sandbox, &ann.phone).await.unwrap();
    let code = newest(&sandbox, &ann.phone).code;
    let valid = || newest(&sandbox, &ann.phone).is_valid(sandbox.world.clock().now());

    // What someone else says, or another number, changes nothing.
    bens.call(&message(peer(), &code)).await.unwrap();
    anns.call(&message(peer(), &code[1..])).await.unwrap();
    assert!(valid());
    let apart = format!("It is {}-{}!", &code[..2], &code[2..]);
    anns.call(&message(peer(), &apart)).await.unwrap();
    assert!(!valid());
    let late = sign_in(&client, &ann.phone, &hash, &code).await;
    assert_eq!(error(late), (400, "PHONE_CODE_EXPIRED".to_owned()));
}

#[tokio::test]
async fn a_login_goes_on_over_another_connection_of_its_client() {
    let sandbox = Sandbox::start().await;
    let cat = sandbox.person("Cat", 1);
    sandbox.set_password(&cat, "meow");
    let first = sandbox.client();
    let hash = send(&first, &sandbox, &cat.phone).await.unwrap();
    let code = newest(&sandbox, &cat.phone).code;
    let second = sandbox.client_like(&first).await;
    drop(first);
    let needed = error(sign_in(&second, &cat.phone, &hash, &code).await);
    assert_eq!(needed, (401, "SESSION_PASSWORD_NEEDED".to_owned()));
    let third = sandbox.client_like(&second).await;
    drop(second);
    third.try_password("meow").await.unwrap();
    assert_eq!(third.me().await.unwrap().id, cat.id);
}
