//! How many logins a person and an account may have a day.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::ids::Owner;
use sesame_domain::login::{Ending, Failure, Login, Policy, Status};
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::ports::{Begin, Begun};
use sesame_domain::time::Timestamp;

use crate::fixture::{Fixture, Node, eventually, owner};

const SHORT: Duration = Duration::from_secs(5);

const ANEW: Begin = Begin {
    anew: true,
    relink: false,
    method: None,
};

/// A node with room for so many logins and sign-ins.
fn node_with(fixture: &Fixture, logins: u32, scans: u32) -> Node {
    let mut settings = fixture.settings();
    settings.budget = LoginBudget { logins, scans };
    fixture.node_with(settings)
}

/// From when on another login may begin, as it is told beforehand.
async fn told(node: &Node, owner: &Owner) -> Option<Timestamp> {
    let refusal = node.logins.refusal(owner).await.unwrap();
    refusal.and_then(Failure::retry_at)
}

/// The same, as whoever begins one is told.
async fn refused_until(node: &Node, owner: &Owner, begin: Begin) -> Option<Timestamp> {
    let (Begun::Created(login) | Begun::Existing(login)) =
        node.logins.begin(owner, begin).await.unwrap();
    let until = match login.ending() {
        Some(Ending::Failed(Failure::LoginBudget { until })) => Some(until),
        _ => None,
    };
    let told = told(node, owner).await;
    if until.is_some() {
        assert_eq!(told, until, "what is told beforehand is what is answered");
    }
    until
}

fn assert_a_day_after(until: Option<Timestamp>, first: &Login) {
    let expected = first.created_at + LoginBudget::SPAN;
    let off = (until.unwrap() - expected).abs();
    assert!(off < TimeDelta::milliseconds(1), "{until:?} {expected}");
}

#[tokio::test]
async fn logins_that_no_one_scanned_count_as_well() {
    let fixture = Fixture::new().await;
    let node = node_with(&fixture, 3, 100);
    let ann = owner(&fixture.person(1));
    let first = node.begin_and_show(&ann).await;
    for _ in 0..2 {
        let login = node.begin_as(&ann, ANEW).await;
        node.until_status(&login, Status::Pending).await;
    }
    let tokens = fixture.calls("auth.exportLoginToken");
    let until = refused_until(&node, &ann, ANEW).await;
    assert_a_day_after(until, &first);
    // Nothing reached Telegram, and what runs goes on.
    assert_eq!(fixture.calls("auth.exportLoginToken"), tokens);
    let running = node.logins.running(&ann).await.unwrap().unwrap();
    assert_eq!(running.state.status(), Status::Pending);
    assert_eq!(refused_until(&node, &ann, Begin::default()).await, None);
}

#[tokio::test]
async fn the_fifth_scan_of_a_day_is_not_tried() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, ben) = (fixture.person(1), fixture.person(1));
    for _ in 0..4 {
        let login = node.begin_and_show(&owner(&ann)).await;
        fixture.scan(&ben, &login).await;
        node.until_status(&login, Status::Failed).await;
    }
    // Neither by who showed the codes nor by whose account scanned them.
    for person in [&ann, &ben] {
        let until = refused_until(&node, &owner(person), Begin::default()).await;
        assert!(until.is_some(), "{person:?}");
    }
    let other = fixture.person(1);
    let until = refused_until(&node, &owner(&other), Begin::default()).await;
    assert_eq!(until, None);
}

#[tokio::test]
async fn a_code_that_was_scanned_after_the_end_counts_as_a_sign_in() {
    let fixture = Fixture::with_token_life(SHORT).await;
    let node = node_with(&fixture, 100, 1);
    let ann = fixture.person(1);
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = fixture.link(&login).await;
    node.logins.cancel(&login.owner, login.id).await.unwrap();
    fixture.world.scan(ann.id, &link).unwrap();
    fixture.cleaned_up(login.id).await;
    assert!(fixture.devices(&ann).is_empty());
    let until = refused_until(&node, &owner(&ann), Begin::default()).await;
    assert!(until.is_some());
}

#[tokio::test]
async fn erasing_everything_frees_nothing() {
    let fixture = Fixture::new().await;
    let node = node_with(&fixture, 1, 100);
    let ann = owner(&fixture.person(1));
    let login = node.begin_and_show(&ann).await;
    let actor = sesame_domain::audit::Actor::Owner;
    node.accounts.erase(&ann, actor).await.unwrap();
    let until = refused_until(&node, &ann, Begin::default()).await;
    assert_a_day_after(until, &login);
}

#[tokio::test]
async fn what_telegram_never_answered_is_not_counted() {
    let fixture = Fixture::new().await;
    let mut settings = fixture.settings();
    settings.budget = LoginBudget {
        logins: 1,
        scans: 1,
    };
    settings.policy = Policy::new(Policy::MIN_TTL);
    let node = fixture.node_with(settings);
    let ann = owner(&fixture.person(1));
    fixture.fault("auth.exportLoginToken", 500, "INTERNAL", u32::MAX);
    let login = node.begin(&ann).await;
    let before = told(&node, &ann).await;
    assert!(before.is_some(), "it counts until it is known");
    node.until(&login, Login::is_over).await;
    eventually("the attempt to be given back", || async {
        told(&node, &ann).await.is_none()
    })
    .await;
}
