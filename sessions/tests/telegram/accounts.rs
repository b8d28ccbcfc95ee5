//! Accounts that are linked.

use std::time::Duration;

use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{Accounts as _, ServiceError};
use sesame_sandbox::world::{AccountState, Person};

use crate::fixture::{Fixture, Node, eventually, owner};

async fn linked(fixture: &Fixture, node: &Node) -> (Person, Account) {
    let ann = fixture.person(2);
    node.link_account(fixture, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    (ann, account)
}

async fn check(node: &Node, account: &Account) -> Health {
    let checked = node.accounts.check(&account.owner, account.id).await;
    checked.unwrap().health
}

#[tokio::test]
async fn an_account_is_opened_again_after_a_restart() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    assert_eq!(check(&node, &account).await, Health::Alive);
    node.sessions.shutdown().await;
    let node = fixture.node();
    assert_eq!(check(&node, &account).await, Health::Alive);
}

#[tokio::test]
async fn an_account_that_is_unlinked_is_logged_out_and_erased() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    assert_eq!(check(&node, &account).await, Health::Alive);
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await
        .unwrap();
    assert!(service.linked(&account.owner).await.unwrap().is_none());
    fixture.devices_become(&ann, 0).await;
    fixture.nothing_leaves().await;
    assert!(!fixture.notices().await.contains(&NoticeKind::Unlinked));
    let again = service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await;
    assert!(matches!(again, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn an_owner_is_told_when_someone_else_unlinks_the_account() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    let operator = Actor::Operator {
        name: "olga".to_owned(),
    };
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, operator)
        .await
        .unwrap();
    assert!(fixture.notices().await.contains(&NoticeKind::Unlinked));
}

#[tokio::test]
async fn who_unlinks_in_the_app_is_told_in_the_chat() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    let service = &node.accounts;
    let (owner, id) = (&account.owner, account.id);
    service.unlink_in_app(owner, id).await.unwrap();
    assert!(fixture.notices().await.contains(&NoticeKind::UnlinkedInApp));
    let again = service.unlink_in_app(owner, id).await;
    assert!(matches!(again, Err(ServiceError::NotFound)));
}

/// To be shown an account is no use of it, and no one asked for anything.
#[tokio::test]
async fn an_account_that_is_merely_shown_is_looked_at_without_a_use() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    assert!(!account.was_looked_at());
    let looked = node
        .accounts
        .look(&account.owner, account.id)
        .await
        .unwrap();
    assert!(looked.was_looked_at());
    let stored = node.accounts.linked(&account.owner).await.unwrap().unwrap();
    assert_eq!(stored.used_at, account.used_at);
}

#[tokio::test]
async fn an_account_is_unlinked_at_once_and_logged_out_when_telegram_is_back() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.call_limit = Duration::from_millis(300);
    let node = fixture.node_with(settings);
    let (ann, account) = linked(&fixture, &node).await;
    fixture.world.faults().silence(2);
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await
        .unwrap();
    assert!(service.linked(&account.owner).await.unwrap().is_none());
    assert_eq!(fixture.devices(&ann).len(), 1);
    fixture.world.faults().clear();
    fixture.devices_become(&ann, 0).await;
    fixture.nothing_leaves().await;
}

#[tokio::test]
async fn a_device_that_its_owner_ended_is_a_dead_session() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    fixture.world.authorizations().end_others(ann.id, None);
    let health = check(&node, &account).await;
    let cause = DeathCause::Revoked;
    assert!(matches!(health, Health::Dead { cause: found, .. } if found == cause));
    let told = NoticeKind::session_died(cause);
    assert!(fixture.notices().await.contains(&told));
    // It stays dead, and that is told once.
    check(&node, &account).await;
    let stored = node.accounts.linked(&account.owner).await.unwrap().unwrap();
    assert_eq!(check(&node, &stored).await, stored.health);
}

