//! What the audit is told before anything is handed out.

use rstest::rstest;
use sesame_domain::audit::{Action, Actor, Outcome};
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::Purpose;

use super::fakes::{World, access, binding, noon, operator, quick_node};

#[rstest]
#[case(Purpose::Session, 2)]
#[case(Purpose::LoginSession, 2)]
#[case(Purpose::Peers, 0)]
#[case(Purpose::QrToken, 0)]
#[case(Purpose::PasswordHint, 0)]
#[case(Purpose::InstanceSecret, 0)]
#[case(Purpose::Backup, 0)]
#[tokio::test]
async fn sealing_and_opening_a_session_is_recorded(
    #[case] purpose: Purpose,
    #[case] expected: usize,
) {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(purpose);
    let sealed = node.seal(&binding, b"auth key").await;
    node.open(&binding, &sealed).await.unwrap();

    let audit = world.state().audit.clone();
    let actions = [Action::SessionSealed, Action::SessionOpened];
    assert_eq!(audit.len(), expected);
    for (entry, action) in audit.into_iter().zip(actions) {
        assert_eq!(entry.action, action);
        assert_eq!(entry.outcome, Outcome::Done);
        assert_eq!(entry.actor, Actor::Owner);
        assert_eq!(entry.owner, binding.owner);
        assert_eq!(entry.subject, binding.subject);
        assert_eq!(entry.reason, "unlink");
        assert_eq!(entry.origin, "node 1");
        assert_eq!(entry.at, noon());
    }
}

#[rstest]
#[case(Purpose::Session)]
#[case(Purpose::LoginSession)]
#[tokio::test]
async fn without_a_record_nothing_is_handed_out(#[case] purpose: Purpose) {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(purpose);
    let sealed = node.seal(&binding, b"auth key").await;
    world.state().audit_is_full = true;
    let opened = node.open(&binding, &sealed).await;
    assert!(matches!(opened, Err(VaultError::Audit(_))));
    let again = node.vault.seal(&binding, b"auth key", &access()).await;
    assert!(matches!(again, Err(VaultError::Audit(_))));
}

#[rstest]
#[case(Purpose::QrToken, 0)]
#[case(Purpose::PasswordHint, 0)]
#[case(Purpose::Peers, 1)]
#[case(Purpose::InstanceSecret, 1)]
#[case(Purpose::Backup, 1)]
#[tokio::test]
async fn broken_seals_are_recorded_unless_they_live_for_seconds(
    #[case] purpose: Purpose,
    #[case] expected: usize,
) {
    let world = World::new();
    let node = quick_node(&world).await;
    let mut sealed = node.seal(&binding(purpose), b"a secret").await;
    sealed.ciphertext[20] ^= 1;
    node.open(&binding(purpose), &sealed).await.unwrap_err();
    assert_eq!(world.audited(&Action::SealBroken).len(), expected);
}

#[tokio::test]
async fn each_opening_of_an_export_is_recorded_and_without_a_record_it_stays_shut() {
    let world = World::new();
    let node = quick_node(&world).await;
    let binding = binding(Purpose::Export);
    let sealed = node.seal(&binding, b"the key of its files").await;
    for _ in 0..2 {
        node.open(&binding, &sealed).await.unwrap();
    }
    assert_eq!(world.state().audit.len(), 2);
    assert_eq!(world.audited(&Action::ExportOpened).len(), 2);
    world.state().audit_is_full = true;
    let opened = node.open(&binding, &sealed).await;
    assert!(matches!(opened, Err(VaultError::Audit(_))));
}

#[tokio::test]
async fn opening_under_a_retired_version_is_refused_on_the_record() {
    let world = World::new();
    let node = quick_node(&world).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    node.rotate().await;
    node.rewrap().await;
    world.later(2);
    node.keys.retire("1", operator()).await.unwrap();

    let opened = node.open(&binding(Purpose::Session), &sealed).await;
    assert!(matches!(opened, Err(VaultError::RetiredKey(id)) if id == sealed.key_id));
    let entry = world.state().audit.last().unwrap().clone();
    assert_eq!(entry.action, Action::SessionOpened);
    assert_eq!(entry.outcome, Outcome::Refused);
    let reason = format!("unlink: key {} is retired", sealed.key_id);
    assert_eq!(entry.reason.to_string(), reason);
}
