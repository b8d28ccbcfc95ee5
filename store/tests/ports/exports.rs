//! Exports that are kept on the server.

use rstest::rstest;
use sesame_domain::account::Account;
use sesame_domain::audit::Action;
use sesame_domain::export::{Export, ExportChoice, MadeExport};
use sesame_domain::ids::{AccountId, ExportId, JobId, Owner};
use sesame_domain::job::{JobKind, NewJob, Payload};
use sesame_domain::page::Page;
use sesame_domain::ports::{
    Erasure, Erasures as _, ExportBegin, Exports as _, KeyRegister as _, NewExport, Outbox as _,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::session::peer::PeerId;
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{at, entry, linked, notice, owner, sealed, tenant};

/// How much a person may have.
const ROOM: u64 = 1_000;

pub(crate) fn new(account: &Account, dialog: i64) -> NewExport {
    NewExport {
        export: Export {
            id: ExportId::generate(&SystemEntropy, at(0)),
            owner: account.owner.clone(),
            account: Some(account.id),
            dialog: PeerId::User(dialog),
            choice: ExportChoice::default(),
            bytes: 0,
            created_at: at(0),
            expires_at: at(100),
            made: None,
            renewal: None,
        },
        key: sealed("its key"),
    }
}

pub(crate) fn job(new: &NewExport) -> NewJob {
    let dialog = new.export.dialog.to_string();
    NewJob {
        owner: Some(new.export.owner.clone()),
        account: new.export.account,
        payload: Payload(format!("{{\"dialog\":\"{dialog}\"}}")),
        unique: Some(dialog),
        ..NewJob::new(
            JobId::generate(&SystemEntropy, at(0)),
            JobKind::EXPORT,
            at(0),
        )
    }
}

pub(crate) async fn begin(db: &Database, new: &NewExport) -> ExportBegin {
    let export = &new.export;
    let audit = entry(&export.owner, export.id.as_uuid(), Action::ExportBegun, 0);
    db.exports()
        .begin(new, &job(new), ROOM, audit)
        .await
        .unwrap()
}

/// One of this account.
pub(crate) async fn kept(db: &Database, account: &Account) -> ExportId {
    let export = new(account, 5);
    begin(db, &export).await;
    export.export.id
}

pub(crate) fn made(edition: u64) -> MadeExport {
    MadeExport {
        edition,
        at: at(50),
        messages: 3,
        files: 2,
        missing: 1,
        archive_bytes: 900,
    }
}

async fn finish(db: &Database, id: ExportId, owner: &Owner, edition: u64) -> bool {
    let notice = notice(owner, 50);
    let (exports, made) = (db.exports(), made(edition));
    let finished = exports.finish(id, &made, 700, at(200), notice, JobId::from(Uuid::nil()));
    finished.await.unwrap()
}

async fn remove(db: &Database, id: ExportId, owner: &Owner) -> bool {
    let audit = entry(owner, id.as_uuid(), Action::ExportRemoved, 60);
    db.exports().remove(id, owner, audit).await.unwrap()
}

#[rstest]
#[tokio::test]
async fn attempts_are_counted_for_the_export_whichever_job_makes_them(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (first, second) = (
        linked(db, &owner(1), 0).await,
        linked(db, &owner(2), 0).await,
    );
    let (export, other) = (kept(db, &first).await, kept(db, &second).await);
    let begun = async |id| db.exports().begin_attempt(id).await.unwrap();
    assert_eq!(
        [begun(export).await, begun(export).await],
        [Some(1), Some(2)]
    );
    assert_eq!(begun(other).await, Some(1));
    assert!(finish(db, export, &owner(1), 2).await);
    assert_eq!(begun(export).await, Some(3), "the next job's");
    assert!(remove(db, export, &owner(1)).await);
    assert_eq!(begun(export).await, None);
}

#[rstest]
#[tokio::test]
async fn asking_for_a_dialog_again_brings_its_export_up_to_date(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let first = new(&account, 5);
    let ExportBegin::Begun { export, job } = begin(db, &first).await else {
        panic!("not begun");
    };
    assert_eq!(export, first.export.id);
    let again = new(&account, 5);
    assert_eq!(begin(db, &again).await, ExportBegin::Begun { export, job });
    let mut other = new(&account, 5);
    other.export.choice.only_mine = true;
    assert_eq!(begin(db, &other).await, ExportBegin::Differs(export));
    let there = db.exports().find(export, &owner(1)).await.unwrap();
    assert_eq!(there, Some(first.export.clone()));
    let of_dialog = db.exports().of_dialog(account.id, PeerId::User(5)).await;
    assert_eq!(of_dialog.unwrap(), Some(first.export));
    let key = db.exports().key(export).await.unwrap();
    assert_eq!(key, Some(sealed("its key")));
    // An account that is not theirs, or not there.
    let mut strange = new(&account, 6);
    strange.export.owner = owner(2);
    assert_eq!(begin(db, &strange).await, ExportBegin::NoAccount);
    let mut nowhere = new(&account, 6);
    nowhere.export.account = Some(AccountId::from(Uuid::from_u128(7)));
    assert_eq!(begin(db, &nowhere).await, ExportBegin::NoAccount);
    assert_eq!(store.count("exports").await, 1);
    assert_eq!(store.count("jobs").await, 1);
}

#[rstest]
#[tokio::test]
async fn what_a_person_may_have_is_counted_over_all_their_exports(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let account = linked(db, &owner(1), 0).await;
    let other = linked(db, &owner(2), 0).await;
    let (first, second) = (new(&account, 5), new(&account, 6));
    begin(db, &first).await;
    begin(db, &second).await;
    let (first, second) = (first.export.id, second.export.id);
    assert!(exports.keep_size(first, 400).await.unwrap());
    assert!(exports.keep_size(second, 600).await.unwrap());
    assert_eq!(exports.taken_beside(&owner(1), first).await.unwrap(), 600);
    assert_eq!(exports.taken_beside(&owner(2), first).await.unwrap(), 0);
    assert_eq!(exports.taken(&owner(1)).await.unwrap(), 1_000);
    assert_eq!(exports.taken(&owner(2)).await.unwrap(), 0);
    let full = ExportBegin::NoRoom { taken: 1_000 };
    assert_eq!(begin(db, &new(&account, 7)).await, full);
    // What is there can be brought up to date; others have room of their own.
    let again = begin(db, &new(&account, 5)).await;
    assert!(matches!(again, ExportBegin::Begun { .. }));
    let others = begin(db, &new(&other, 7)).await;
    assert!(matches!(others, ExportBegin::Begun { .. }));
    assert!(remove(db, second, &owner(1)).await);
    assert!(!exports.keep_size(second, 9).await.unwrap());
    let begun = begin(db, &new(&account, 7)).await;
    assert!(matches!(begun, ExportBegin::Begun { .. }));
}

#[rstest]
#[tokio::test]
async fn what_a_later_attempt_put_together_is_not_replaced_by_an_earlier_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let account = linked(db, &owner(1), 0).await;
    let export = new(&account, 5);
    begin(db, &export).await;
    let id = export.export.id;
    assert!(finish(db, id, &owner(1), 4).await);
    for edition in [3, 4] {
        assert!(!finish(db, id, &owner(1), edition).await);
    }
    let there = exports.find(id, &owner(1)).await.unwrap().unwrap();
    assert_eq!(there.made, Some(made(4)));
    assert_eq!((there.bytes, there.expires_at), (700, at(200)));
    // It is told once.
    let told = db
        .outbox()
        .take(&tenant(), at(60), at(90), 10)
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    assert!(remove(db, id, &owner(1)).await);
    assert!(!finish(db, id, &owner(1), 5).await);
}