#[tokio::test]
async fn a_banned_account_is_a_dead_session() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let ban = |person: &mut Person| person.state = AccountState::Banned;
    fixture.world.people().update(ann.id, ban).unwrap();
    let health = check(&node, &account).await;
    let cause = DeathCause::Banned;
    assert!(matches!(health, Health::Dead { cause: found, .. } if found == cause));
}

#[tokio::test]
async fn a_frozen_account_is_frozen_and_not_dead() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    fixture.fault("users.getUsers", 420, "FROZEN_METHOD_INVALID", 2);
    assert!(matches!(
        check(&node, &account).await,
        Health::Frozen { .. }
    ));
    // It is frozen since it was, and works again when Telegram says so.
    assert!(matches!(
        check(&node, &account).await,
        Health::Frozen { .. }
    ));
    assert_eq!(check(&node, &account).await, Health::Alive);
    check(&node, &account).await;
    let told = fixture.notices().await;
    let of = |kind| told.iter().filter(|told| **told == kind).count();
    assert_eq!(of(NoticeKind::AccountFrozen), 1, "{told:?}");
    assert_eq!(of(NoticeKind::AccountThawed), 1, "{told:?}");
}

#[tokio::test]
async fn what_cannot_be_checked_now_is_not_called_dead() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.call_limit = Duration::from_millis(300);
    let node = fixture.node_with(settings);
    let (_, account) = linked(&fixture, &node).await;
    fixture.world.faults().silence(2);
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert!(matches!(checked, Err(ServiceError::Busy)));
    let stored = node.accounts.linked(&account.owner).await.unwrap().unwrap();
    assert_eq!(stored.health, Health::Alive);
}

#[tokio::test]
async fn a_session_that_no_one_uses_is_closed_and_opens_again() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.idle_after = Duration::from_millis(300);
    let node = fixture.node_with(settings);
    let (_, account) = linked(&fixture, &node).await;
    for _ in 0..2 {
        assert_eq!(check(&node, &account).await, Health::Alive);
        let is_closed = || async {
            let stats = fixture.dcs.stats();
            stats.connections.iter().all(|(_, open)| *open == 0)
        };
        eventually("the session to close", is_closed).await;
    }
}

#[tokio::test]
async fn a_stranger_can_neither_check_nor_unlink() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (_, account) = linked(&fixture, &node).await;
    let ben = owner(&fixture.person(1));
    let checked = node.accounts.check(&ben, account.id).await;
    assert!(matches!(checked, Err(ServiceError::NotFound)));
    let unlinked = node.accounts.unlink(&ben, account.id, Actor::Owner).await;
    assert!(matches!(unlinked, Err(ServiceError::NotFound)));
    assert_eq!(check(&node, &account).await, Health::Alive);
}

#[tokio::test]
async fn an_account_that_is_unlinked_during_a_check_is_not_found() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    // The session stays open: only the check shall notice.
    settings.sweep_every = Duration::from_mins(10);
    let node = fixture.node_with(settings);
    let (_, account) = linked(&fixture, &node).await;
    // Waited out for a while: time for the unlinking.
    fixture.fault("users.getUsers", 401, "AUTH_KEY_UNREGISTERED", 1_000);
    let audit = AuditEntry::new(
        account.linked_at,
        account.owner.clone(),
        account.id.as_uuid(),
        Actor::Owner,
        Action::AccountUnlinked,
        "test",
    );
    let (checked, unlinked) =
        tokio::join!(node.accounts.check(&account.owner, account.id), async {
            eventually("the check to begin", || async {
                fixture
                    .dcs
                    .stats()
                    .connections
                    .iter()
                    .any(|(_, open)| *open > 0)
            })
            .await;
            fixture
                .database
                .accounts()
                .unlink(&account.owner, account.id, audit, None)
                .await
        },);
    assert!(unlinked.unwrap());
    assert!(
        matches!(checked, Err(ServiceError::NotFound)),
        "{checked:?}"
    );
    let told = NoticeKind::session_died(DeathCause::Revoked);
    assert!(!fixture.notices().await.contains(&told));
}
