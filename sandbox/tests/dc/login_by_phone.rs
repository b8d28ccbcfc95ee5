//! Logging in with a phone number and a code.

use std::time::Duration;

use grammers_client::InvocationError;
use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::AccountState;

use crate::harness::{Sandbox, TestClient, error};

async fn send(
    client: &TestClient,
    sandbox: &Sandbox,
    phone: &str,
) -> Result<String, InvocationError> {
    let options = sandbox.world.options();
    let request = functions::auth::SendCode {
        phone_number: phone.to_owned(),
        api_id: options.api_id,
        api_hash: options.api_hash.clone(),
        settings: enums::CodeSettings::Settings(types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: false,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        }),
    };
    match client.call(&request).await? {
        enums::auth::SentCode::Code(sent) => Ok(sent.phone_code_hash),
        other => panic!("{other:?}"),
    }
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
    let ban = |person: &mut sesame_sandbox::world::Person| person.state = AccountState::Banned;
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
