//! A key file from before versions were registered.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rstest::rstest;
use sesame_domain::audit::Action;
use sesame_domain::keys::{KeyState, Provider};
use sesame_domain::ports::{VaultError, WrappedPlace};
use sesame_domain::sealed::Purpose;
use tempfile::TempDir;

use super::fakes::{Fault, Node, Row, SECRET, World, binding, from_secret, in_file};
use super::formats::{MAC, OLD_FILE, folder_with, from_hex, old_seal};
use crate::CustodyError;

/// Three keys, of which the second-oldest is active.
const THREE_KEYS: &str = r#"{
  "format": 1,
  "active": "k20270115-0a0b0c0d",
  "keys": [
    {
      "id": "k20270301-00000003",
      "created_at": "2027-03-01T08:00:00Z",
      "key": "AgIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    },
    {
      "id": "k20270115-0a0b0c0d",
      "created_at": "2027-01-15T08:00:00Z",
      "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    },
    {
      "id": "k20270101-00000001",
      "created_at": "2027-01-01T08:00:00Z",
      "key": "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    }
  ],
  "token_secret": "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
}
"#;

/// A database in which an account is linked, and no version registered.
fn world_from_before() -> Arc<World> {
    let world = World::new();
    world.put_row(Row {
        place: WrappedPlace::Session,
        binding: binding(Purpose::Session),
        sealed: old_seal(),
    });
    world
}

fn text(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("keys.json")).unwrap()
}

fn ids(world: &World) -> Vec<String> {
    let state = world.state();
    state.versions.iter().map(|it| it.id.clone()).collect()
}

/// Everything is as it was, and where it belongs now.
async fn assert_changed_over(world: &Arc<World>, folder: &TempDir, node: &Node) {
    let active: Vec<_> = {
        let state = world.state();
        let versions = state.versions.iter();
        versions
            .filter(|it| it.state == KeyState::Active)
            .cloned()
            .collect()
    };
    assert_eq!(active.len(), 1);
    assert_eq!(active[0].id, "k20270115-0a0b0c0d");
    assert_eq!(active[0].provider, Provider::File);
    let opened = node.open(&binding(Purpose::Session), &old_seal()).await;
    assert_eq!(opened.unwrap(), b"auth key");
    let mac = node.custody.token_keys().mac("web token", b"some data");
    assert_eq!(mac.as_slice(), from_hex(MAC));
    let text = text(folder);
    assert!(text.contains("\"format\": 3") && !text.contains("token_secret"));
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "no draft and no copy stays behind");
}

#[tokio::test]
async fn an_old_key_file_is_changed_over_at_start() {
    let (world, folder) = (world_from_before(), folder_with(OLD_FILE));
    let node = Node::start(&world, in_file(&folder)).await;
    assert_changed_over(&world, &folder, &node).await;
    assert_eq!(ids(&world), ["k20270115-0a0b0c0d"]);
    assert!(
        world.state().versions[0]
            .created_at
            .to_rfc3339()
            .starts_with("2027-01-15")
    );

    let again = Node::start(&world, in_file(&folder)).await;
    assert_changed_over(&world, &folder, &again).await;
    assert_eq!(ids(&world), ["k20270115-0a0b0c0d"]);
}

#[tokio::test]
async fn several_keys_are_numbered_by_age_with_the_active_one_last() {
    let (world, folder) = (world_from_before(), folder_with(THREE_KEYS));
    let node = Node::start(&world, in_file(&folder)).await;
    assert_changed_over(&world, &folder, &node).await;
    assert_eq!(
        ids(&world),
        [
            "k20270101-00000001",
            "k20270301-00000003",
            "k20270115-0a0b0c0d"
        ]
    );
    assert!(world.audited(&Action::KeyRotated).is_empty());
}

/// Killed before or after each write, a start is gone on with by the next.
#[rstest]
#[tokio::test]
async fn a_changeover_that_is_killed_is_gone_on_with(
    #[values(false, true)] is_written: bool,
    #[values(1, 2, 3, 4, 5)] writes_left: usize,
) {
    let (world, folder) = (world_from_before(), folder_with(THREE_KEYS));
    world.state().fault = Some(Fault {
        writes_left,
        is_written,
    });
    // Three keys, a count, and the secret behind tokens: five writes.
    let killed = Node::try_start(&world, in_file(&folder)).await;
    assert!(matches!(killed.map(|_| ()), Err(CustodyError::Register(_))));
    assert_eq!(text(&folder), THREE_KEYS, "nothing is lost");

    world.state().fault = None;
    let node = Node::start(&world, in_file(&folder)).await;
    assert_changed_over(&world, &folder, &node).await;
    assert_eq!(ids(&world).len(), 3);
}

