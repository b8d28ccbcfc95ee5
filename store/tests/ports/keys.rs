//! The versions of the wrapping key.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::Owner;
use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::{InstanceSecrets, KeyRegister, RestoreTarget, StoreError};
use sesame_domain::sealed::Binding;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, audited, entry, under};

pub(crate) fn key(id: &str) -> NewKey {
    NewKey {
        id: id.into(),
        provider: Provider::File,
        reference: None,
        created_at: at(10),
        handover: None,
    }
}

pub(crate) fn about_keys(action: Action) -> AuditEntry {
    entry(&Owner::instance(), Uuid::nil(), action, 10)
}

fn rotated() -> AuditEntry {
    about_keys(Action::KeyRotated)
}

pub(crate) async fn activate(db: &Database, id: &str, after: Option<&str>) -> KeyVersion {
    let audit = after.map(|_| rotated());
    db.keys().activate(key(id), after, audit).await.unwrap()
}

/// Registers k1, k2 and k3, which is active then.
pub(crate) async fn three(db: &Database) {
    activate(db, "k1", None).await;
    activate(db, "k2", Some("k1")).await;
    activate(db, "k3", Some("k2")).await;
}

pub(crate) async fn retire(db: &Database, number: i64) -> Result<(), StoreError> {
    db.keys()
        .set_minimum(number, about_keys(Action::KeyRetired))
        .await
}

pub(crate) async fn states(db: &Database) -> Vec<KeyState> {
    let versions = db.keys().all().await.unwrap();
    versions.iter().map(|version| version.state).collect()
}

pub(crate) async fn audit_of_keys(db: &Database) -> Vec<Action> {
    let entries = audited(db, &Owner::instance()).await;
    entries.iter().map(|entry| entry.action.clone()).collect()
}

#[rstest]
#[tokio::test]
async fn the_first_version_is_active_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    assert_eq!(db.keys().active().await.unwrap(), None);
    assert_eq!(db.keys().all().await.unwrap(), []);
    assert_eq!(db.keys().minimum().await.unwrap(), 1);
    let new = NewKey {
        provider: Provider::AwsKms,
        reference: Some("arn:aws:kms:eu-central-1:1:key/1".into()),
        handover: Some(vec![1, 2, 3]),
        ..key("k1")
    };
    let version = db.keys().activate(new.clone(), None, None).await.unwrap();
    let expected = KeyVersion {
        number: 1,
        id: new.id,
        provider: new.provider,
        reference: new.reference,
        state: KeyState::Active,
        created_at: at(10),
        encryptions: 0,
        handover: new.handover,
    };
    assert_eq!(version, expected);
    assert_eq!(db.keys().active().await.unwrap(), Some(expected.clone()));
    let found = db.keys().find("k1").await.unwrap();
    assert_eq!(found, Some(expected.clone()));
    assert_eq!(db.keys().find("k2").await.unwrap(), None);
    assert_eq!(db.keys().all().await.unwrap(), [expected]);
    assert_eq!(audit_of_keys(db).await, []);
}

#[rstest]
#[tokio::test]
async fn a_check_value_is_noted_once_and_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    for check in ["check 1", "check 2"] {
        db.keys().note_check("k2", check).await.unwrap();
    }
    let references: Vec<_> = db
        .keys()
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.reference)
        .collect();
    assert_eq!(references, [None, Some("check 1".to_owned()), None]);
}

#[rstest]
#[tokio::test]
async fn what_a_version_wraps_can_be_had_to_try_its_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let sealed = under("k2", "tokens");
    db.secrets().put("tokens", &sealed).await.unwrap();
    assert_eq!(db.keys().wrapped_by("k1", 8).await.unwrap(), []);
    let [wrapped] = db
        .keys()
        .wrapped_by("k2", 8)
        .await
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(
        (wrapped.key_id.as_str(), wrapped.wrapped_key),
        ("k2", sealed.wrapped_key)
    );
    assert_eq!(wrapped.binding, Binding::secret("tokens"));
}

#[rstest]
#[tokio::test]
async fn a_newer_version_takes_over_and_the_older_one_is_still_accepted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let numbers: Vec<_> = db
        .keys()
        .all()
        .await
        .unwrap()
        .iter()
        .map(|it| it.number)
        .collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(
        states(db).await,
        [KeyState::Accepted, KeyState::Accepted, KeyState::Active]
    );
    // Other nodes see it at once.
    let other = store.other_node().await;
    assert_eq!(other.keys().active().await.unwrap().unwrap().id, "k3");
    assert_eq!(
        audit_of_keys(db).await,
        [Action::KeyRotated, Action::KeyRotated]
    );
}

