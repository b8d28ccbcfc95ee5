//! Telegram that does not take the application: `API_ID` and `API_HASH`.

use sesame_domain::account::Health;
use sesame_domain::login::{Ending, Failure, Login, Status};
use sesame_domain::ports::ServiceError;
use sesame_sessions::{DataCentres, SessionsSettings, Trial, try_application};

use crate::fixture::{Fixture, Node, eventually, owner};

async fn failure(node: &Node, login: &Login) -> Failure {
    let login = node.until_status(login, Status::Failed).await;
    match login.ending() {
        Some(Ending::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}

fn wrong_hash(fixture: &Fixture) -> SessionsSettings {
    let mut settings = fixture.settings();
    settings.api_hash = "f".repeat(32).into();
    settings
}

fn wrong_id(fixture: &Fixture) -> SessionsSettings {
    let mut settings = fixture.settings();
    settings.api_id += 1;
    settings
}

#[tokio::test]
async fn a_login_under_a_refused_application_is_the_operators_matter() {
    let fixture = Fixture::new().await;
    for settings in [wrong_hash(&fixture), wrong_id(&fixture)] {
        let node = fixture.node_with(settings);
        let login = node.begin(&owner(&fixture.person(1))).await;
        assert_eq!(failure(&node, &login).await, Failure::AppRefused);
        assert!(node.sessions.application().is_refused());
    }
}

#[tokio::test]
async fn an_application_that_is_taken_again_is_not_refused_any_more() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let application = node.sessions.application();
    for (code, word) in [
        (400, "API_ID_INVALID"),
        (400, "API_ID_PUBLISHED_FLOOD"),
        (400, "CONNECTION_API_ID_INVALID"),
    ] {
        fixture.fault("auth.exportLoginToken", code, word, 1_000);
        let login = node.begin(&owner(&fixture.person(1))).await;
        assert_eq!(failure(&node, &login).await, Failure::AppRefused, "{word}");
        assert!(application.is_refused());
        fixture.world.faults().clear();
        let ann = fixture.person(2);
        let login = node.begin_and_show(&owner(&ann)).await;
        assert!(!application.is_refused());
        fixture.scan(&ann, &login).await;
        node.until_status(&login, Status::Authorized).await;
    }
}

#[tokio::test]
async fn an_application_is_tried_before_anyone_comes() {
    let fixture = Fixture::new().await;
    let node = fixture.node_with(wrong_hash(&fixture));
    let application = node.sessions.application();
    let is_refused = || async { application.is_refused() };
    tokio::select! {
        () = application.clone().mind() => panic!("it goes on for ever"),
        () = eventually("a refusal", is_refused) => {}
    }
    assert!(fixture.world.tokens().list().is_empty());
}

#[tokio::test]
async fn a_refused_application_ends_no_session() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    node.sessions.shutdown().await;
    let node = fixture.node_with(wrong_id(&fixture));
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert!(matches!(checked, Err(ServiceError::Busy)), "{checked:?}");
    assert!(node.sessions.application().is_refused());
    node.sessions.shutdown().await;
    let node = fixture.node();
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
}

#[tokio::test]
async fn an_application_is_tried_without_anything_else() {
    let fixture = Fixture::new().await;
    let centres: Box<dyn DataCentres> = fixture.data_centres();
    let tried = try_application(&fixture.settings(), centres.as_ref()).await;
    assert_eq!(tried, Ok(()));
    for settings in [wrong_hash(&fixture), wrong_id(&fixture)] {
        let tried = try_application(&settings, centres.as_ref()).await;
        assert_eq!(tried, Err(Trial::Refused("API_ID_INVALID".to_owned())));
    }
    fixture.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_60", 1);
    let tried = try_application(&fixture.settings(), centres.as_ref()).await;
    assert!(matches!(tried, Err(Trial::Unknown(_))), "{tried:?}");
}
