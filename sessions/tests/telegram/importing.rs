//! Telethon's sessions that are taken over.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use secrecy::SecretString;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::{Access, Action, Actor, Outcome};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::{Vault, VaultError};
use sesame_domain::sealed::{Binding, Sealed};
use sesame_sandbox::world::{AccountState, Instead, Person};
use sesame_sessions::{FernetKeys, ImportError, ImportItem, ImportOutcome, Importer};
use zeroize::Zeroizing;

use crate::fixture::{Fixture, Node, eventually, owner};

/// What the Python system has of someone: a session that is signed in.
async fn signed_in(fixture: &Fixture) -> (Person, String) {
    let python = fixture.elsewhere().await;
    let node = python.node();
    let ann = python.person(2);
    node.link_account(&python, &ann).await;
    node.sessions.shutdown().await;
    let text = string_session(fixture, &ann, 0);
    (ann, text)
}

/// As Telethon writes it.
fn string_session(fixture: &Fixture, person: &Person, device: usize) -> String {
    let authorization = fixture.devices(person).remove(device);
    let dc = authorization.dc();
    let key = fixture.world.keys().get(authorization.key()).unwrap();
    // An address that is good for nothing: Sesame knows better.
    let head = [&[u8::try_from(dc).unwrap()][..], &[192, 0, 2, 1], &[1, 187]].concat();
    format!("1{}", URL_SAFE.encode([&head[..], key.data()].concat()))
}

fn item(person: Option<i64>, text: &str) -> ImportItem {
    ImportItem {
        person: person.map(PersonId),
        text: SecretString::from(text),
        fernet: None,
    }
}

fn default() -> TenantId {
    "default".parse().unwrap()
}

fn operator() -> Actor {
    Actor::Operator {
        name: "olga".to_owned(),
    }
}

async fn import(importer: &Importer, item: ImportItem) -> Result<ImportOutcome, ImportError> {
    importer.import(default(), item, false, operator()).await
}

/// Imports it in an import of its own.
async fn import_into(
    node: &Node,
    person: Option<i64>,
    text: &str,
) -> Result<ImportOutcome, ImportError> {
    import(&node.sessions.importer(), item(person, text)).await
}

async fn nothing_is_linked(fixture: &Fixture, owner: &Owner) -> bool {
    use sesame_domain::ports::Accounts as _;
    let actions = fixture.actions(owner).await;
    fixture
        .database
        .accounts()
        .of(owner)
        .await
        .unwrap()
        .is_none()
        && !actions.contains(&Action::AccountImported)
        && !actions.contains(&Action::SessionSealed)
}

#[tokio::test]
async fn a_session_is_linked_once_telegram_said_whose_it_is() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.node();
    let importer = node.sessions.importer();
    let tried = importer.import(default(), item(None, &text), true, operator());
    let tried = tried.await.unwrap();
    let ImportOutcome::WouldImport { owner: whose, .. } = tried else {
        panic!("{tried:?}");
    };
    assert_eq!(whose, owner(&ann));
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);

    let done = import_into(&node, Some(ann.id), &text).await.unwrap();
    let ImportOutcome::Imported(account) = done else {
        panic!("{done:?}");
    };
    assert_eq!(account.owner, owner(&ann));
    assert_eq!(account.profile.name, "Ann Lee");
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
    assert_eq!(fixture.devices(&ann).len(), 1);
    let entries = fixture.audit(&owner(&ann)).await;
    let entry = entries
        .iter()
        .find(|entry| entry.action == Action::AccountImported)
        .unwrap();
    assert_eq!(entry.actor, operator());
    assert_eq!(entry.subject, account.session.as_uuid());
}

#[tokio::test]
async fn a_session_that_is_linked_is_not_opened_again() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.node();
    import_into(&node, None, &text).await.unwrap();
    // It is open meanwhile: opening it a second time would be its end.
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    node.accounts
        .check(&account.owner, account.id)
        .await
        .unwrap();
    let calls = fixture.calls("users.getUsers");
    for person in [None, Some(ann.id)] {
        let again = import_into(&node, person, &text).await.unwrap();
        assert!(
            matches!(&again, ImportOutcome::AlreadyLinked(found) if found.id == account.id),
            "{again:?}"
        );
    }
    let for_another = import_into(&node, Some(ann.id + 1), &text).await;
    assert!(
        matches!(&for_another, Err(ImportError::LinkedElsewhere(whose)) if *whose == owner(&ann)),
        "{for_another:?}"
    );
    let other_tenant: TenantId = "other".parse().unwrap();
    let importer = node.sessions.importer();
    let elsewhere = importer
        .import(other_tenant, item(None, &text), false, operator())
        .await;
    assert!(matches!(elsewhere, Err(ImportError::LinkedElsewhere(_))));
    assert_eq!(fixture.calls("users.getUsers"), calls);
    assert!(node.accounts.linked(&owner(&ann)).await.unwrap().is_some());
}

