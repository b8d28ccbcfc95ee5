//! Looking at an account because someone asks, whichever node has it open.

use sesame_domain::account::{Account, DeathCause, Health};
use sesame_domain::audit::{Action, Actor};
use sesame_domain::ports::AccountChecks as _;
use sesame_domain::time::Clock as _;
use sesame_sandbox::world::Person;

use crate::fixture::{Fixture, Node, owner};

async fn linked(node: &Node, person: &Person) -> Account {
    node.accounts.linked(&owner(person)).await.unwrap().unwrap()
}

/// So much later that an account is looked at again.
fn later(fixture: &Fixture) {
    fixture.clock.set_wall(6);
}

#[tokio::test]
async fn who_has_an_account_looked_at_stands_in_the_audit() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    let account = linked(&node, &ann).await;
    assert!(!account.is_known_now(fixture.clock.now()));
    later(&fixture);
    let found = node.accounts.check(&account.owner, account.id).await;
    let found = found.unwrap();
    assert_eq!(found.health, Health::Alive);
    assert!(found.checked_at > account.checked_at);
    assert!(found.is_known_now(fixture.clock.now()));
    later(&fixture);
    assert!(!found.is_known_now(fixture.clock.now()));
    let audit = fixture.audit(&account.owner).await;
    let checks = audit
        .iter()
        .filter(|entry| entry.action == Action::AccountChecked);
    let checks: Vec<_> = checks.collect();
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].actor, Actor::Owner);
    assert_eq!(checks[0].subject, account.id.as_uuid());
}

#[tokio::test]
async fn a_session_whose_node_was_killed_is_looked_at_by_another() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = fixture.person(1);
    one.link_account(&fixture, &ann).await;
    let account = linked(&one, &ann).await;
    later(&fixture);
    let check = one.accounts.check(&account.owner, account.id).await;
    assert_eq!(check.unwrap().health, Health::Alive);
    later(&fixture);
    // It gives nothing back.
    drop(one);
    let checks = two.sessions.validation();
    let looked = checks.check_now(Some(account.id), &|_, _| {}).await;
    let looked = looked.unwrap();
    assert_eq!((looked.alive, looked.elsewhere), (1, 0), "{looked:?}");
}

#[tokio::test]
async fn a_session_that_another_node_has_open_is_looked_at_by_that_node() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.node(), fixture.node());
    let ann = fixture.person(1);
    one.link_account(&fixture, &ann).await;
    let account = linked(&one, &ann).await;
    later(&fixture);
    // It stays open there for a while.
    let check = one.accounts.check(&account.owner, account.id).await;
    assert_eq!(check.unwrap().health, Health::Alive);
    later(&fixture);
    let before = fixture.clock.now();
    let found = two
        .accounts
        .check(&account.owner, account.id)
        .await
        .unwrap();
    assert_eq!(found.health, Health::Alive);
    assert!(found.checked_at >= before, "it was looked at");
    // The job, too, has it looked at.
    let checks = two.sessions.validation();
    let looked = checks.check_now(Some(account.id), &|_, _| {}).await;
    let looked = looked.unwrap();
    assert_eq!((looked.alive, looked.elsewhere), (1, 0), "{looked:?}");
    // What ended meanwhile is found, from the other node.
    fixture.world.authorizations().end_others(ann.id, None);
    later(&fixture);
    let found = two
        .accounts
        .check(&account.owner, account.id)
        .await
        .unwrap();
    let cause = DeathCause::Revoked;
    assert!(
        matches!(found.health, Health::Dead { cause: found, .. } if found == cause),
        "{:?}",
        found.health
    );
}
