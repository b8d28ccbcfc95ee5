//! What seals, what opens, what does not.

use std::future::Future;
use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;
use sesame_domain::audit::{Action, Actor};
use sesame_domain::ids::PersonId;
use sesame_domain::ports::{Vault, VaultError};
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use uuid::Uuid;

use super::fakes::{FakeAudit, access, binding, noon, ring, vault, vault_with};
use crate::LocalVault;

const PURPOSES: [Purpose; 4] = [
    Purpose::Session,
    Purpose::LoginSession,
    Purpose::QrToken,
    Purpose::PasswordHint,
];

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn open(vault: &LocalVault, binding: &Binding, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
    run(vault.open(binding, sealed, &access())).map(|plaintext| plaintext.to_vec())
}

fn bindings() -> impl Strategy<Value = Binding> {
    (
        "[a-z0-9-]{1,32}",
        any::<i64>(),
        any::<u128>(),
        proptest::sample::select(&PURPOSES),
    )
        .prop_map(|(tenant, person, subject, purpose)| {
            let mut binding = binding(purpose);
            binding.owner.tenant = tenant.parse().unwrap();
            binding.owner.person = PersonId(person);
            binding.subject = Uuid::from_u128(subject);
            binding
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_opens(binding in bindings(), secret: Vec<u8>) {
        let vault = vault();
        let sealed = run(vault.seal(&binding, &secret)).unwrap();
        prop_assert_eq!(open(&vault, &binding, &sealed).unwrap(), secret);
    }

    #[test]
    fn another_binding_does_not_open(one in bindings(), other in bindings(), secret: Vec<u8>) {
        prop_assume!(one != other);
        let vault = vault();
        let sealed = run(vault.seal(&one, &secret)).unwrap();
        prop_assert!(matches!(open(&vault, &other, &sealed), Err(VaultError::Tampered)));
    }

    #[test]
    fn any_bytes_fail_with_a_typed_error(wrapped_key: Vec<u8>, ciphertext: Vec<u8>) {
        let ring = ring();
        let key_id = ring.active_id().to_owned();
        let vault = vault_with(ring, &Arc::default());
        let sealed = Sealed { key_id, wrapped_key, ciphertext };
        let opened = open(&vault, &binding(Purpose::Session), &sealed);
        prop_assert!(matches!(opened, Err(VaultError::Tampered | VaultError::Format)));
    }
}

#[test]
fn a_change_of_any_one_field_of_the_binding_does_not_open() {
    let vault = vault();
    let right = binding(Purpose::Session);
    let sealed = run(vault.seal(&right, b"auth key")).unwrap();

    let mut tenant = right.clone();
    tenant.owner.tenant = "default2".parse().unwrap();
    let mut person = right.clone();
    person.owner.person = PersonId(right.owner.person.0 + 1);
    let mut subject = right.clone();
    subject.subject = Uuid::from_u128(right.subject.as_u128() ^ 1);
    let mut purpose = right.clone();
    purpose.purpose = Purpose::LoginSession;

    for wrong in [tenant, person, subject, purpose] {
        let opened = open(&vault, &wrong, &sealed);
        assert!(matches!(opened, Err(VaultError::Tampered)), "{wrong:?}");
    }
    assert_eq!(open(&vault, &right, &sealed).unwrap(), b"auth key");
}

#[test]
fn a_change_of_any_one_byte_does_not_open() {
    let vault = vault();
    let binding = binding(Purpose::Session);
    let sealed = run(vault.seal(&binding, b"a session of some length")).unwrap();

    for index in 0..sealed.wrapped_key.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed.wrapped_key[index] ^= 1 << bit;
            assert_refused(&vault, &binding, &changed);
        }
    }
    for index in 0..sealed.ciphertext.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed.ciphertext[index] ^= 1 << bit;
            assert_refused(&vault, &binding, &changed);
        }
    }
}

#[test]
fn a_cut_at_any_place_does_not_open() {
    let vault = vault();
    let binding = binding(Purpose::Session);
    let sealed = run(vault.seal(&binding, b"a session of some length")).unwrap();

    for len in 0..sealed.wrapped_key.len() {
        let mut cut = sealed.clone();
        cut.wrapped_key.truncate(len);
        assert_refused(&vault, &binding, &cut);
    }
    for len in 0..sealed.ciphertext.len() {
        let mut cut = sealed.clone();
        cut.ciphertext.truncate(len);
        assert_refused(&vault, &binding, &cut);
    }
}

