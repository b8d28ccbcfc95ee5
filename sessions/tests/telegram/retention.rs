//! Sessions that the policy does not keep.

use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor};
use sesame_domain::login::Status;
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::Begin;
use sesame_domain::retention::{Expiry, RetentionPolicy};
use sesame_sandbox::world::Person;
use sesame_sessions::Ended;

use crate::fixture::{Fixture, Node, owner};

/// At once.
const NOW: Option<TimeDelta> = Some(TimeDelta::zero());

fn retaining(fixture: &Fixture, retention: RetentionPolicy) -> Node {
    let mut settings = fixture.settings();
    settings.retention = retention;
    fixture.node_with(settings)
}

fn operator() -> Actor {
    Actor::Operator {
        name: "olga".to_owned(),
    }
}

async fn linked(fixture: &Fixture, node: &Node) -> (Person, Account) {
    let ann = fixture.person(2);
    node.link_account(fixture, &ann).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    (ann, account)
}

/// What the policy does with one linked account: first foreseen, then done.
async fn is_ended(fixture: &Fixture, node: &Node, person: &Person, expiry: Expiry) -> Ended {
    let retention = node.sessions.retention();
    let foreseen = retention.foresee().await.unwrap();
    let foreseen: Vec<_> = foreseen
        .iter()
        .map(|(account, expiry)| (account.owner.clone(), *expiry))
        .collect();
    assert_eq!(foreseen, [(owner(person), expiry)]);
    let account = node.accounts.linked(&owner(person)).await.unwrap();
    assert!(account.is_some(), "a dry run changes nothing");
    let ended = retention.apply(operator()).await.unwrap();
    assert!(
        node.accounts
            .linked(&owner(person))
            .await
            .unwrap()
            .is_none()
    );
    assert!(retention.foresee().await.unwrap().is_empty());
    assert_eq!(retention.apply(operator()).await.unwrap(), Ended::default());
    fixture.devices_become(person, 0).await;
    fixture.nothing_leaves().await;
    assert!(
        fixture
            .notices()
            .await
            .contains(&NoticeKind::expired(expiry))
    );
    ended
}

/// The audit proves how a session left: unlinked, unreadable, erased.
async fn is_proven(fixture: &Fixture, account: &Account, reason: &str) {
    let entries = fixture.audit(&account.owner).await;
    let place = |action| {
        let found = entries.iter().position(|entry| entry.action == action);
        found.unwrap_or_else(|| panic!("no {action:?}"))
    };
    let unlinked = place(Action::AccountUnlinked);
    let destroyed = place(Action::DataKeyDestroyed);
    let ended = place(Action::SessionEnded);
    assert!(unlinked < destroyed && destroyed < ended);
    assert_eq!(entries[unlinked].reason, reason);
    assert_eq!(entries[unlinked].actor, operator());
    assert_eq!(entries[unlinked].subject, account.id.as_uuid());
    for entry in [&entries[destroyed], &entries[ended]] {
        assert_eq!(entry.subject, account.session.as_uuid());
    }
}

#[tokio::test]
async fn an_unused_session_is_logged_out_and_erased() {
    let fixture = Fixture::new().await;
    let node = retaining(
        &fixture,
        RetentionPolicy {
            unused: NOW,
            ..RetentionPolicy::default()
        },
    );
    let (ann, account) = linked(&fixture, &node).await;
    let ended = is_ended(&fixture, &node, &ann, Expiry::Unused).await;
    assert_eq!((ended.unused, ended.total()), (1, 1));
    is_proven(&fixture, &account, "unused for 0 seconds").await;
}

#[tokio::test]
async fn a_session_that_is_too_old_is_logged_out_and_erased() {
    let fixture = Fixture::new().await;
    let node = retaining(
        &fixture,
        RetentionPolicy {
            max_age: NOW,
            ..RetentionPolicy::default()
        },
    );
    let (ann, account) = linked(&fixture, &node).await;
    let ended = is_ended(&fixture, &node, &ann, Expiry::TooOld).await;
    assert_eq!((ended.too_old, ended.total()), (1, 1));
    is_proven(&fixture, &account, "linked for 0 seconds").await;
}

#[tokio::test]
async fn an_account_whose_session_died_is_erased() {
    let fixture = Fixture::new().await;
    let node = retaining(
        &fixture,
        RetentionPolicy {
            dead: NOW,
            ..RetentionPolicy::default()
        },
    );
    let (ann, account) = linked(&fixture, &node).await;
    assert!(
        node.sessions
            .retention()
            .foresee()
            .await
            .unwrap()
            .is_empty()
    );
    fixture.world.authorizations().end_others(ann.id, None);
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert!(!checked.unwrap().health.is_alive());
    let ended = is_ended(&fixture, &node, &ann, Expiry::Dead).await;
    assert_eq!((ended.dead, ended.total()), (1, 1));
    is_proven(&fixture, &account, "dead for 0 seconds").await;
}

#[tokio::test]
async fn what_the_policy_keeps_stays() {
    let fixture = Fixture::new().await;
    let long = Some(TimeDelta::days(90));
    let node = retaining(
        &fixture,
        RetentionPolicy {
            unused: long,
            max_age: long,
            dead: long,
        },
    );
    let (_, account) = linked(&fixture, &node).await;
    let retention = node.sessions.retention();
    assert!(retention.foresee().await.unwrap().is_empty());
    assert_eq!(retention.apply(operator()).await.unwrap(), Ended::default());
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert!(checked.unwrap().health.is_alive());
}

#[tokio::test]
async fn a_superseded_session_is_made_unreadable_before_it_is_erased() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, account) = linked(&fixture, &node).await;
    let relink = Begin {
        relink: true,
        ..Begin::default()
    };
    let login = node.begin_as(&account.owner, relink).await;
    let login = node.until_status(&login, Status::Pending).await;
    fixture.scan(&ann, &login).await;
    node.until_status(&login, Status::Authorized).await;
    fixture.nothing_leaves().await;
    fixture.devices_become(&ann, 1).await;
    let entries = fixture.audit(&account.owner).await;
    let of_the_old = |entry: &&sesame_domain::audit::AuditEntry| {
        entry.subject == account.session.as_uuid()
            && matches!(
                entry.action,
                Action::DataKeyDestroyed | Action::SessionEnded
            )
    };
    let end: Vec<_> = entries
        .iter()
        .filter(of_the_old)
        .map(|entry| (entry.action.clone(), entry.reason.to_string()))
        .collect();
    assert_eq!(
        end,
        [
            (Action::DataKeyDestroyed, "logged out".to_owned()),
            (Action::SessionEnded, "logged out".to_owned()),
        ]
    );
}
