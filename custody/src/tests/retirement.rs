//! Versions that open nothing any more, and are brought back.

use sesame_domain::audit::{Action, Actor};
use sesame_domain::keys::KeyState;
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::{Purpose, Sealed};

use super::fakes::{Node, World, binding, operator, quick_node};
use crate::AdministrationError;

/// Three versions, of which only the last wraps anything, and a copy of
/// something that the first sealed (in a backup, say).
async fn three(world: &std::sync::Arc<World>) -> (Node, Sealed) {
    let node = quick_node(world).await;
    let copy = node.seal(&binding(Purpose::Session), b"auth key").await;
    for _ in 0..2 {
        world.later(1);
        node.rotate().await;
    }
    node.rewrap().await;
    world.later(1);
    (node, copy)
}

fn states(world: &World) -> Vec<KeyState> {
    world.state().versions.iter().map(|it| it.state).collect()
}

#[tokio::test]
async fn a_retired_version_opens_nothing_until_it_is_brought_back() {
    let world = World::new();
    let (node, copy) = three(&world).await;
    let binding = binding(Purpose::Session);
    let retired = node.keys.retire("2", operator()).await.unwrap();
    assert_eq!(retired.len(), 2);
    assert!(retired.iter().all(|it| it.state == KeyState::Retired));
    assert_eq!(node.keys.status().await.unwrap().minimum, 3);
    let opened = node.open(&binding, &copy).await;
    assert!(matches!(opened, Err(VaultError::RetiredKey(id)) if id == copy.key_id));

    let back = node.keys.reinstate("2", operator()).await.unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(
        states(&world),
        [KeyState::Retired, KeyState::Accepted, KeyState::Active]
    );
    let opened = node.open(&binding, &copy).await;
    assert!(matches!(opened, Err(VaultError::RetiredKey(_))));

    let back = node.keys.reinstate(&copy.key_id, operator()).await.unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(node.open(&binding, &copy).await.unwrap(), b"auth key");
}

#[tokio::test]
async fn retiring_and_bringing_back_are_recorded() {
    let world = World::new();
    let (node, _) = three(&world).await;
    node.keys.retire("1", operator()).await.unwrap();
    node.keys.reinstate("1", operator()).await.unwrap();
    for action in [Action::KeyRetired, Action::KeyReinstated] {
        let [entry] = world.audited(&action).try_into().unwrap();
        assert_eq!(entry.actor, operator());
        assert!(entry.owner.tenant.is_instance());
    }
}

#[tokio::test]
async fn the_active_version_is_not_retired() {
    let world = World::new();
    let (node, _) = three(&world).await;
    let active = world.state().versions[2].id.clone();
    let error = node.keys.retire("3", operator()).await.unwrap_err();
    assert!(matches!(&error, AdministrationError::Active(id) if *id == active));
    assert!(error.to_string().contains("sesame keys rotate"), "{error}");
}

#[tokio::test]
async fn a_version_that_is_in_use_is_not_retired_and_neither_is_one_after_it() {
    let world = World::new();
    let node = quick_node(&world).await;
    node.store_sessions(&world, 1..=3).await;
    node.rotate().await;
    node.rotate().await;
    world.later(1);
    for name in ["1", "2"] {
        let error = node.keys.retire(name, operator()).await.unwrap_err();
        let AdministrationError::InUse(uses) = &error else {
            panic!("{error}");
        };
        assert_eq!((uses[0].sessions, uses[0].secrets), (3, 1));
        assert!(error.to_string().contains("4 data keys"), "{error}");
        assert!(error.to_string().contains("sesame keys rewrap"), "{error}");
    }
    assert_eq!(states(&world)[0], KeyState::Accepted);
}

#[tokio::test]
async fn what_lives_for_minutes_is_waited_for() {
    let world = World::new();
    let (node, copy) = three(&world).await;
    world.state().passing.insert(copy.key_id.clone(), 1);
    let error = node.keys.retire("1", operator()).await.unwrap_err();
    assert!(matches!(error, AdministrationError::InUse(_)));
    assert!(error.to_string().contains("in some minutes"), "{error}");
    world.state().passing.clear();
    node.keys.retire("1", operator()).await.unwrap();
}

#[tokio::test]
async fn a_version_from_a_clock_that_was_ahead_is_not_waited_for() {
    let world = World::new();
    let node = quick_node(&world).await;
    let year = 365 * 24 * 60;
    world.later(year);
    node.rotate().await;
    world.later(-year);
    node.rewrap().await;
    node.keys.retire("1", operator()).await.unwrap();
}

#[tokio::test]
async fn what_may_still_be_on_its_way_is_waited_for() {
    let world = World::new();
    let node = quick_node(&world).await;
    node.rotate().await;
    node.rewrap().await;
    let error = node.keys.retire("1", operator()).await.unwrap_err();
    assert!(
        matches!(error, AdministrationError::TooEarly { seconds: 61, .. }),
        "{error:?}"
    );
    world.later(1);
    node.keys.retire("1", operator()).await.unwrap();
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let world = World::new();
    let (node, _) = three(&world).await;
    let retire = |name: &'static str| node.keys.retire(name, Actor::Owner);
    let reinstate = |name: &'static str| node.keys.reinstate(name, Actor::Owner);
    for unknown in ["4", "0", "k20270115-0a0b0c0d", ""] {
        for error in [retire(unknown).await, reinstate(unknown).await] {
            assert!(matches!(error, Err(AdministrationError::NoSuchKey(name)) if name == unknown));
        }
    }
    let error = reinstate("1").await;
    assert!(matches!(error, Err(AdministrationError::NotRetired(_))));
    retire("1").await.unwrap();
    let error = retire("1").await;
    assert!(matches!(error, Err(AdministrationError::AlreadyRetired(_))));
}

#[tokio::test]
async fn what_stands_in_the_way_of_each_version_is_known_beforehand() {
    let world = World::new();
    let node = quick_node(&world).await;
    node.seal(&binding(Purpose::Session), b"auth key").await;
    for _ in 0..2 {
        world.later(1);
        node.rotate().await;
    }
    world.later(2);
    let before = node.keys.retirable().await.unwrap();
    let ids: Vec<_> = before.iter().map(|it| it.id.clone()).collect();
    let versions = world.state().versions.clone();
    assert_eq!(ids, [versions[1].id.clone(), versions[0].id.clone()]);
    for it in &before {
        let asked = node.keys.retire(&it.id, operator()).await.unwrap_err();
        let told = it.obstacle.as_ref().map(ToString::to_string);
        assert_eq!(told, Some(asked.to_string()));
    }
    node.rewrap().await;
    let after = node.keys.retirable().await.unwrap();
    assert!(after.iter().all(|it| it.obstacle.is_none()), "{after:?}");
    node.keys.retire("2", operator()).await.unwrap();
    assert!(node.keys.retirable().await.unwrap().is_empty());
}
