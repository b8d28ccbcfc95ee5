//! People.

use rstest::rstest;
use sesame_domain::ports::{People, PersonRecord};

use crate::backend::Backend;
use crate::make::{at, owner};

#[rstest]
#[tokio::test]
async fn a_person_is_remembered_from_the_first_time_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    assert_eq!(db.people().find(&owner(1)).await.unwrap(), None);
    db.people()
        .seen(&owner(1), Some("pt-br"), at(0))
        .await
        .unwrap();
    db.people().seen(&owner(1), None, at(5)).await.unwrap();
    let record = PersonRecord {
        owner: owner(1),
        language: Some("pt-br".into()),
        blocked_at: None,
        first_seen_at: at(0),
        last_seen_at: at(5),
    };
    assert_eq!(db.people().find(&owner(1)).await.unwrap(), Some(record));
    db.people()
        .seen(&owner(1), Some("ru"), at(6))
        .await
        .unwrap();
    let record = db.people().find(&owner(1)).await.unwrap().unwrap();
    assert_eq!(record.language.as_deref(), Some("ru"));
    assert_eq!(db.people().find(&owner(2)).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn a_block_lasts_from_when_it_was_noticed_until_the_person_comes_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let blocked_at = || async {
        db.people()
            .find(&owner(1))
            .await
            .unwrap()
            .unwrap()
            .blocked_at
    };
    db.people()
        .seen(&owner(1), Some("en"), at(0))
        .await
        .unwrap();
    db.people().blocked(&owner(1), at(10)).await.unwrap();
    db.people().blocked(&owner(1), at(20)).await.unwrap();
    assert_eq!(blocked_at().await, Some(at(10)));
    let record = db.people().find(&owner(1)).await.unwrap().unwrap();
    assert_eq!(record.last_seen_at, at(0));
    assert_eq!(record.language.as_deref(), Some("en"));
    db.people().seen(&owner(1), None, at(30)).await.unwrap();
    assert_eq!(blocked_at().await, None);
}

#[rstest]
#[tokio::test]
async fn a_block_by_someone_new_is_remembered(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    db.people().blocked(&owner(1), at(10)).await.unwrap();
    let record = db.people().find(&owner(1)).await.unwrap().unwrap();
    assert_eq!(record.blocked_at, Some(at(10)));
    assert_eq!(record.language, None);
}

#[rstest]
#[tokio::test]
async fn where_an_account_is_shown_is_told_to_one_who_asks(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let people = store.db.people();
    people.shown_in(&owner(1), 7).await.unwrap();
    assert_eq!(
        people.find(&owner(1)).await.unwrap(),
        None,
        "no one by that"
    );
    people.seen(&owner(1), None, at(0)).await.unwrap();
    people.seen(&owner(2), None, at(0)).await.unwrap();
    assert_eq!(people.take_shown(&owner(1)).await.unwrap(), None);
    people.shown_in(&owner(1), 7).await.unwrap();
    people.shown_in(&owner(1), 9).await.unwrap();
    people.seen(&owner(1), Some("ru"), at(1)).await.unwrap();
    assert_eq!(people.take_shown(&owner(2)).await.unwrap(), None);
    let taken = [
        people.take_shown(&owner(1)).await.unwrap(),
        people.take_shown(&owner(1)).await.unwrap(),
    ];
    assert_eq!(taken, [Some(9), None]);
}
