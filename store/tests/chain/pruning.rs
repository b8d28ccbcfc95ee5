//! What is left after pruning can be verified.

use rstest::rstest;

use crate::chain::{Backend, Chain};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_pruned_again_and_again_while_it_is_written_to(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let chain = Chain::new(backend).await;
    chain.write(10).await;
    chain.checkpoint().await;
    chain.write(10).await;
    for round in 1..=3 {
        chain.checkpoint().await;
        let (pruned, ()) = tokio::join!(chain.prune(59), chain.write(10));
        // What came before this hour's checkpoint but one; later also the
        // entry that says what was removed the time before.
        let pruned = pruned.unwrap();
        assert_eq!(pruned.through, round);
        assert!(pruned.entries >= 40, "{pruned:?}");
        let report = chain.verify().await;
        assert!(report.is_whole(), "{:?}", report.bad);
        assert!(report.pruned >= 40 * round.unsigned_abs());
    }
}
