//! Logging in by QR code.

use std::time::Duration;

use grammers_client::tl::{enums, functions};
use sesame_sandbox::world::{AuthKey, AuthorizationState, ScanError, TokenError};

use crate::harness::{Sandbox, TestClient, answer, error, link};

#[tokio::test]
async fn a_scanned_code_logs_in_and_the_device_is_listed() {
    let sandbox = Sandbox::start().await;
    let ann = sandbox.person("Ann", 1);
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    let not_yet = client.me().await;
    assert_eq!(error(not_yet), (401, "AUTH_KEY_UNREGISTERED".to_owned()));

    let accepted = sandbox.world.scan(ann.id, &link(&token)).unwrap();
    assert_eq!(accepted.device.model, "Test bench");
    assert!(sandbox.world.authorizations().of(ann.id).is_empty());
    client
        .update(|update| matches!(update, enums::Update::LoginToken))
        .await;
    let success = client.export_anyhow().await.unwrap();
    let enums::auth::LoginToken::Success(_) = success else {
        panic!("{success:?}");
    };
    assert_eq!(client.me().await.unwrap().id, ann.id);

    let listed = sandbox.world.authorizations().of(ann.id);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].hash, accepted.hash);
    assert_eq!(listed[0].device.app_version, "1.2.3");
    let seen = client.call(&functions::account::GetAuthorizations {}).await;
    let enums::account::Authorizations::Authorizations(seen) = seen.unwrap();
    let enums::Authorization::Authorization(seen) = &seen.authorizations[0];
    assert_eq!(seen.app_name, "Sesame Sandbox App");
    assert!(seen.current && !seen.password_pending);
}

#[tokio::test]
async fn a_login_moves_to_the_persons_home() {
    let sandbox = Sandbox::start().await;
    let ben = sandbox.person("Ben", 2);
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    sandbox.world.scan(ben.id, &link(&token)).unwrap();
    let moved = client.export_anyhow().await.unwrap();
    let enums::auth::LoginToken::MigrateTo(to) = moved else {
        panic!("{moved:?}");
    };
    assert_eq!(to.dc_id, 2);
    let success = client.follow(to).await.unwrap();
    assert!(matches!(success, enums::auth::LoginToken::Success(_)));
    assert_eq!(client.me().await.unwrap().id, ben.id);
    assert_eq!(sandbox.world.authorizations().of(ben.id)[0].dc(), 2);
}

#[tokio::test]
async fn a_login_that_moves_still_owes_the_password() {
    let sandbox = Sandbox::start().await;
    let cat = sandbox.person("Cat", 2);
    sandbox.set_password(&cat, "open sesame");
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    sandbox.world.scan(cat.id, &link(&token)).unwrap();
    let enums::auth::LoginToken::MigrateTo(to) = client.export_anyhow().await.unwrap() else {
        panic!("the login has to move");
    };
    let needed = (401, "SESSION_PASSWORD_NEEDED".to_owned());
    assert_eq!(error(client.follow(to).await), needed);
    assert_eq!(error(client.me().await), needed);
    client.try_password("open sesame").await.unwrap();
    assert_eq!(client.me().await.unwrap().id, cat.id);
}

#[tokio::test]
async fn a_wrong_password_asks_again_and_spends_the_challenge() {
    let sandbox = Sandbox::start().await;
    let dan = sandbox.person("Dan", 1);
    sandbox.set_password(&dan, "right");
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    sandbox.world.scan(dan.id, &link(&token)).unwrap();
    let needed = error(client.export_anyhow().await);
    assert_eq!(needed, (401, "SESSION_PASSWORD_NEEDED".to_owned()));
    let listed = sandbox.world.authorizations().of(dan.id);
    assert_eq!(listed[0].state(), AuthorizationState::PasswordPending);

    let asked = client.call(&functions::account::GetPassword {}).await;
    let enums::account::Password::Password(asked) = asked.unwrap();
    assert_eq!(asked.hint.as_deref(), Some("the usual"));
    let check = |text: &str| functions::auth::CheckPassword {
        password: answer(&asked, text),
    };
    let wrong = error(client.call(&check("wrong")).await);
    assert_eq!(wrong, (400, "PASSWORD_HASH_INVALID".to_owned()));
    let spent = error(client.call(&check("right")).await);
    assert_eq!(spent, (400, "SRP_ID_INVALID".to_owned()));
    client.try_password("right").await.unwrap();
    assert_eq!(client.me().await.unwrap().id, dan.id);
    assert_eq!(listed[0].state(), AuthorizationState::Complete);
}