#[rstest]
#[tokio::test]
async fn a_list_has_ones_own_newest_first_and_page_by_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let account = linked(db, &owner(1), 0).await;
    let other = linked(db, &owner(2), 0).await;
    let mut ids = Vec::new();
    for dialog in 0..5 {
        let export = new(&account, dialog);
        begin(db, &export).await;
        ids.push(export.export.id);
    }
    begin(db, &new(&other, 1)).await;
    ids.sort_unstable_by(|a, b| b.cmp(a));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: 2 };
        let page = exports.list(&owner(1), page).await.unwrap();
        seen.extend(page.rows.iter().map(|it| it.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
    assert_eq!(exports.find(ids[0], &owner(2)).await.unwrap(), None);
    assert!(!remove(db, ids[0], &owner(2)).await);
}

#[rstest]
#[tokio::test]
async fn a_link_works_once_and_only_for_its_tenant(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let account = linked(db, &owner(1), 0).await;
    let export = new(&account, 5);
    begin(db, &export).await;
    let id = export.export.id;
    let (main, other) = (tenant(), "another".parse().unwrap());
    // Nothing to be fetched yet.
    let kept = exports.keep_link(id, &owner(1), [1; 32], at(70)).await;
    assert!(!kept.unwrap());
    finish(db, id, &owner(1), 1).await;
    let strange = exports.keep_link(id, &owner(2), [1; 32], at(70)).await;
    assert!(!strange.unwrap());
    for digest in [[1; 32], [2; 32]] {
        let kept = exports.keep_link(id, &owner(1), digest, at(70)).await;
        assert!(kept.unwrap());
    }
    // The one from before is void.
    let void = exports.use_link(&main, [1; 32], at(60), at(90)).await;
    assert_eq!(void.unwrap(), None);
    let elsewhere = exports.use_link(&other, [2; 32], at(60), at(90)).await;
    assert_eq!(elsewhere.unwrap(), None);
    let late = exports.use_link(&main, [2; 32], at(70), at(90)).await;
    assert_eq!(late.unwrap(), None);
    let there = exports.link(&main, [2; 32], at(60)).await.unwrap().unwrap();
    assert_eq!((there.0.id, there.1), (id, false));
    let used = exports.use_link(&main, [2; 32], at(60), at(90)).await;
    assert_eq!(used.unwrap().map(|it| it.id), Some(id));
    let again = exports.use_link(&main, [2; 32], at(60), at(90)).await;
    assert_eq!(again.unwrap(), None);
    // Whoever used it goes on until then.
    let there = exports.link(&main, [2; 32], at(89)).await.unwrap();
    assert!(there.is_some_and(|(_, is_used)| is_used));
    assert_eq!(exports.link(&main, [2; 32], at(90)).await.unwrap(), None);
    // A new edition is another archive.
    exports
        .keep_link(id, &owner(1), [3; 32], at(99))
        .await
        .unwrap();
    finish(db, id, &owner(1), 2).await;
    assert_eq!(exports.link(&main, [3; 32], at(60)).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn what_is_over_or_has_no_account_is_found_and_what_was_removed_is_cleared(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let account = linked(db, &owner(1), 0).await;
    let unlinked = linked(db, &owner(2), 0).await;
    let (old, orphan) = (new(&account, 5), new(&unlinked, 5));
    begin(db, &old).await;
    begin(db, &orphan).await;
    assert_eq!(exports.expired(at(99), 10).await.unwrap(), []);
    store.future("DELETE FROM accounts WHERE person = 2").await;
    let expired = exports.expired(at(99), 10).await.unwrap();
    assert_eq!(expired.len(), 1);
    assert_eq!(
        (expired[0].id, expired[0].account),
        (orphan.export.id, None)
    );
    // No one sees it any more.
    assert_eq!(
        exports.find(orphan.export.id, &owner(2)).await.unwrap(),
        None
    );
    assert_eq!(exports.expired(at(101), 10).await.unwrap().len(), 2);
    assert!(remove(db, old.export.id, &owner(1)).await);
    assert_eq!(exports.key(old.export.id).await.unwrap(), None);
    assert_eq!(exports.to_clear(at(60), 10).await.unwrap(), []);
    let to_clear = exports.to_clear(at(61), 10).await.unwrap();
    assert_eq!(to_clear, [old.export.id]);
    exports.cleared(old.export.id).await.unwrap();
    assert_eq!(exports.to_clear(at(61), 10).await.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn erasing_a_person_takes_the_keys_of_their_exports_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let (db, exports) = (&store.db, store.db.exports());
    let (mine, other) = (
        new(&linked(db, &owner(1), 0).await, 5),
        new(&linked(db, &owner(2), 0).await, 5),
    );
    begin(db, &mine).await;
    begin(db, &other).await;
    let erasure = Erasure {
        id: Uuid::from_u128(9),
        owner: owner(1),
        asked_at: at(60),
        done_at: None,
    };
    let audit = entry(&owner(1), erasure.id, Action::PersonErased, 60);
    db.erasures().begin(&erasure, audit).await.unwrap();
    assert_eq!(exports.key(mine.export.id).await.unwrap(), None);
    assert!(exports.key(other.export.id).await.unwrap().is_some());
    let to_clear = exports.to_clear(at(61), 10).await.unwrap();
    assert_eq!(to_clear, [mine.export.id]);
    assert_eq!(store.count("exports WHERE person = 1").await, 0);
}

/// What holds of exports beside one that this program does not understand.
pub(crate) async fn beside_the_future(store: &Store) {
    let (db, exports) = (&store.db, store.db.exports());
    let (known, strange) = (
        new(&linked(db, &owner(1), 0).await, 5),
        new(&linked(db, &owner(2), 0).await, 5),
    );
    begin(db, &known).await;
    begin(db, &strange).await;
    let strange = strange.export.id;
    store
        .future("UPDATE exports SET dialog = 'dream', choice = '7', key_id = 'key of the future' WHERE person = 2")
        .await;
    assert!(exports.find(strange, &owner(2)).await.is_err());
    let page = exports.list(&owner(2), Page::first(9)).await.unwrap();
    assert_eq!((page.rows.len(), page.broken.len()), (0, 1));
    assert_eq!(exports.expired(at(999), 9).await.unwrap().len(), 1);
    let found = exports.find(known.export.id, &owner(1)).await.unwrap();
    assert_eq!(found, Some(known.export));
    // Its key is counted, and it can be removed.
    let in_use = db.keys().in_use().await.unwrap();
    let future = in_use.iter().find(|it| it.key_id == "key of the future");
    assert_eq!(future.map(|it| it.exports), Some(1));
    assert!(remove(db, strange, &owner(2)).await);
    assert_eq!(exports.to_clear(at(99), 9).await.unwrap(), [strange]);
}