fn assert_refused(vault: &LocalVault, binding: &Binding, sealed: &Sealed) {
    let opened = open(vault, binding, sealed);
    assert!(
        matches!(opened, Err(VaultError::Tampered | VaultError::Format)),
        "{opened:?}"
    );
}

#[test]
fn parts_of_two_seals_do_not_open_together() {
    let vault = vault();
    let binding = binding(Purpose::Session);
    let one = run(vault.seal(&binding, b"one")).unwrap();
    let two = run(vault.seal(&binding, b"two")).unwrap();
    assert_ne!(one.wrapped_key, two.wrapped_key);
    let mixed = Sealed {
        ciphertext: two.ciphertext,
        ..one
    };
    assert!(matches!(
        open(&vault, &binding, &mixed),
        Err(VaultError::Tampered)
    ));
}

#[test]
fn a_key_that_is_not_in_the_ring_is_named() {
    let binding = binding(Purpose::Session);
    let sealed = run(vault().seal(&binding, b"auth key")).unwrap();
    let opened = open(&vault(), &binding, &sealed);
    assert!(matches!(opened, Err(VaultError::UnknownKey(id)) if id == sealed.key_id));
}

#[test]
fn an_older_key_still_opens_what_it_sealed_and_the_active_one_seals() {
    let mut ring = ring();
    let old = ring.active_id().to_owned();
    let binding = binding(Purpose::Session);
    let audit = Arc::default();
    let sealed = run(vault_with(ring.clone(), &audit).seal(&binding, b"auth key")).unwrap();

    let newer = super::fakes::ring();
    ring.keys.extend(newer.keys.clone());
    ring.active.clone_from(&newer.active);
    let vault = vault_with(ring, &audit);

    assert_eq!(sealed.key_id, old);
    assert_eq!(open(&vault, &binding, &sealed).unwrap(), b"auth key");
    let again = run(vault.seal(&binding, b"auth key")).unwrap();
    assert_eq!(again.key_id, newer.active);
    assert_eq!(open(&vault, &binding, &again).unwrap(), b"auth key");
}

#[rstest]
#[case(Purpose::Session, 1)]
#[case(Purpose::LoginSession, 1)]
#[case(Purpose::QrToken, 0)]
#[case(Purpose::PasswordHint, 0)]
fn opening_a_session_is_recorded(#[case] purpose: Purpose, #[case] expected: usize) {
    let audit = Arc::new(FakeAudit::default());
    let vault = vault_with(ring(), &audit);
    let binding = binding(purpose);
    let sealed = run(vault.seal(&binding, b"auth key")).unwrap();
    open(&vault, &binding, &sealed).unwrap();

    let entries = audit.entries.lock().unwrap();
    assert_eq!(entries.len(), expected);
    for entry in entries.iter() {
        assert_eq!(entry.action, Action::SessionOpened);
        assert_eq!(entry.actor, Actor::Owner);
        assert_eq!(entry.owner, binding.owner);
        assert_eq!(entry.subject, binding.subject);
        assert_eq!(entry.reason, "unlink");
        assert_eq!(entry.at, noon());
    }
}

#[rstest]
#[case(Purpose::Session)]
#[case(Purpose::LoginSession)]
fn without_a_record_there_is_no_plaintext(#[case] purpose: Purpose) {
    let audit = Arc::new(FakeAudit {
        broken: true,
        ..FakeAudit::default()
    });
    let vault = vault_with(ring(), &audit);
    let binding = binding(purpose);
    let sealed = run(vault.seal(&binding, b"auth key")).unwrap();
    assert!(matches!(
        open(&vault, &binding, &sealed),
        Err(VaultError::Audit(_))
    ));
}

#[test]
fn a_seal_that_does_not_open_is_not_recorded_as_opened() {
    let audit = Arc::new(FakeAudit::default());
    let vault = vault_with(ring(), &audit);
    let right = binding(Purpose::Session);
    let sealed = run(vault.seal(&right, b"auth key")).unwrap();
    open(&vault, &binding(Purpose::LoginSession), &sealed).unwrap_err();
    assert!(audit.entries.lock().unwrap().is_empty());
}
