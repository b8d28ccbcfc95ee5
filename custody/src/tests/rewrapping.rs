//! Wrapping all data keys under the active version.

use std::collections::BTreeMap;
use std::sync::Arc;

use rstest::rstest;
use sesame_domain::audit::{Action, Outcome};
use sesame_domain::ports::WrappedPlace;
use sesame_domain::sealed::Purpose;
use uuid::Uuid;

use super::fakes::{Fault, Node, Row, State, World, binding, operator, place_no, quick_node};
use crate::{AdministrationError, RewrapProgress};

/// So many sessions under the first of two versions.
async fn sessions(world: &Arc<World>, count: u128) -> Node {
    let node = quick_node(world).await;
    node.store_sessions(world, 1..=count).await;
    node.rotate().await;
    node
}

/// Done while the first batch of sessions is on its way; the batch before it
/// is that of the instance's secret.
fn meanwhile(world: &World, change: impl FnOnce(&mut State) + Send + 'static) {
    world.state().meanwhile = Some((2, Box::new(change)));
}

fn ciphertexts(world: &World) -> BTreeMap<Uuid, Vec<u8>> {
    let state = world.state();
    let rows = state.rows.values();
    rows.map(|row| (row.binding.subject, row.sealed.ciphertext.clone()))
        .collect()
}

fn left(world: &World, id: &str) -> usize {
    let state = world.state();
    let sealed = state.rows.values().map(|row| &row.sealed);
    sealed
        .chain(state.secrets.values())
        .filter(|sealed| sealed.key_id != id)
        .count()
}

#[tokio::test]
async fn only_the_wrapped_data_keys_change_and_everything_opens() {
    let world = World::new();
    let node = sessions(&world, 700).await;
    let active = world.state().versions[1].id.clone();
    let before = ciphertexts(&world);
    let opened = world.audited(&Action::SessionOpened).len();

    let report = node.rewrap().await;
    assert_eq!((report.done, report.changed), (701, 0));
    assert_eq!(report.key_id, active);
    assert_eq!(ciphertexts(&world), before);
    assert_eq!(left(&world, &active), 0);
    assert_eq!(world.audited(&Action::SessionOpened).len(), opened);
    node.opens_all(&world).await;

    let again = node.rewrap().await;
    assert_eq!(again.done, 0);
}

#[tokio::test]
async fn each_batch_is_recorded_and_told() {
    let world = World::new();
    let node = sessions(&world, 700).await;
    let mut told = Vec::new();
    let mut tell = |progress: RewrapProgress| told.push(progress);
    node.keys.rewrap(operator(), &mut tell).await.unwrap();

    // The secret; 560 linked accounts in three batches; 140 logins.
    let done: Vec<_> = told.iter().map(|it| it.done).collect();
    assert_eq!(done, [0, 1, 257, 513, 561, 701]);
    assert!(told.iter().all(|it| it.total == 701 && it.skipped == 0));
    let entries = world.audited(&Action::KeysRewrapped);
    assert_eq!(entries.len(), 5);
    assert!(entries.iter().all(|it| it.actor == operator()));
    assert!(
        entries[1]
            .reason
            .to_string()
            .starts_with("256 data keys under s")
    );
}

#[rstest]
#[tokio::test]
async fn a_run_that_is_killed_is_gone_on_with(
    #[values(false, true)] is_written: bool,
    // Counts and batches, in turn.
    #[values(2, 4, 6, 7)] writes_left: usize,
) {
    let world = World::new();
    let node = sessions(&world, 700).await;
    let active = world.state().versions[1].id.clone();
    world.state().fault = Some(Fault {
        writes_left,
        is_written,
    });
    let killed = node.keys.rewrap(operator(), &mut |_| ()).await;
    assert!(matches!(killed, Err(AdministrationError::Store(_))));
    world.state().fault = None;
    node.opens_all(&world).await;
    let to_do = left(&world, &active) as u64;
    assert!(to_do > 0 && (to_do < 701 || !is_written), "{to_do}");

    let node = quick_node(&world).await;
    let report = node.rewrap().await;
    assert_eq!(report.done, to_do);
    assert_eq!(left(&world, &active), 0);
    node.opens_all(&world).await;
}

#[tokio::test]
async fn a_row_that_changed_in_between_is_left_alone_and_done_by_the_next_pass() {
    let world = World::new();
    let node = sessions(&world, 10).await;
    let active = world.state().versions[1].id.clone();
    // A session is sealed anew under the version before, by a node that asked
    // for the active one just before the rotation.
    let row = world.row(3);
    let version = world.state().versions[0].clone();
    let seals = &node.keys.seals;
    let secret = 3_u128.to_be_bytes();
    let late = seals.seal_under(&version, &row.binding, &secret).await;
    let late = late.unwrap();
    let stored = late.clone();
    meanwhile(&world, move |state| {
        let key = (place_no(WrappedPlace::Session), row.binding.subject);
        state.rows.get_mut(&key).unwrap().sealed = stored;
    });

    let report = node.rewrap().await;
    assert_eq!(left(&world, &active), 0);
    assert_eq!(world.row(3).sealed.ciphertext, late.ciphertext);
    assert_eq!((report.done, report.changed), (11, 1));
    node.opens_all(&world).await;
}