#[tokio::test]
async fn the_same_session_is_not_taken_up_twice_in_one_import() {
    let fixture = Fixture::new().await;
    let (_, text) = signed_in(&fixture).await;
    let node = fixture.node();
    let importer = node.sessions.importer();
    import(&importer, item(None, &text)).await.unwrap();
    let again = import(&importer, item(None, &text)).await;
    assert!(matches!(again, Err(ImportError::Repeated)), "{again:?}");
}

#[tokio::test]
async fn a_dry_run_foretells_that_a_second_session_of_a_person_is_left() {
    let fixture = Fixture::new().await;
    let ann = fixture.person(2);
    for _ in 0..2 {
        let python = fixture.elsewhere().await;
        let node = python.node();
        node.link_account(&python, &ann).await;
        node.sessions.shutdown().await;
    }
    let texts = [0, 1].map(|device| string_session(&fixture, &ann, device));
    let node = fixture.node();
    for dry_run in [true, false] {
        let importer = node.sessions.importer();
        let mut linked = Vec::new();
        for text in &texts {
            let done = importer.import(default(), item(None, text), dry_run, operator());
            linked.push(match done.await.unwrap() {
                ImportOutcome::Imported(_) | ImportOutcome::WouldImport { .. } => true,
                ImportOutcome::AlreadyLinked(_) | ImportOutcome::WouldBeLinked { .. } => false,
            });
        }
        assert_eq!(linked, [true, false], "dry run: {dry_run}");
    }
}

#[tokio::test]
async fn an_encrypted_session_needs_the_right_key() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.node();
    let [new, old, other] = [(); 3].map(|()| fernet::Fernet::generate_key());
    let token = fernet::Fernet::new(&old).unwrap().encrypt(text.as_bytes());
    let with = |keys: &str| ImportItem {
        fernet: Some(FernetKeys::parse(&SecretString::from(keys)).unwrap()),
        ..item(Some(ann.id), &token)
    };
    let importer = node.sessions.importer();
    let without = import(&importer, item(Some(ann.id), &token)).await;
    assert!(matches!(without, Err(ImportError::KeyMissing)));
    let wrong = import(&importer, with(&other)).await;
    assert!(matches!(wrong, Err(ImportError::WrongKey)));
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);
    let right = import(&importer, with(&format!("{new},{old}"))).await;
    assert!(matches!(right, Ok(ImportOutcome::Imported(_))), "{right:?}");
}

#[tokio::test]
async fn a_dead_session_is_told_and_not_stored() {
    let fixture = Fixture::new().await;
    let (ann, revoked) = signed_in(&fixture).await;
    fixture.world.authorizations().end_others(ann.id, None);
    let (ben, banned) = signed_in(&fixture).await;
    let ban = |person: &mut Person| person.state = AccountState::Banned;
    fixture.world.people().update(ben.id, ban).unwrap();
    let node = fixture.node();
    let importer = node.sessions.importer();
    let done = import(&importer, item(Some(ann.id), &revoked)).await;
    assert!(
        matches!(done, Err(ImportError::Dead(DeathCause::Revoked))),
        "{done:?}"
    );
    let done = import(&importer, item(None, &banned)).await;
    assert!(matches!(done, Err(ImportError::Banned)), "{done:?}");
    for person in [&ann, &ben] {
        assert!(nothing_is_linked(&fixture, &owner(person)).await);
    }
}

#[tokio::test]
async fn a_session_whose_key_is_refused_is_not_called_dead() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let (ann, text) = signed_in(&fixture).await;
    fixture.fault_line(&ann, Instead::Error(-404), 2);
    let refused = import_into(&node, None, &text).await.unwrap_err();
    assert!(matches!(refused, ImportError::KeyUnknown), "{refused}");
    assert!(refused.is_passing());
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);
    let again = import_into(&node, None, &text).await;
    assert!(matches!(again, Ok(ImportOutcome::Imported(_))), "{again:?}");
}

#[tokio::test]
async fn someone_elses_session_is_refused_and_that_is_in_the_audit() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let ben = fixture.person(1);
    let node = fixture.node();
    let refused = import_into(&node, Some(ben.id), &text).await;
    assert!(
        matches!(
            refused,
            Err(ImportError::WrongPerson { wanted, found })
                if (wanted.0, found.0) == (ben.id, ann.id)
        ),
        "{refused:?}"
    );
    for person in [&ann, &ben] {
        assert!(nothing_is_linked(&fixture, &owner(person)).await);
    }
    let entries = fixture.audit(&owner(&ben)).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].action, Action::WrongAccountRefused);
    assert_eq!(entries[0].outcome, Outcome::Refused);
    // It stays as it is at Telegram: it is the other system's.
    assert_eq!(fixture.devices(&ann).len(), 1);
}

