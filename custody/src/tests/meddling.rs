//! A database that someone changed: nothing opens, and an alarm is raised.

use std::sync::Arc;

use rstest::rstest;
use sesame_domain::audit::{Action, Outcome};
use sesame_domain::keys::Provider;
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::{Purpose, Sealed};
use tempfile::TempDir;

use super::fakes::{Node, World, binding, in_file, operator, quick_node};
use super::formats::{OLD_FILE, folder_with, old_seal};
use super::sealing::neighbours;

/// It does not open, and the audit says so in one more entry.
async fn assert_alarm(world: &Arc<World>, node: &Node, sealed: &Sealed) -> VaultError {
    let before = world.state().audit.len();
    let binding = binding(Purpose::Session);
    let error = node.open(&binding, sealed).await.unwrap_err();

    let audit = &world.state().audit;
    assert_eq!(audit.len(), before + 1);
    let alarm = audit.last().unwrap();
    assert_eq!(alarm.action, Action::SealBroken);
    assert_eq!(alarm.outcome, Outcome::Failed);
    assert_eq!(alarm.owner, binding.owner);
    assert_eq!(alarm.subject, binding.subject);
    assert!(
        alarm.reason.to_string().starts_with("unlink: "),
        "{}",
        alarm.reason
    );
    assert_eq!(alarm.origin, "node 1");
    error
}

#[tokio::test]
async fn a_change_of_any_one_bit_is_an_alarm() {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(Purpose::Session);
    let sealed = node.seal(&binding, b"a session of some length").await;

    for bit in 0..8 * sealed.wrapped_key.len() {
        let mut changed = sealed.clone();
        changed.wrapped_key[bit / 8] ^= 1 << (bit % 8);
        assert_changed(&assert_alarm(&world, &node, &changed).await);
    }
    for bit in 0..8 * sealed.ciphertext.len() {
        let mut changed = sealed.clone();
        changed.ciphertext[bit / 8] ^= 1 << (bit % 8);
        assert_changed(&assert_alarm(&world, &node, &changed).await);
    }
    node.open(&binding, &sealed).await.unwrap();
}

#[tokio::test]
async fn a_cut_at_any_place_is_an_alarm() {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(Purpose::Session);
    let sealed = node.seal(&binding, b"a session of some length").await;

    for len in 0..sealed.wrapped_key.len() {
        let mut cut = sealed.clone();
        cut.wrapped_key.truncate(len);
        assert_changed(&assert_alarm(&world, &node, &cut).await);
    }
    for len in 0..sealed.ciphertext.len() {
        let mut cut = sealed.clone();
        cut.ciphertext.truncate(len);
        assert_changed(&assert_alarm(&world, &node, &cut).await);
    }
}

fn assert_changed(error: &VaultError) {
    let is_right = matches!(error, VaultError::Tampered | VaultError::Format);
    assert!(is_right, "{error:?}");
}

#[tokio::test]
async fn rows_that_are_swapped_are_alarms() {
    let world = World::new();
    let node = quick_node(&world).await;
    let mine = binding(Purpose::Session);
    for theirs in neighbours(&mine) {
        let sealed = node.seal(&theirs, b"their auth key").await;
        let error = assert_alarm(&world, &node, &sealed).await;
        assert!(matches!(error, VaultError::Tampered), "{error:?}");
    }
}

#[tokio::test]
async fn another_version_that_exists_is_an_alarm() {
    let world = World::new();
    let node = quick_node(&world).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    let newer = node.keys.rotate(operator()).await.unwrap();
    let moved = Sealed {
        key_id: newer.id,
        ..sealed
    };
    let error = assert_alarm(&world, &node, &moved).await;
    assert!(matches!(error, VaultError::Tampered), "{error:?}");
}

#[rstest]
#[case("k20270115-ffffffff", "unlink: unknown key k20270115-ffffffff")]
#[case("\u{1b}[2J all is well", "unlink: a key with an impossible name")]
#[tokio::test]
async fn a_version_that_never_was_is_an_alarm(#[case] id: &str, #[case] reason: &str) {
    let world = World::new();
    let node = quick_node(&world).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    let moved = Sealed {
        key_id: id.to_owned(),
        ..sealed
    };
    let error = assert_alarm(&world, &node, &moved).await;
    assert!(matches!(error, VaultError::UnknownKey(unknown) if unknown == id));
    assert_eq!(world.state().audit.last().unwrap().reason, reason);
}

#[tokio::test]
async fn a_version_said_to_be_at_another_provider_is_an_alarm() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let settings = super::fakes::from_secret(&folder, super::fakes::SECRET);
    let node = Node::start(&world, settings).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    world.state().versions[0].provider = Provider::File;
    let opened = node.open(&binding(Purpose::Session), &sealed).await;
    // There is no such key in the file.
    assert!(matches!(opened, Err(VaultError::UnknownKey(_))));
}

#[rstest]
#[case::today_as_before(2, 1)]
#[case::before_as_today(1, 2)]
#[tokio::test]
async fn a_format_that_is_relabelled_is_an_alarm(#[case] from: u8, #[case] to: u8) {
    let (world, folder) = (World::new(), folder_with(OLD_FILE));
    let node = Node::start(&world, in_file(&folder)).await;
    let mut sealed = match from {
        1 => old_seal(),
        _ => node.seal(&binding(Purpose::Session), b"auth key").await,
    };
    assert_eq!(sealed.wrapped_key[0], from);
    sealed.wrapped_key[0] = to;
    let error = assert_alarm(&world, &node, &sealed).await;
    assert!(matches!(error, VaultError::Tampered), "{error:?}");
}

#[tokio::test]
async fn the_old_format_is_none_for_keys_that_are_newer_than_it() {
    let world = World::new();
    let node = quick_node(&world).await;
    let mut sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    sealed.wrapped_key[0] = 1;
    let error = assert_alarm(&world, &node, &sealed).await;
    assert!(matches!(error, VaultError::Format), "{error:?}");
}

#[tokio::test]
async fn an_alarm_that_cannot_be_recorded_still_opens_nothing() {
    let world = World::new();
    let node = quick_node(&world).await;
    let mut sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    sealed.ciphertext[20] ^= 1;
    world.state().audit_is_full = true;
    let opened = node.open(&binding(Purpose::Session), &sealed).await;
    assert!(matches!(opened, Err(VaultError::Tampered)));
}