#[tokio::test]
async fn a_login_given_up_at_the_password_leaves_no_trace() {
    let sandbox = Sandbox::start().await;
    let eve = sandbox.person("Eve", 1);
    sandbox.set_password(&eve, "secret");
    let client = sandbox.client();
    let token = client.export().await.unwrap();
    sandbox.world.scan(eve.id, &link(&token)).unwrap();
    error(client.export_anyhow().await);
    assert_eq!(sandbox.world.authorizations().of(eve.id).len(), 1);
    client.call(&functions::auth::LogOut {}).await.unwrap();
    assert!(sandbox.world.authorizations().of(eve.id).is_empty());
    let gone = error(client.me().await);
    assert_eq!(gone, (401, "AUTH_KEY_UNREGISTERED".to_owned()));
    client.export().await.unwrap();
}

#[tokio::test]
async fn a_token_that_expired_or_was_used_or_is_invented_is_refused() {
    let sandbox = Sandbox::start().await;
    let (fay, gus) = (sandbox.person("Fay", 1), sandbox.person("Gus", 1));
    let scan = |person: i64, link: &str| sandbox.world.scan(person, link).map(|_| ());
    let client = sandbox.client();
    let first = link(&client.export().await.unwrap());
    sandbox.world.clock().advance(Duration::from_secs(20));
    let second = link(&client.export().await.unwrap());
    sandbox.world.clock().advance(Duration::from_secs(11));
    assert_eq!(scan(fay.id, &first), refused(TokenError::Expired));
    assert_eq!(scan(fay.id, &second), Ok(()));
    assert_eq!(scan(gus.id, &second), refused(TokenError::AlreadyAccepted));

    sandbox.world.clock().advance(Duration::from_secs(3600));
    sandbox.world.sweep();
    assert!(sandbox.world.tokens().list().is_empty());
    assert_eq!(scan(fay.id, &first), refused(TokenError::Expired));

    for invented in [
        "tg://login?token=AAAA",
        "tg://resolve?domain=x",
        "tg://login",
        "",
        "tg://login?token=%FF%FE",
    ] {
        assert_eq!(scan(fay.id, invented), refused(TokenError::Invalid));
    }
}

fn refused(error: TokenError) -> Result<(), ScanError> {
    Err(ScanError::Token(error))
}

#[tokio::test]
async fn whoever_is_linked_already_cannot_accept_again() {
    let sandbox = Sandbox::start().await;
    let (hal, ivy) = (sandbox.person("Hal", 1), sandbox.person("Ivy", 1));
    let client = sandbox.client();
    let token = client.export_except(vec![hal.id]).await.unwrap();
    let enums::auth::LoginToken::Token(token) = token else {
        panic!("{token:?}");
    };
    let link = link(&token);
    let excluded = sandbox.world.scan(hal.id, &link).map(|_| ());
    assert_eq!(excluded, refused(TokenError::Exception));
    sandbox.world.scan(ivy.id, &link).unwrap();
}

#[tokio::test]
async fn one_logged_in_device_can_accept_another() {
    let sandbox = Sandbox::start().await;
    let jan = sandbox.person("Jan", 1);
    let phone = sandbox.logged_in(&jan).await;
    let client = sandbox.client();
    let token = client.export().await.unwrap().token;
    let accept = functions::auth::AcceptLoginToken { token };
    let enums::Authorization::Authorization(accepted) = phone.call(&accept).await.unwrap();
    assert_eq!(accepted.device_model, "Test bench");
    client.export_anyhow().await.unwrap();
    assert_eq!(client.me().await.unwrap().id, jan.id);
    assert_eq!(sandbox.world.authorizations().of(jan.id).len(), 2);
}

#[tokio::test]
async fn an_unknown_app_gets_no_token() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let request = functions::auth::ExportLoginToken {
        api_id: sandbox.world.options().api_id,
        api_hash: "not the hash".to_owned(),
        except_ids: Vec::new(),
    };
    let refused = error(client.call(&request).await);
    assert_eq!(refused, (400, "API_ID_INVALID".to_owned()));
}

#[tokio::test]
async fn a_login_that_begins_when_someone_used_their_app_is_probably_theirs() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let (first, second, third) = (sandbox.client(), sandbox.client(), sandbox.client());
    sandbox.world.note_use(ann.id);
    first.export().await.unwrap();
    sandbox.world.note_use(ben.id);
    second.export().await.unwrap();
    // Renewed codes are of the same login.
    first.export().await.unwrap();
    sandbox.world.clock().advance(Duration::from_secs(20));
    third.export().await.unwrap();
    let of = |client: &TestClient| {
        let key = key_id(client.key(&sandbox, 1).auth_key);
        let shown = sandbox.world.tokens().list().into_iter();
        let mut shown = shown.filter(|token| token.key == key);
        let found = shown.next().unwrap().probably_of;
        assert!(shown.all(|token| token.probably_of == found));
        found
    };
    assert_eq!(of(&first), Some(ann.id));
    assert_eq!(of(&second), Some(ben.id));
    assert_eq!(of(&third), None);
}

fn key_id(data: [u8; 256]) -> i64 {
    AuthKey::new(1, data, None, 0).id
}