#[tokio::test]
async fn a_row_that_is_gone_in_between_is_no_error() {
    let world = World::new();
    let node = sessions(&world, 10).await;
    meanwhile(&world, |state| {
        state
            .rows
            .retain(|_, row| row.binding.subject.as_u128() != 3);
    });
    let report = node.rewrap().await;
    assert_eq!((report.done, report.changed), (10, 1));
    node.opens_all(&world).await;
}

#[tokio::test]
async fn rows_that_do_not_unwrap_are_alarms_and_skipped() {
    let world = World::new();
    let node = sessions(&world, 10).await;
    let active = world.state().versions[1].id.clone();
    let (mut flipped, mut unknown, mut moved) = (world.row(2), world.row(5), world.row(7));
    flipped.sealed.wrapped_key[20] ^= 1;
    unknown.sealed.key_id = "k20270115-ffffffff".to_owned();
    moved.sealed = world.row(6).sealed;
    for row in [flipped, unknown, moved] {
        world.put_row(row);
    }

    let report = node.rewrap().await;
    let mut broken: Vec<_> = report.broken.iter().map(Uuid::as_u128).collect();
    broken.sort_unstable();
    assert_eq!(broken, [2, 5, 7]);
    assert_eq!((report.done, left(&world, &active)), (8, 3));
    let alarms = world.audited(&Action::SealBroken);
    assert_eq!(alarms.len(), 3);
    for alarm in alarms {
        assert_eq!(alarm.outcome, Outcome::Failed);
        assert!(
            alarm.reason.to_string().starts_with("rewrap: "),
            "{}",
            alarm.reason
        );
        assert!(report.broken.contains(&alarm.subject));
    }
}

#[tokio::test]
async fn rows_whose_key_is_not_here_are_told_but_are_no_alarm() {
    let (world, folder) = (World::new(), tempfile::TempDir::new().unwrap());
    let node = Node::start(&world, super::fakes::in_file(&folder)).await;
    node.store_sessions(&world, 1..=4).await;
    node.rotate().await;
    node.rewrap().await;
    node.store_sessions(&world, 5..=6).await;
    node.rotate().await;
    // A key that is nowhere to be found.
    let mut lost = world.row(1);
    lost.sealed.key_id = "k20270115-0a0b0c0d".to_owned();
    let mut version = world.state().versions[0].clone();
    version.id = lost.sealed.key_id.clone();
    world.state().versions.insert(0, version);
    world.put_row(lost);

    let report = node.rewrap().await;
    assert_eq!(report.out_of_reach, [Uuid::from_u128(1)]);
    assert!(report.broken.is_empty());
    assert_eq!(world.audited(&Action::SealBroken), []);
}

#[tokio::test]
async fn a_rotation_in_between_is_followed() {
    let world = World::new();
    let node = Arc::new(sessions(&world, 600).await);
    let newest = Arc::new(std::sync::Mutex::new(None));
    // The version is registered while the first batch is stored.
    let (seals, seen) = (Arc::clone(&node.keys.seals), Arc::clone(&newest));
    let made = seals.providers.of(&sesame_domain::keys::Provider::Secret);
    let made = made.unwrap().make().await.unwrap();
    meanwhile(&world, move |state| {
        let mut version = state.versions[1].clone();
        state.versions[1].state = sesame_domain::keys::KeyState::Accepted;
        (version.id, version.reference) = (made.id, made.reference);
        (version.number, version.encryptions) = (3, 0);
        *seen.lock().unwrap() = Some(version.id.clone());
        state.versions.push(version);
    });

    let report = node.rewrap().await;
    let newest = newest.lock().unwrap().clone().unwrap();
    assert_eq!(report.key_id, newest);
    assert_eq!(left(&world, &newest), 0);
    node.opens_all(&world).await;
}

#[tokio::test]
async fn status_tells_how_far_it_has_come() {
    let world = World::new();
    let node = sessions(&world, 9).await;
    node.store_sessions(&world, 10..=12).await;
    let before = node.keys.status().await.unwrap();
    assert_eq!((before.wrapped, before.to_rewrap), (3, 10));
    node.rewrap().await;
    let after = node.keys.status().await.unwrap();
    assert_eq!((after.wrapped, after.to_rewrap), (13, 0));
    let uses: Vec<_> = after.versions.iter().map(|it| it.uses.sessions).collect();
    assert_eq!(uses, [0, 12]);
    assert!(after.versions.iter().all(|it| it.is_held));
}

#[tokio::test]
async fn the_peers_of_a_session_keep_a_version_in_use_until_they_are_wrapped_anew() {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(Purpose::Peers);
    let sealed = node.seal(&binding, b"peers").await;
    world.put_row(Row {
        place: WrappedPlace::Peers,
        binding: binding.clone(),
        sealed,
    });
    node.rotate().await;
    world.later(2);
    let refused = node.keys.retire("1", operator()).await.unwrap_err();
    let AdministrationError::InUse(uses) = &refused else {
        panic!("{refused}");
    };
    assert_eq!((uses[0].sessions, uses[0].peers), (0, 1));
    // The peers, and the secret of the instance.
    assert_eq!(node.rewrap().await.done, 2);
    node.keys.retire("1", operator()).await.unwrap();
    let wrapped = world.row(binding.subject.as_u128()).sealed;
    assert_eq!(node.open(&binding, &wrapped).await.unwrap(), b"peers");
    assert!(world.audited(&Action::SessionOpened).is_empty());
}