/// Killed while the new file was written: its draft lies about.
#[tokio::test]
async fn a_draft_that_was_left_behind_harms_nothing() {
    let (world, folder) = (world_from_before(), folder_with(OLD_FILE));
    let draft = folder.path().join("keys.json.0011223344556677.new");
    fs::write(&draft, "{\"format\": 2, \"keys\": [").unwrap();
    let node = Node::start(&world, in_file(&folder)).await;
    assert!(!draft.exists(), "the change of the file removed it");
    assert_changed_over(&world, &folder, &node).await;
}

/// Killed after everything was stored, before the file was replaced.
#[tokio::test]
async fn an_old_file_whose_keys_are_all_registered_is_replaced() {
    let (world, folder) = (world_from_before(), folder_with(OLD_FILE));
    Node::start(&world, in_file(&folder)).await;
    let copy = folder_with(OLD_FILE);
    let node = Node::start(&world, in_file(&copy)).await;
    assert_changed_over(&world, &copy, &node).await;
    assert_eq!(ids(&world).len(), 1);
}

#[tokio::test]
async fn nodes_that_change_over_at_once_agree() {
    let world = world_from_before();
    let (one, two) = (folder_with(THREE_KEYS), folder_with(THREE_KEYS));
    let (a, b) = tokio::join!(
        Node::start(&world, in_file(&one)),
        Node::start(&world, in_file(&two))
    );
    assert_changed_over(&world, &one, &a).await;
    assert_changed_over(&world, &two, &b).await;
    assert_eq!(ids(&world).len(), 3);
}

#[tokio::test]
async fn a_node_that_comes_later_gets_the_keys_made_since() {
    let world = world_from_before();
    let (one, two) = (folder_with(OLD_FILE), folder_with(OLD_FILE));
    let first = Node::start(&world, in_file(&one)).await;
    let newer = first.rotate().await;
    let sealed = first.seal(&binding(Purpose::Session), b"new").await;

    let second = Node::start(&world, in_file(&two)).await;
    let opened = second.open(&binding(Purpose::Session), &sealed).await;
    assert_eq!(opened.unwrap(), b"new");
    assert_eq!(ids(&world), ["k20270115-0a0b0c0d", newer.id.as_str()]);
    assert_eq!(text(&one), text(&two));
}

/// Its keys were never those of this database.
#[tokio::test]
async fn a_foreign_old_file_registers_nothing() {
    let world = World::new();
    let folder = TempDir::new().unwrap();
    Node::start(&world, in_file(&folder)).await;
    let before = ids(&world);
    let foreign = folder_with(OLD_FILE);
    let started = Node::try_start(&world, in_file(&foreign)).await;
    assert!(matches!(
        started.map(|_| ()),
        Err(CustodyError::OtherDatabase { versions, found, .. })
            if versions == before && found == ["k20270115-0a0b0c0d"]
    ));
    assert_eq!(ids(&world), before);
}

#[tokio::test]
async fn an_old_file_is_found_by_a_node_that_was_set_to_a_secret_meanwhile() {
    let (world, folder) = (world_from_before(), folder_with(OLD_FILE));
    let node = Node::start(&world, from_secret(&folder, SECRET)).await;
    assert_changed_over(&world, &folder, &node).await;
    let newer = node.rotate().await;
    assert_eq!(newer.provider, Provider::Secret);
}

#[tokio::test]
async fn without_any_key_linked_accounts_are_no_first_start() {
    let (world, folder) = (world_from_before(), TempDir::new().unwrap());
    for settings in [in_file(&folder), from_secret(&folder, SECRET)] {
        let started = Node::try_start(&world, settings).await;
        let error = started.map(|_| ()).unwrap_err();
        assert!(matches!(&error, CustodyError::NoKeys(_)));
        assert!(error.to_string().contains("keys.json"), "{error}");
        assert!(!Path::new(&folder.path().join("keys.json")).exists());
    }
}

/// The database was restored without its versions; the file was not lost.
#[tokio::test]
async fn keys_of_a_file_that_no_version_is_known_for_are_registered() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    node.store_sessions(&world, 1..=3).await;
    world.later(5);
    let newer = node.rotate().await;
    node.store_sessions(&world, 4..=6).await;
    world.state().versions.clear();
    world.state().secrets.clear();

    let node = Node::start(&world, in_file(&folder)).await;
    node.opens_all(&world).await;
    assert_eq!(
        node.seal(&binding(Purpose::Session), b"").await.key_id,
        newer.id
    );
}

#[tokio::test]
async fn a_token_secret_that_was_meddled_with_is_an_error_that_names_it() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    Node::start(&world, in_file(&folder)).await;
    world.state().secrets.get_mut("tokens").unwrap().ciphertext[20] ^= 1;
    let started = Node::try_start(&world, in_file(&folder)).await;
    assert!(matches!(
        started.map(|_| ()),
        Err(CustodyError::InstanceSecret {
            name: "tokens",
            source: VaultError::Tampered
        })
    ));
}
