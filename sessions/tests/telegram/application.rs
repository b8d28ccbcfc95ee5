//! Telegram that does not take the application: `API_ID` and `API_HASH`.

use sesame_domain::account::Health;
use sesame_domain::login::{Ending, Failure, Login, Status};
use sesame_domain::ports::ServiceError;
use sesame_sessions::{DataCentres, SessionsSettings, Trial, try_application};

use crate::harness::{Node, Town, eventually, owner};

async fn failure(node: &Node, login: &Login) -> Failure {
    let login = node.until_status(login, Status::Failed).await;
    match login.ending() {
        Some(Ending::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}

fn wrong_hash(town: &Town) -> SessionsSettings {
    let mut settings = town.settings();
    settings.api_hash = "f".repeat(32).into();
    settings
}

fn wrong_id(town: &Town) -> SessionsSettings {
    let mut settings = town.settings();
    settings.api_id += 1;
    settings
}

#[tokio::test]
async fn a_login_under_a_refused_application_is_the_operators_matter() {
    let town = Town::new().await;
    for settings in [wrong_hash(&town), wrong_id(&town)] {
        let node = town.node_with(settings);
        let login = node.begin(&owner(&town.person(1))).await;
        assert_eq!(failure(&node, &login).await, Failure::AppRefused);
        assert!(node.sessions.application().is_refused());
    }
}

#[tokio::test]
async fn an_application_that_is_taken_again_is_not_refused_any_more() {
    let town = Town::new().await;
    let node = town.node();
    let application = node.sessions.application();
    for (code, word) in [
        (400, "API_ID_INVALID"),
        (400, "API_ID_PUBLISHED_FLOOD"),
        (400, "CONNECTION_API_ID_INVALID"),
    ] {
        town.fault("auth.exportLoginToken", code, word, 1_000);
        let login = node.begin(&owner(&town.person(1))).await;
        assert_eq!(failure(&node, &login).await, Failure::AppRefused, "{word}");
        assert!(application.is_refused());
        town.world.faults().clear();
        let ann = town.person(2);
        let login = node.begin_and_show(&owner(&ann)).await;
        assert!(!application.is_refused());
        town.scan(&ann, &login).await;
        node.until_status(&login, Status::Authorized).await;
    }
}

#[tokio::test]
async fn an_application_is_tried_before_anyone_comes() {
    let town = Town::new().await;
    let node = town.node_with(wrong_hash(&town));
    let application = node.sessions.application();
    let is_refused = || async { application.is_refused() };
    tokio::select! {
        () = application.clone().mind() => panic!("it goes on for ever"),
        () = eventually("a refusal", is_refused) => {}
    }
    assert!(town.world.tokens().list().is_empty());
}

#[tokio::test]
async fn a_refused_application_ends_no_session() {
    let town = Town::new().await;
    let node = town.node();
    let ann = town.person(1);
    node.link_account(&town, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    node.sessions.shutdown().await;
    let node = town.node_with(wrong_id(&town));
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert!(matches!(checked, Err(ServiceError::Busy)), "{checked:?}");
    assert!(node.sessions.application().is_refused());
    node.sessions.shutdown().await;
    let node = town.node();
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
}

#[tokio::test]
async fn an_application_is_tried_without_anything_else() {
    let town = Town::new().await;
    let centres: Box<dyn DataCentres> = town.data_centres();
    let tried = try_application(&town.settings(), centres.as_ref()).await;
    assert_eq!(tried, Ok(()));
    for settings in [wrong_hash(&town), wrong_id(&town)] {
        let tried = try_application(&settings, centres.as_ref()).await;
        assert_eq!(tried, Err(Trial::Refused("API_ID_INVALID".to_owned())));
    }
    town.fault("auth.exportLoginToken", 420, "FLOOD_WAIT_60", 1);
    let tried = try_application(&town.settings(), centres.as_ref()).await;
    assert!(matches!(tried, Err(Trial::Unknown(_))), "{tried:?}");
}
