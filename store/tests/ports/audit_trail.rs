//! The audit as a chain.

use futures::future::join_all;
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use sesame_domain::audit::{
    Action, Actor, AuditEntry, ChainedEntry, Checkpoint, Link, STRANDS, StrandHead, StrandNo, link,
};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::ports::{AuditLog, AuditTrail, StoreError};
use sesame_migrations::{Migrator, MigratorTrait};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::{Backend, Keys, Store};
use crate::coordinator::LIMIT;
use crate::make::{at, checkpoint, entry, owner};

const SUBJECT: Uuid = Uuid::from_u128(3);

fn tenant() -> TenantId {
    owner(1).tenant
}

fn opened(seconds: i64) -> AuditEntry {
    entry(&owner(1), SUBJECT, Action::SessionOpened, seconds)
}

async fn append(db: &Database, count: i64) {
    for second in 0..count {
        db.audit_log().append(opened(second)).await.unwrap();
    }
}

async fn heads(db: &Database) -> Vec<StrandHead> {
    let strands = db.audit_trail().strands(&tenant()).await.unwrap();
    let heads = strands.into_iter().map(|strand| strand.head);
    heads.filter(|head| head.seq > 0).collect()
}

async fn all(db: &Database) -> Vec<ChainedEntry> {
    let mut all = Vec::new();
    let tenant = tenant();
    for strand in 0..STRANDS {
        let audit_trail = db.audit_trail();
        let entries = audit_trail.entries(&tenant, StrandNo(strand), 0, 1_000);
        all.extend(entries.await.unwrap());
    }
    all
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_entry_is_linked_to_the_one_before_as_it_comes_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let appends = (0..40).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        // Finer than the database keeps it.
        let mut entry = opened(n);
        entry.at += chrono::TimeDelta::nanoseconds(n);
        tokio::spawn(async move { db.audit_log().append(entry).await.unwrap() })
    });
    join_all(appends).await.into_iter().for_each(Result::unwrap);
    let mut entries = 0;
    for head in heads(&store.db).await {
        let mut before = Link::FIRST;
        let chained = store
            .db
            .audit_trail()
            .entries(&tenant(), head.strand, 0, 100)
            .await
            .unwrap();
        for chained in chained {
            let expected = link(&Keys, before, head.strand, chained.seq, &chained.entry);
            assert_eq!(chained.link, expected);
            before = expected;
            entries += 1;
        }
        assert_eq!(before, head.link);
    }
    assert_eq!(entries, 40);
}

#[tokio::test]
async fn a_writer_takes_the_strand_that_no_one_else_writes_to() {
    let store = Backend::Postgres.store().await;
    append(&store.db, 1).await;
    let other = sea_orm::Database::connect(&store.url).await.unwrap();
    let tx = other.begin().await.unwrap();
    let lock = "SELECT 1 FROM audit_strands WHERE strand <> 5 FOR UPDATE";
    tx.execute_unprepared(lock).await.unwrap();
    append(&store.db, 3).await;
    let strands = store.db.audit_trail().strands(&tenant()).await.unwrap();
    assert_eq!(strands.len(), usize::from(STRANDS));
    assert!(strands[5].head.seq >= 3, "{strands:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_waits_when_all_strands_are_written_to() {
    let store = Backend::Postgres.store().await;
    append(&store.db, 1).await;
    let other = sea_orm::Database::connect(&store.url).await.unwrap();
    let tx = other.begin().await.unwrap();
    let lock = "SELECT 1 FROM audit_strands FOR UPDATE";
    tx.execute_unprepared(lock).await.unwrap();
    let db = store.db.clone();
    let waiting = tokio::spawn(async move { db.audit_log().append(opened(7)).await });
    let waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                 AND datname = current_database()";
    let until_it_waits = async {
        while other
            .execute_unprepared(waits)
            .await
            .unwrap()
            .rows_affected()
            == 0
        {}
    };
    tokio::time::timeout(LIMIT, until_it_waits).await.unwrap();
    tx.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(all(&store.db).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_checkpoint_comes_back_as_it_was_and_takes_its_number_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    append(&store.db, 3).await;
    assert_eq!(
        store
            .db
            .audit_trail()
            .last_checkpoint(&tenant())
            .await
            .unwrap(),
        None
    );
    let first = checkpoint(&heads(&store.db).await);
    assert!(store.db.audit_trail().add_checkpoint(&first).await.unwrap());
    assert!(
        !store
            .db
            .audit_trail()
            .add_checkpoint(&checkpoint(&[]))
            .await
            .unwrap()
    );
    let second = Checkpoint {
        number: 2,
        previous: first.mac,
        ..first.clone()
    };
    assert!(
        store
            .db
            .audit_trail()
            .add_checkpoint(&second)
            .await
            .unwrap()
    );
    let found = store
        .db
        .audit_trail()
        .checkpoints(&tenant(), 0, 1)
        .await
        .unwrap();
    assert_eq!(found, [first]);
    let found = store
        .db
        .audit_trail()
        .checkpoints(&tenant(), 1, 10)
        .await
        .unwrap();
    assert_eq!(found, std::slice::from_ref(&second));
    let last = store
        .db
        .audit_trail()
        .last_checkpoint(&tenant())
        .await
        .unwrap();
    assert_eq!(last, Some(second));
}

#[rstest]
#[tokio::test]
async fn every_tenant_that_has_a_chain_is_listed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    append(&store.db, 1).await;
    let mut instance = opened(1);
    instance.owner = Owner::instance();
    store.db.audit_log().append(instance).await.unwrap();
    store
        .db
        .audit_trail()
        .add_checkpoint(&checkpoint(&[]))
        .await
        .unwrap();
    let tenants = store.db.audit_trail().tenants().await.unwrap();
    assert_eq!(tenants, [Owner::instance().tenant, tenant()]);
}

#[rstest]
#[tokio::test]
async fn pruning_removes_up_to_the_checkpoint_and_says_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    append(&store.db, 20).await;
    let through = checkpoint(&heads(&store.db).await);
    append(&store.db, 5).await;
    let pruned = entry(&owner(0), SUBJECT, Action::AuditPruned, 200);
    let removed = store
        .db
        .audit_trail()
        .prune(&through, pruned.clone())
        .await
        .unwrap();
    assert_eq!(removed, 20);
    let left = all(&store.db).await;
    assert_eq!(left.len(), 6);
    assert!(left.iter().any(|chained| chained.entry == pruned));
    for strand in store.db.audit_trail().strands(&tenant()).await.unwrap() {
        let base = strand.base;
        assert!(base.seq == 0 || through.heads.contains(&base), "{base:?}");
    }
    // Once more is nothing more.
    assert_eq!(
        store
            .db
            .audit_trail()
            .prune(&through, pruned)
            .await
            .unwrap(),
        0
    );
    assert_eq!(all(&store.db).await, left);
}