#[rstest]
#[tokio::test]
async fn whoever_did_not_know_the_active_version_activates_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(None, Some("k1"), Some("k9"))] after: Option<&str>,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let before = db.keys().all().await.unwrap();
    let late = db.keys().activate(key("k4"), after, Some(rotated())).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))));
    assert_eq!(db.keys().all().await.unwrap(), before);
    assert_eq!(audit_of_keys(db).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_name_is_never_used_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let before = db.keys().all().await.unwrap();
    let again = db
        .keys()
        .activate(key("k1"), Some("k3"), Some(rotated()))
        .await;
    assert!(matches!(again, Err(StoreError::Inconsistent(_))));
    assert_eq!(db.keys().all().await.unwrap(), before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_activate_at_once_one_wins(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(None, Some("k1"))] after: Option<&'static str>,
) {
    let store = backend.store().await;
    if let Some(first) = after {
        activate(&store.db, first, None).await;
    }
    let mut nodes = Vec::new();
    for number in 2..6 {
        nodes.push((number, store.other_node().await));
    }
    let tries = nodes.into_iter().map(|(number, db)| {
        let new = key(&format!("k{number}"));
        tokio::spawn(async move { db.keys().activate(new, after, Some(rotated())).await })
    });
    let mut won = Vec::new();
    for tried in join_all(tries).await {
        match tried.unwrap() {
            Ok(version) => won.push(version),
            Err(StoreError::Fenced(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(store.db.keys().active().await.unwrap(), won.pop());
    assert_eq!(audit_of_keys(&store.db).await, [Action::KeyRotated]);
}

#[rstest]
#[tokio::test]
async fn the_schema_lets_one_version_be_active(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    three(&store.db).await;
    let both = store
        .sql("UPDATE key_versions SET is_active = true WHERE number = 2")
        .await;
    both.unwrap_err();
}

#[rstest]
#[tokio::test]
async fn versions_below_the_minimum_are_retired_until_they_are_reinstated(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    retire(db, 3).await.unwrap();
    assert_eq!(db.keys().minimum().await.unwrap(), 3);
    assert_eq!(
        states(db).await,
        [KeyState::Retired, KeyState::Retired, KeyState::Active]
    );
    let found = db.keys().find("k2").await.unwrap().unwrap();
    assert_eq!(found.state, KeyState::Retired);

    let back = about_keys(Action::KeyReinstated);
    db.keys().set_minimum(2, back).await.unwrap();
    assert_eq!(
        states(db).await,
        [KeyState::Retired, KeyState::Accepted, KeyState::Active]
    );
    assert_eq!(audit_of_keys(db).await.len(), 4);
}

#[rstest]
#[tokio::test]
async fn the_minimum_is_the_number_of_a_key_that_seals_or_sealed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(0, -1, 4, i64::MAX)] number: i64,
) {
    let store = backend.store().await;
    let db = &store.db;
    three(db).await;
    let refused = retire(db, number).await;
    assert!(matches!(refused, Err(StoreError::Inconsistent(_))));
    assert_eq!(db.keys().minimum().await.unwrap(), 1);
    assert_eq!(
        audit_of_keys(db).await,
        [Action::KeyRotated, Action::KeyRotated]
    );
}

/// What keeps a version in use.
#[rstest]
#[tokio::test]
async fn a_hand_over_goes_with_the_version_that_seals_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    activate(db, "k1", None).await;
    for (id, after) in [("k2", "k1"), ("k3", "k2")] {
        let new = NewKey {
            handover: Some(under(after, "the key").pack().unwrap()),
            ..key(id)
        };
        db.keys()
            .activate(new, Some(after), Some(rotated()))
            .await
            .unwrap();
    }
    let handed_over = async || {
        let versions = db.keys().all().await.unwrap();
        versions
            .iter()
            .map(|version| version.handover.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(handed_over().await, [false, true, true]);
    retire(db, 2).await.unwrap();
    assert_eq!(handed_over().await, [false, false, true]);
    retire(db, 3).await.unwrap();
    assert_eq!(handed_over().await, [false, false, false]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn encryptions_that_are_counted_at_once_add_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    three(&store.db).await;
    let counts = (0..4).map(|_| {
        let db = store.db.clone();
        tokio::spawn(async move {
            for _ in 0..5 {
                db.keys().count("k2", 100).await.unwrap();
            }
        })
    });
    join_all(counts).await.into_iter().for_each(Result::unwrap);
    assert_eq!(store.db.keys().count("k2", 0).await.unwrap(), 2_000);
    let counted: Vec<_> = store.db.keys().all().await.unwrap();
    let counted: Vec<_> = counted.iter().map(|it| it.encryptions).collect();
    assert_eq!(counted, [0, 2_000, 0]);
    let missing = store.db.keys().count("k9", 1).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
}

#[rstest]
#[tokio::test]
async fn an_empty_register_is_restored_and_its_newest_version_active(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let before = backend.store().await;
    three(&before.db).await;
    before.db.keys().count("k3", 7).await.unwrap();
    let keys = before.db.keys().all().await.unwrap();
    let store = backend.store().await;
    store.db.restore_target().restore_keys(&keys).await.unwrap();
    assert_eq!(store.db.keys().all().await.unwrap(), keys);
    // Once more changes nothing.
    store.db.restore_target().restore_keys(&keys).await.unwrap();
    assert_eq!(store.db.keys().all().await.unwrap(), keys);
    assert_eq!(activate(&store.db, "k4", Some("k3")).await.number, 4);
}

#[rstest]
#[tokio::test]
async fn restored_versions_join_those_that_are_there(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    activate(db, "k1", None).await;
    let older = |number, id: &str| KeyVersion {
        number,
        id: id.into(),
        provider: Provider::Secret,
        reference: None,
        state: KeyState::Active,
        created_at: at(5),
        encryptions: 3,
        handover: None,
    };
    db.restore_target()
        .restore_keys(&[older(1, "k1"), older(2, "k2")])
        .await
        .unwrap();
    let versions = db.keys().all().await.unwrap();
    assert_eq!(versions[0].provider, Provider::File);
    let accepted = KeyVersion {
        state: KeyState::Accepted,
        ..older(2, "k2")
    };
    assert_eq!(versions[1], accepted);
    assert_eq!(db.keys().active().await.unwrap().unwrap().id, "k1");

    for taken in [older(2, "k9"), older(9, "k2")] {
        let refused = db
            .restore_target()
            .restore_keys(&[older(3, "k3"), taken])
            .await;
        assert!(matches!(refused, Err(StoreError::Inconsistent(_))));
    }
    assert_eq!(db.keys().all().await.unwrap(), versions);
}
