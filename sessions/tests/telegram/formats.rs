//! Sessions that a newer program stored, in a way that this one does not know.

use sesame_domain::account::Health;
use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::ids::NodeId;
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::Accounts;
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Binding;

use crate::fixture::{Fixture, owner};

#[derive(Clone, Copy, Debug)]
enum Newer {
    /// How it is sealed.
    Seal,
    /// What is sealed.
    Session,
}

#[tokio::test]
async fn a_session_that_a_newer_program_sealed_in_its_way_is_not_dead() {
    Box::pin(is_not_dead(Newer::Seal)).await;
}

#[tokio::test]
async fn a_session_of_a_newer_version_is_not_dead() {
    Box::pin(is_not_dead(Newer::Session)).await;
}

async fn is_not_dead(newer: Newer) {
    let fixture = Fixture::new().await;
    let ann = fixture.person(2);
    let node = fixture.node();
    node.link_account(&fixture, &ann).await;
    node.sessions.shutdown().await;
    let account = fixture
        .database
        .accounts()
        .of(&owner(&ann))
        .await
        .unwrap()
        .unwrap();

    let reader = NodeId::generate(&SystemEntropy);
    let accounts = fixture.database.accounts();
    let stored = accounts.claim_session(account.session, &reader);
    let stored = stored.await.unwrap();
    let mut sealed = stored.sealed.clone();
    match newer {
        Newer::Seal => sealed.ciphertext[0] = 0xee,
        Newer::Session => {
            let access = Access {
                actor: Actor::Owner,
                reason: AccessPurpose::Changed,
            };
            let binding = Binding::session(&account.owner, account.session);
            sealed = fixture
                .vault
                .seal(&binding, &[0xee; 40], &access)
                .await
                .unwrap();
        }
    }
    fixture
        .database
        .accounts()
        .save_session(account.session, stored.fence, &sealed)
        .await
        .unwrap();

    let node = fixture.node();
    node.accounts
        .check(&account.owner, account.id)
        .await
        .unwrap_err();
    let after = fixture
        .database
        .accounts()
        .of(&account.owner)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.health, Health::Alive);
    let notices = fixture.notices().await;
    assert!(
        notices
            .iter()
            .all(|it| !matches!(it, NoticeKind::SessionDied { .. })),
        "{notices:?}"
    );
    // It is as it was, for the program that knows it.
    assert_eq!(fixture.stored(&account).await, sealed);
}
