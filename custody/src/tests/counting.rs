//! How often a key was used.

use sesame_domain::keys::WARN_ENCRYPTIONS;
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::Purpose;

use super::fakes::{Fault, World, access, binding, quick_node};
use crate::KeyWarning;

#[tokio::test]
async fn a_count_is_never_too_low_and_less_than_a_block_too_high() {
    let world = World::new();
    let mut node = quick_node(&world).await;
    // The secret behind tokens was sealed at the start.
    let mut made = 1;
    for (starts, round) in (1..).zip([0, 1, 62, 63, 64, 65, 200]) {
        for _ in 0..round {
            node.seal(&binding(Purpose::QrToken), b"token").await;
            made += 1;
            let counted = world.state().versions[0].encryptions;
            assert!(counted >= made, "{counted} counted, {made} made");
            assert!(
                counted < made + 64 * starts,
                "{counted} counted, {made} made"
            );
        }
        // A crash: what was counted ahead is lost.
        node = quick_node(&world).await;
    }
}

#[tokio::test]
async fn what_cannot_be_counted_is_not_sealed() {
    let world = World::new();
    let node = quick_node(&world).await;
    for _ in 1..64 {
        node.seal(&binding(Purpose::QrToken), b"token").await;
    }
    world.state().fault = Some(Fault {
        writes_left: 1,
        is_written: false,
    });
    let binding = binding(Purpose::QrToken);
    let sealed = node.vault.seal(&binding, b"token", &access()).await;
    assert!(matches!(sealed, Err(VaultError::Register(_))));
}

#[tokio::test]
async fn a_key_that_was_used_very_often_is_warned_about_until_the_next() {
    let world = World::new();
    let node = quick_node(&world).await;
    let id = world.state().versions[0].id.clone();
    world.state().versions[0].encryptions = WARN_ENCRYPTIONS - 1;
    assert_eq!(node.keys.status().await.unwrap().warnings, []);

    world.state().versions[0].encryptions = WARN_ENCRYPTIONS;
    let warnings = node.keys.status().await.unwrap().warnings;
    let encryptions = WARN_ENCRYPTIONS;
    assert_eq!(warnings, [KeyWarning::ManyEncryptions { id, encryptions }]);

    node.rotate().await;
    assert_eq!(node.keys.status().await.unwrap().warnings, []);
}

#[tokio::test]
async fn wrapping_anew_counts_as_well() {
    let world = World::new();
    let node = quick_node(&world).await;
    node.store_sessions(&world, 1..=300).await;
    let newer = node.rotate().await;
    assert_eq!(world.state().versions[1].encryptions, 0);
    let report = node.rewrap().await;
    let counted = world.state().versions[1].encryptions;
    assert_eq!(report.key_id, newer.id);
    assert!(counted >= report.done, "{counted} counted");
    assert!(counted < report.done + 64, "{counted} counted");
}