#[rstest]
#[tokio::test]
async fn a_row_that_is_no_entry_any_more_is_inconsistent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("actor_kind = 'owner', actor_name = 'x'", "link = '12'")] change: &str,
) {
    let store = backend.store().await;
    append(&store.db, 1).await;
    let strand = heads(&store.db).await[0].strand;
    let off = match backend {
        Backend::Sqlite => "DROP TRIGGER tg_audit_entries_no_update",
        Backend::Postgres => "DROP TRIGGER tg_audit_entries_append_only ON audit_entries",
    };
    store.sql(off).await.unwrap();
    let change = format!("UPDATE audit_entries SET {change}");
    store.sql(&change).await.unwrap();
    let found = store
        .db
        .audit_trail()
        .entries(&tenant(), strand, 0, 1)
        .await;
    assert!(matches!(found, Err(StoreError::Inconsistent(_))));
}

/// Brings the schema to the step before the chain.
async fn before_the_chain(store: &Store) {
    let steps = Migrator::migrations();
    let chain = steps
        .iter()
        .position(|step| step.name().ends_with("_audit_chain"));
    let steps = u32::try_from(chain.unwrap()).unwrap();
    let db = sea_orm::Database::connect(&store.url).await.unwrap();
    Migrator::up(&db, Some(steps)).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_was_written_before_there_was_a_chain_is_kept_below_its_base(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.empty().await;
    before_the_chain(&store).await;
    let (moment, subject) = match backend {
        Backend::Sqlite => (
            "2026-01-01T00:00:01.123456+00:00",
            format!("x'{}'", SUBJECT.simple()),
        ),
        Backend::Postgres => ("2026-01-01 00:00:01.123456Z", format!("'{SUBJECT}'")),
    };
    for seq in 1..=2 {
        let old = format!(
            "INSERT INTO audit (tenant, seq, person, at, subject, actor_kind, actor_name, action, \
             reason) VALUES ('main', {seq}, 1, '{moment}', {subject}, 'system', 'test', \
             'session_opened', 'because')"
        );
        store.sql(&old).await.unwrap();
    }
    store.db.migrate().await.unwrap();
    let old = AuditEntry {
        actor: Actor::system("test"),
        origin: String::new(),
        ..opened(1)
    };
    let about = store.db.audit_log().about(&owner(1), 10).await.unwrap();
    assert_eq!(about, [old.clone(), old]);
    let strands = store.db.audit_trail().strands(&tenant()).await.unwrap();
    assert_eq!(strands[0].base.seq, 2);
    assert_eq!(strands[0].base, strands[0].head);
    assert_eq!(strands[0].base.link, Link::FIRST);
    // What comes now is linked, on every strand.
    append(&store.db, i64::from(STRANDS)).await;
    for chained in all(&store.db).await {
        let is_old = chained.strand == StrandNo(0) && chained.seq <= 2;
        assert_eq!(chained.link == Link::FIRST, is_old);
    }
    assert_eq!(at(1), about_moment(&store.db).await);
}

async fn about_moment(db: &Database) -> sesame_domain::time::Timestamp {
    let oldest = db
        .audit_trail()
        .entries(&tenant(), StrandNo(0), 0, 1)
        .await
        .unwrap();
    oldest[0].entry.at
}
