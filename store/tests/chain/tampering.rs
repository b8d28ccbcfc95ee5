//! Whatever a superuser does to a row is found, at its place.

use rstest::rstest;
use sesame_custody::audit::{BadRow, Fault, Place};
use sesame_domain::audit::Strand;

use crate::chain::{Backend, Chain, tenant};

/// A chain with at least ten entries on one strand, most of them before the
/// checkpoint.
async fn chain(backend: Backend) -> (Chain, Strand) {
    let chain = Chain::new(backend).await;
    chain.write(40).await;
    chain.checkpoint().await;
    chain.write(2).await;
    let report = chain.verify().await;
    assert!(report.is_whole(), "{:?}", report.bad);
    assert_eq!((report.entries, report.since), (168, 8));
    chain.loosen().await;
    let longest = chain.longest().await;
    assert!(longest.head.seq >= 10);
    (chain, longest)
}

/// What someone does to the rows of a strand (`$strand`), in this order.
#[rstest]
#[case::changed(&["UPDATE audit_entries SET reason = 'nothing' WHERE $3"], 3, Fault::Changed)]
#[case::another_person(&["UPDATE audit_entries SET person = 8 WHERE $3"], 3, Fault::Changed)]
#[case::another_origin(&["UPDATE audit_entries SET origin = '' WHERE $3"], 3, Fault::Changed)]
#[case::no_alarm(&["UPDATE audit_entries SET outcome = 'failed' WHERE $3"], 3, Fault::Changed)]
#[case::removed(&["DELETE FROM audit_entries WHERE $3"], 3, Fault::Removed)]
#[case::removed_and_closed_up(
    &[
        "DELETE FROM audit_entries WHERE $3",
        "UPDATE audit_entries SET seq = 1 - seq WHERE $strand AND seq > 3",
        "UPDATE audit_entries SET seq = -seq WHERE $strand AND seq < 0",
    ],
    3,
    Fault::Removed
)]
#[case::reordered(
    &[
        "UPDATE audit_entries SET seq = -1 WHERE $3",
        "UPDATE audit_entries SET seq = 3 WHERE $strand AND seq = 5",
        "UPDATE audit_entries SET seq = 5 WHERE $strand AND seq = -1",
    ],
    3,
    Fault::Reordered
)]
#[case::inserted(
    &[
        "UPDATE audit_entries SET seq = -seq - 1 WHERE $strand AND seq > 3",
        "UPDATE audit_entries SET seq = -seq WHERE $strand AND seq < 0",
        "INSERT INTO audit_entries (tenant, strand, seq, at, person, subject, actor_kind, \
         actor_name, action, reason, origin, outcome, link) SELECT tenant, strand, 4, at, person, \
         subject, actor_kind, actor_name, action, 'put in', origin, outcome, link \
         FROM audit_entries WHERE $3",
    ],
    4,
    Fault::Inserted
)]
#[case::made_unreadable(&["UPDATE audit_entries SET actor_kind = 'owner', actor_name = 'x' WHERE $3"], 3, Fault::Unreadable)]
// A name that no program here knows is no excuse.
#[case::renamed(&["UPDATE audit_entries SET action = 'flew' WHERE $3"], 3, Fault::Changed)]
#[case::outcome_renamed(&["UPDATE audit_entries SET outcome = 'flown' WHERE $3"], 3, Fault::Changed)]
#[case::actor_renamed(&["UPDATE audit_entries SET actor_kind = 'bird' WHERE $3"], 3, Fault::Changed)]
#[case::cut_off(
    &[
        "UPDATE audit_strands SET head_seq = 2, head_link = (SELECT link FROM audit_entries \
         WHERE $2) WHERE $strand",
        "DELETE FROM audit_entries WHERE $strand AND seq > 2",
    ],
    3,
    Fault::Removed
)]
#[case::said_to_be_pruned(
    &[
        "UPDATE audit_strands SET base_seq = 3, base_link = (SELECT link FROM audit_entries \
         WHERE $3) WHERE $strand",
        "DELETE FROM audit_entries WHERE $strand AND seq <= 3",
    ],
    3,
    Fault::Base
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_a_row_is_named(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] statements: &[&str],
    #[case] seq: i64,
    #[case] fault: Fault,
) {
    let (chain, target) = chain(backend).await;
    let strand = target.head.strand;
    let rows = format!("tenant = 'main' AND strand = {}", strand.0);
    for statement in statements {
        let statement = statement
            .replace("$strand", &rows)
            .replace("$2", &format!("{rows} AND seq = 2"))
            .replace("$3", &format!("{rows} AND seq = 3"));
        assert!(chain.sql(&statement).await > 0, "{statement}");
    }
    let expected = BadRow {
        tenant: tenant(),
        place: Place::Entry { strand, seq },
        fault,
    };
    assert_eq!(chain.verify().await.bad, [expected]);
}

#[rstest]
#[case("UPDATE audit_checkpoints SET heads = previous", Fault::Unreadable)]
#[case("UPDATE audit_checkpoints SET mac = previous", Fault::Changed)]
#[case("UPDATE audit_checkpoints SET number = 2", Fault::Removed)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_a_checkpoint_is_named(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] statement: &str,
    #[case] fault: Fault,
) {
    let (chain, _) = chain(backend).await;
    assert_eq!(chain.sql(statement).await, 1);
    let expected = BadRow {
        tenant: tenant(),
        place: Place::Checkpoint { number: 1 },
        fault,
    };
    assert_eq!(chain.verify().await.first(), Some(&expected));
}
