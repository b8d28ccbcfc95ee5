//! Data centres that say that they do not know a key (-404), truly or not, and
//! other words on the line that anyone could have said.

use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::audit::Actor;
use sesame_domain::login::{Ending, Failure, Login, QrAsking, Status};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::ServiceError;
use sesame_sandbox::world::{Instead, Person};

use crate::fixture::{Fixture, Node, eventually, owner};

/// The answer to a key that is not known.
const UNKNOWN: Instead = Instead::Error(-404);
/// More often than anyone tries.
const ALWAYS: u32 = 1_000_000;

async fn linked(fixture: &Fixture, node: &Node) -> (Person, Account) {
    let ann = fixture.person(2);
    node.link_account(fixture, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    (ann, account)
}

async fn check(node: &Node, account: &Account) -> Result<Health, ServiceError> {
    let checked = node.accounts.check(&account.owner, account.id).await;
    checked.map(|account| account.health)
}

async fn health(node: &Node, account: &Account) -> Health {
    let account = node.accounts.linked(&account.owner).await.unwrap();
    account.unwrap().health
}

fn is_revoked(health: Health) -> bool {
    let revoked = DeathCause::Revoked;
    matches!(health, Health::Dead { cause, .. } if cause == revoked)
}

/// The time passes, a little with each look, until something is so.
async fn in_time<F: Future<Output = bool>>(fixture: &Fixture, what: &str, is_so: impl Fn() -> F) {
    eventually(what, || async {
        fixture.clock.set_wall(1);
        is_so().await
    })
    .await;
}

#[tokio::test]
async fn one_false_word_that_a_key_is_unknown_costs_nothing() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let before = fixture.stored(&account).await;
    fixture.fault_line(&ann, UNKNOWN, 1);
    assert_eq!(check(&node, &account).await.unwrap(), Health::Alive);
    // Nor do two, except that it takes another try.
    fixture.fault_line(&ann, UNKNOWN, 2);
    assert!(matches!(
        check(&node, &account).await,
        Err(ServiceError::Busy)
    ));
    assert_eq!(check(&node, &account).await.unwrap(), Health::Alive);
    node.sessions.shutdown().await;
    assert_eq!(fixture.stored(&account).await, before);
    let node = fixture.node();
    assert_eq!(check(&node, &account).await.unwrap(), Health::Alive);
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_key_that_is_really_gone_is_a_dead_session_and_told_once() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let before = fixture.stored(&account).await;
    fixture.fault_line(&ann, UNKNOWN, ALWAYS);
    for _ in 0..5 {
        // However often in a moment: nothing is sure yet.
        assert!(matches!(
            check(&node, &account).await,
            Err(ServiceError::Busy)
        ));
    }
    assert_eq!(health(&node, &account).await, Health::Alive);
    // No one asks any more.
    in_time(&fixture, "the death of the session", || async {
        is_revoked(health(&node, &account).await)
    })
    .await;
    check(&node, &account).await.unwrap();
    fixture.clock.set_wall(600);
    let told = fixture.notices().await;
    let deaths = told
        .iter()
        .filter(|kind| matches!(kind, NoticeKind::SessionDied { .. }));
    assert_eq!(deaths.count(), 1, "{told:?}");
    node.sessions.shutdown().await;
    assert_eq!(fixture.stored(&account).await, before);
}

#[tokio::test]
async fn a_doubt_goes_away_by_itself() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let asked = fixture.calls("users.getUsers");
    // Both tries of a check, and of the next look.
    fixture.fault_line(&ann, UNKNOWN, 4);
    assert!(matches!(
        check(&node, &account).await,
        Err(ServiceError::Busy)
    ));
    in_time(&fixture, "a look that is answered", || async {
        fixture.calls("users.getUsers") > asked
    })
    .await;
    assert!(fixture.world.faults().transport().is_empty());
    assert_eq!(check(&node, &account).await.unwrap(), Health::Alive);
}

#[tokio::test]
async fn what_anyone_could_say_on_the_line_never_ends_a_session() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let before = fixture.stored(&account).await;
    let web = b"HTTP/1.1 400 Bad Request\r\n\r\n<html>no</html>".to_vec();
    let words = [
        Instead::Error(-429),
        Instead::Error(-444),
        Instead::Error(-403),
        Instead::Error(-1),
        Instead::Bytes(web),
        Instead::Bytes(vec![0x5a; 64]),
        Instead::Bytes(vec![8, 0, 0, 0, 1, 2, 3, 4]),
        Instead::Bytes(Vec::new()),
    ];
    for word in words {
        fixture.fault_line(&ann, word.clone(), ALWAYS);
        for _ in 0..4 {
            let said = check(&node, &account).await;
            assert!(
                matches!(said, Err(ServiceError::Busy)),
                "{word:?}: {said:?}"
            );
            fixture.clock.set_wall(60);
        }
        fixture.world.faults().clear();
        assert_eq!(check(&node, &account).await.unwrap(), Health::Alive);
    }
    node.sessions.shutdown().await;
    assert_eq!(fixture.stored(&account).await, before);
}

