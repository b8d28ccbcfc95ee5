//! The audit.

use futures::future::join_all;
use rstest::rstest;
use sesame_domain::audit::{Action, Actor, AuditEntry, Outcome};
use sesame_domain::ports::{AuditLog, AuditTrail};
use sesame_domain::reason::Reason;
use uuid::Uuid;

use crate::backend::{Backend, connect_without_keys};
use crate::make::{at, checkpoint, entry, owner};

const SUBJECT: Uuid = Uuid::from_u128(3);

#[rstest]
#[tokio::test]
async fn entries_come_back_newest_first_as_they_were(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = store.db.clone();
    let actions = [
        (Action::SessionOpened, Actor::Owner),
        (
            Action::AccountLinked,
            Actor::System {
                part: "login".into(),
            },
        ),
        (
            Action::AccountUnlinked,
            Actor::Operator { name: "Eve".into() },
        ),
        (Action::SessionEnded, Actor::Owner),
        (Action::WrongAccountRefused, Actor::Owner),
    ];
    let mut entries: Vec<AuditEntry> = Vec::new();
    for (second, (action, actor)) in (10..).zip(actions) {
        let entry = AuditEntry {
            actor,
            origin: "command line".into(),
            outcome: Outcome::Refused,
            ..entry(&owner(1), SUBJECT, action, second)
        };
        db.audit_log().append(entry.clone()).await.unwrap();
        entries.insert(0, entry);
    }
    db.audit_log()
        .append(entry(&owner(2), SUBJECT, Action::SessionEnded, 11))
        .await
        .unwrap();
    assert_eq!(db.audit_log().about(&owner(1), 10).await.unwrap(), entries);
    assert_eq!(
        db.audit_log().about(&owner(1), 2).await.unwrap(),
        entries[..2]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn entries_that_come_at_once_are_numbered_without_gaps_on_each_strand(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let other = store.other_node().await;
    let appends = (0..20).map(|n| {
        let db = if n % 2 == 0 { &store.db } else { &other }.clone();
        let mut owner = owner(n);
        if n % 4 < 2 {
            owner.tenant = "second".parse().unwrap();
        }
        tokio::spawn(async move {
            db.audit_log()
                .append(entry(&owner, SUBJECT, Action::SessionOpened, n))
                .await
                .unwrap();
        })
    });
    join_all(appends).await.into_iter().for_each(Result::unwrap);
    for tenant in ["main", "second"] {
        let tenant = tenant.parse().unwrap();
        let mut entries = 0;
        for strand in store.db.audit_trail().strands(&tenant).await.unwrap() {
            let seqs: Vec<_> = store
                .db
                .audit_trail()
                .entries(&tenant, strand.head.strand, 0, 100)
                .await
                .unwrap()
                .iter()
                .map(|chained| chained.seq)
                .collect();
            assert_eq!(seqs, (1..=strand.head.seq).collect::<Vec<_>>());
            entries += seqs.len();
        }
        assert_eq!(entries, 10);
    }
}

#[rstest]
#[tokio::test]
async fn the_database_refuses_to_change_or_remove_entries(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        "UPDATE audit_entries SET reason = 'none'",
        "DELETE FROM audit_entries",
        "UPDATE audit_checkpoints SET number = 2",
        "DELETE FROM audit_checkpoints"
    )]
    change: &str,
) {
    let store = backend.store().await;
    let entry = entry(&owner(1), SUBJECT, Action::SessionOpened, 10);
    store.db.audit_log().append(entry.clone()).await.unwrap();
    store
        .db
        .audit_trail()
        .add_checkpoint(&checkpoint(&[]))
        .await
        .unwrap();
    let refused = store.sql(change).await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    assert_eq!(
        store.db.audit_log().about(&owner(1), 10).await.unwrap(),
        [entry]
    );
}

#[rstest]
#[tokio::test]
async fn an_entry_that_cannot_be_hides_none_beside_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    // An owner has no name.
    let made_up = "INSERT INTO audit_entries (tenant, strand, seq, person, at, subject, \
                   actor_kind, actor_name, action, reason, origin, outcome, link) \
                   SELECT tenant, strand, seq + 100, person, at, subject, 'owner', 'Ann', action, \
                   reason, origin, outcome, link FROM audit_entries";
    let entries: Vec<_> = [30, 20, 10]
        .map(|seconds| entry(&owner(1), SUBJECT, Action::SessionOpened, seconds))
        .into();
    for entry in entries.iter().rev() {
        store.db.audit_log().append(entry.clone()).await.unwrap();
    }
    store.sql(made_up).await.unwrap();
    assert_eq!(
        store.db.audit_log().about(&owner(1), 3).await.unwrap(),
        entries
    );
    // Nor does it make a page seem the last one.
    let page = store.db.audit_log().page(&owner(1), None, 2).await.unwrap();
    assert_eq!(page, entries[..2]);
    let rest = store
        .db
        .audit_log()
        .page(&owner(1), Some(at(20)), 2)
        .await
        .unwrap();
    assert_eq!(rest, entries[2..]);
}

#[rstest]
#[tokio::test]
async fn nothing_is_audited_without_the_keys(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let keyless = connect_without_keys(&store.url).await;
    let entry = entry(&owner(1), SUBJECT, Action::SessionOpened, 10);
    let refused = keyless.audit_log().append(entry).await.unwrap_err();
    let cause = Reason::of(&refused).to_string();
    assert!(cause.contains("keys that link the audit"), "{cause}");
    assert_eq!(store.db.audit_log().about(&owner(1), 10).await.unwrap(), []);
}
