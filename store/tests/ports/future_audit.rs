//! Rows from the future in the audit.

use sesame_custody::audit as chain;
use sesame_domain::audit::{Action, Actor, AuditEntry, Outcome};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::{AuditLog, AuditTrail};
use sesame_domain::time::ManualClock;
use uuid::Uuid;

use crate::backend::{Keys, Store};
use crate::future::{TENANT, assert_names};
use crate::make::{at, checkpoint, entry, owner};

pub(crate) async fn entries(store: &Store) {
    let db = &store.db;
    let subject = Uuid::from_u128(3);
    let known = |seconds| entry(&owner(1), subject, Action::SessionOpened, seconds);
    // Linked as a newer program links it: over the texts.
    let newer = AuditEntry {
        actor: Actor::Other {
            kind: "robot".to_owned(),
            name: Some("R2".to_owned()),
        },
        outcome: Outcome::of("put_off"),
        ..entry(&owner(1), subject, Action::of("account_moved"), 20)
    };
    let written = [known(30), newer, known(10)];
    for entry in written.iter().rev() {
        db.audit_log().append(entry.clone()).await.unwrap();
    }
    assert_eq!(
        store
            .count("audit_entries WHERE action = 'account_moved'")
            .await,
        1
    );
    let read = db.audit_log().about(&owner(1), 10).await.unwrap();
    assert_eq!(read, written);
    let page = db.audit_log().page(&owner(1), None, 2).await.unwrap();
    assert_eq!(page, written[..2]);

    let (keys, clock) = (Keys, ManualClock::new(at(100)));
    let tenant = owner(1).tenant;
    chain::checkpoint(&db.audit_trail(), &keys, &clock, &tenant)
        .await
        .unwrap()
        .unwrap();
    let report = chain::verify(&db.audit_trail(), &keys, &tenant, &[])
        .await
        .unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.entries, 3);
    let pruning = chain::Pruning {
        keep: std::time::Duration::ZERO,
        actor: Actor::system("test"),
        origin: "a test".to_owned(),
    };
    let later = ManualClock::new(at(200));
    let pruned = chain::prune(&db.audit_trail(), &keys, &later, &tenant, &pruning)
        .await
        .unwrap();
    assert_eq!(pruned.unwrap().entries, 3);
    let report = chain::verify(&db.audit_trail(), &keys, &tenant, &[])
        .await
        .unwrap();
    assert!(report.is_whole(), "{report:?}");
}

pub(crate) async fn strands(store: &Store) {
    let db = &store.db;
    let append = |seconds| {
        let opened = entry(
            &owner(1),
            Uuid::from_u128(3),
            Action::SessionOpened,
            seconds,
        );
        async move { db.audit_log().append(opened).await.unwrap() }
    };
    append(1).await;
    let copy = |tenant: &str, strand: &str, link: &str| {
        format!(
            "INSERT INTO audit_strands (tenant, strand, head_seq, head_link, base_seq, base_link) \
             SELECT {tenant}, {strand}, 0, {link}, 0, base_link FROM audit_strands \
             WHERE tenant = 'main' AND strand = 0"
        )
    };
    // More strands; a tenant whose name is none; an end in another format.
    store.future(&copy("tenant", "20", "base_link")).await;
    store
        .future(&copy(&format!("'{TENANT}'"), "0", "base_link"))
        .await;
    store.future(&copy("'other'", "0", "'1'")).await;
    for seconds in 2..40 {
        append(seconds).await;
    }
    let tenants = db.audit_trail().tenants().await.unwrap();
    let names: Vec<_> = tenants.iter().map(TenantId::as_str).collect();
    assert_eq!(names, ["main", "other"]);
    let report = chain::verify(&db.audit_trail(), &Keys, &owner(1).tenant, &[])
        .await
        .unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.entries, 39);
    // What is to be recorded goes to a strand whose end can be read.
    let other = Owner {
        tenant: "other".parse().unwrap(),
        person: PersonId(1),
    };
    db.audit_log()
        .append(entry(&other, Uuid::from_u128(3), Action::SessionOpened, 1))
        .await
        .unwrap();
    assert_eq!(db.audit_log().about(&other, 10).await.unwrap().len(), 1);
}

pub(crate) async fn checkpoints(store: &Store) {
    let db = &store.db;
    assert!(
        db.audit_trail()
            .add_checkpoint(&checkpoint(&[]))
            .await
            .unwrap()
    );
    let future = "INSERT INTO audit_checkpoints (tenant, number, at, heads, previous, mac) \
                  SELECT 'other', 1, at, '12', previous, mac FROM audit_checkpoints";
    store.future(future).await;
    let main = owner(1).tenant;
    assert_eq!(
        db.audit_trail()
            .last_checkpoint(&main)
            .await
            .unwrap()
            .unwrap()
            .number,
        1
    );
    assert_eq!(
        db.audit_trail()
            .checkpoints(&main, 0, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    let other = "other".parse().unwrap();
    assert_names(
        db.audit_trail().last_checkpoint(&other).await,
        "audit_checkpoints",
        "tenant other, number 1",
    );
    // Of one that cannot be read, no one can say that no one changed it.
    let report = chain::verify(&db.audit_trail(), &Keys, &other, &[])
        .await
        .unwrap();
    assert_eq!(report.bad.len(), 1);
}