#[tokio::test]
async fn what_telegram_says_is_lost_is_lost_at_once() {
    let words = [
        (401, "AUTH_KEY_UNREGISTERED", DeathCause::Revoked),
        (401, "SESSION_REVOKED", DeathCause::Revoked),
        (401, "SESSION_EXPIRED", DeathCause::Expired),
        (401, "AUTH_KEY_INVALID", DeathCause::Revoked),
        (406, "AUTH_KEY_DUPLICATED", DeathCause::Duplicated),
        (401, "USER_DEACTIVATED", DeathCause::Deleted),
        (401, "USER_DEACTIVATED_BAN", DeathCause::Banned),
    ];
    let fixture = Fixture::new().await;
    let node = fixture.node();
    for (code, word, wanted) in words {
        let (_, account) = linked(&fixture, &node).await;
        fixture.fault("users.getUsers", code, word, ALWAYS);
        let health = check(&node, &account).await.unwrap();
        assert!(
            matches!(health, Health::Dead { cause, .. } if cause == wanted),
            "{word}: {health:?}"
        );
        fixture.world.faults().clear();
    }
}

/// The data centre is wrong about every key, both times that it is asked.
fn doubt_all_keys(fixture: &Fixture) {
    fixture
        .world
        .faults()
        .add_transport(sesame_sandbox::world::NewTransportFault {
            instead: UNKNOWN,
            times: 2,
            person: None,
            dc: None,
        });
}

async fn goes_on_to_the_end(node: &Node, login: &Login) {
    let over = node.until(login, Login::is_over).await;
    assert!(
        matches!(over.ending(), Some(Ending::Authorized { .. })),
        "{over:?}"
    );
}

#[tokio::test]
async fn a_login_outlives_a_false_word_while_its_code_is_on_show() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    doubt_all_keys(&fixture);
    // The scan makes it ask.
    fixture.scan(&ann, &login).await;
    let shaken = node.until(&login, |login| login.retry.is_some()).await;
    assert_eq!(shaken.state.status(), Status::Scanned);
    goes_on_to_the_end(&node, &login).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_outlives_a_false_word_before_its_first_code() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    doubt_all_keys(&fixture);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    goes_on_to_the_end(&node, &login).await;
}

#[tokio::test]
async fn a_login_outlives_a_false_word_on_its_move() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture
        .world
        .faults()
        .add_transport(sesame_sandbox::world::NewTransportFault {
            instead: UNKNOWN,
            times: 2,
            person: None,
            dc: Some(2),
        });
    fixture.scan(&ann, &login).await;
    let is_shaken = |login: &Login| {
        login.retry.is_some() && login.state == QrAsking::Migrating { dc: 2 }.into()
    };
    node.until(&login, is_shaken).await;
    goes_on_to_the_end(&node, &login).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_outlives_a_false_word_at_the_password() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    let asked = node.until_status(&login, Status::PasswordRequired).await;
    fixture.fault_line(&ann, UNKNOWN, 2);
    node.password(&asked, "correct horse").await;
    let is_asked = |login: &Login| {
        login.version > asked.version + 1
            && login.state.question().is_some()
            && !login.state.is_checking()
    };
    let again = node.until(&login, is_asked).await;
    node.password(&again, "correct horse").await;
    goes_on_to_the_end(&node, &login).await;
    assert_eq!(fixture.devices(&ann).len(), 1);
}

#[tokio::test]
async fn a_login_whose_key_is_gone_fails_and_its_clean_up_comes_to_an_end() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, "correct horse");
    let login = node.begin_and_show(&owner(&ann)).await;
    fixture.scan(&ann, &login).await;
    let asked = node.until_status(&login, Status::PasswordRequired).await;
    fixture.fault_line(&ann, UNKNOWN, ALWAYS);
    node.password(&asked, "correct horse").await;
    node.until(&login, |login| login.retry.is_some()).await;
    fixture.clock.set_wall(60);
    let failed = node.until_status(&login, Status::Failed).await;
    assert_eq!(failed.ending(), Some(Ending::Failed(Failure::Revoked)));
    fixture.cleaned_up(login.id).await;
}

#[tokio::test]
async fn a_session_that_leaves_is_logged_out_despite_a_false_word() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    fixture.fault_line(&ann, UNKNOWN, 2);
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await
        .unwrap();
    in_time(&fixture, "the session to leave", || async {
        fixture.devices(&ann).is_empty()
    })
    .await;
    fixture.nothing_leaves().await;
}

#[tokio::test]
async fn a_session_whose_key_is_gone_does_not_try_to_leave_for_ever() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    fixture.fault_line(&ann, UNKNOWN, ALWAYS);
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await
        .unwrap();
    in_time(&fixture, "the session to leave", || async {
        let entries = fixture.audit(&account.owner).await;
        let ended = sesame_domain::audit::Action::SessionEnded;
        entries
            .iter()
            .any(|entry| entry.action == ended && entry.reason == "revoked")
    })
    .await;
    fixture.nothing_leaves().await;
}