fn faults_left(fixture: &Fixture) -> u32 {
    let faults = fixture.world.faults().list();
    faults.iter().map(|fault| fault.left()).sum()
}

#[tokio::test]
async fn a_short_flood_is_waited_out_and_a_long_one_told() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.node();
    let importer = node.sessions.importer();
    fixture.fault("users.getUsers", 420, "FLOOD_WAIT_3600", 2);
    let parked = import(&importer, item(None, &text)).await;
    assert!(
        matches!(parked, Err(ImportError::Flood { .. })),
        "{parked:?}"
    );
    assert_eq!(faults_left(&fixture), 1, "it was asked once");
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);
    fixture.world.faults().clear();
    fixture.fault("users.getUsers", 420, "FLOOD_WAIT_1", 1);
    let done = import_into(&fixture.node(), None, &text).await;
    assert!(matches!(done, Ok(ImportOutcome::Imported(_))), "{done:?}");
}

#[tokio::test]
async fn an_account_whose_session_died_gets_the_imported_one() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(1);
    node.link_account(&fixture, &ann).await;
    fixture.world.authorizations().end_others(ann.id, None);
    let before = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    node.accounts.check(&before.owner, before.id).await.unwrap();
    let python = fixture.elsewhere().await;
    let other = python.node();
    other.link_account(&python, &ann).await;
    other.sessions.shutdown().await;
    let done = import_into(&node, Some(ann.id), &string_session(&fixture, &ann, 0)).await;
    let Ok(ImportOutcome::Imported(account)) = done else {
        panic!("{done:?}");
    };
    assert_eq!(account.id, before.id);
    assert_ne!(account.session, before.session);
    fixture.nothing_leaves().await;
    let checked = node.accounts.check(&account.owner, account.id).await;
    assert_eq!(checked.unwrap().health, Health::Alive);
}

#[tokio::test]
async fn a_session_that_was_unlinked_does_not_come_back() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    // Commands take nothing over: the session stays in the list of leaving ones.
    let node = fixture.command(|_| {});
    import_into(&node, None, &text).await.unwrap();
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    let service = &node.accounts;
    service
        .unlink(&account.owner, account.id, Actor::Owner)
        .await
        .unwrap();
    let again = import_into(&node, None, &text).await;
    assert!(matches!(again, Err(ImportError::Ended)), "{again:?}");
    let _node = fixture.node();
    fixture.devices_become(&ann, 0).await;
    fixture.nothing_leaves().await;
    let again = import_into(&node, None, &text).await;
    assert!(
        matches!(again, Err(ImportError::Dead(DeathCause::Revoked))),
        "{again:?}"
    );
}

/// Never gets to the end of sealing.
struct Stuck;

#[async_trait]
impl Vault for Stuck {
    async fn seal(&self, _: &Binding, _: &[u8], _: &Access) -> Result<Sealed, VaultError> {
        std::future::pending().await
    }

    async fn open(
        &self,
        _: &Binding,
        _: &Sealed,
        _: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_kill_between_verifying_and_storing_leaves_nothing() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.command(|ports| ports.vault = Arc::new(Stuck));
    let calls = fixture.calls("account.getAuthorizations");
    tokio::select! {
        done = import_into(&node, None, &text) => panic!("{done:?}"),
        // The last call before it is sealed.
        () = eventually("the session to be verified", || async {
            fixture.calls("account.getAuthorizations") > calls
        }) => {}
    }
    drop(node);
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);
    let done = import_into(&fixture.node(), None, &text).await;
    assert!(matches!(done, Ok(ImportOutcome::Imported(_))), "{done:?}");
}

#[tokio::test]
async fn a_stop_breaks_the_import_off() {
    let fixture = Fixture::new().await;
    let (ann, text) = signed_in(&fixture).await;
    let node = fixture.command(|_| {});
    let importer = node.sessions.importer();
    fixture.fault("users.getUsers", 420, "FLOOD_WAIT_100", 1);
    let (done, ()) = tokio::join!(import(&importer, item(None, &text)), async {
        eventually("the flood", || async { faults_left(&fixture) == 0 }).await;
        node.sessions.shutdown().await;
    });
    assert!(matches!(done, Err(ImportError::Stopping)), "{done:?}");
    assert!(nothing_is_linked(&fixture, &owner(&ann)).await);
}
