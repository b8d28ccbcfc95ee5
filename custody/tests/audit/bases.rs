//! Where a strand may begin.

use sesame_domain::audit::{ChainedEntry, Link, StrandHead, StrandNo};

use crate::memory::{Trail, at, entry};
use sesame_custody::audit::Fault;

/// Entries on strand 0 from before there was a chain.
fn older(trail: &Trail, count: i64) {
    let mut tables = trail.tables();
    for seq in 1..=count {
        tables.entries.push(ChainedEntry {
            strand: StrandNo(0),
            seq,
            entry: entry(99),
            link: Link::FIRST,
        });
    }
    let strand = &mut tables.strands[0];
    strand.base.seq = count;
    strand.head.seq = count;
}

#[tokio::test]
async fn what_was_written_before_there_was_a_chain_is_counted_apart() {
    let trail = Trail::of(0);
    older(&trail, 3);
    trail.checkpoint().await;
    trail.write(4);
    trail.checkpoint().await;
    let report = trail.verify().await;
    assert!(report.is_whole(), "{:?}", report.bad);
    assert_eq!((report.before_chain, report.entries), (3, 8));
}

#[tokio::test]
async fn what_a_checkpoint_has_seen_linked_was_not_written_before() {
    let trail = Trail::of(3);
    trail.checkpoint().await;
    trail.tables().strands[0].base.seq = 3;
    trail.tables().strands[0].head.link = Link::FIRST;
    assert_eq!(trail.first().await, Some(at(0, 3, Fault::Base)));
}

#[tokio::test]
async fn nothing_on_another_strand_was_written_before() {
    let trail = Trail::of(3);
    trail.tables().strands[1].base.seq = 3;
    trail.tables().strands[1].head.link = Link::FIRST;
    assert_eq!(trail.first().await, Some(at(1, 3, Fault::Base)));
}

#[tokio::test]
async fn a_base_that_no_checkpoint_has_seen_is_named() {
    let trail = Trail::of(5);
    trail.checkpoint().await;
    let link = trail.tables().entry(1, 3).link;
    for seq in 1..=3 {
        trail.tables().remove(1, seq);
    }
    let strand = StrandNo(1);
    trail.tables().strands[1].base = StrandHead {
        strand,
        seq: 3,
        link,
    };
    assert_eq!(trail.first().await, Some(at(1, 3, Fault::Base)));
}

#[tokio::test]
async fn a_base_at_a_checkpoint_is_named_unless_retention_put_it_there() {
    let trail = Trail::of(5);
    let made = trail.checkpoint().await;
    trail.write(2);
    for seq in 1..=5 {
        trail.tables().remove(1, seq);
    }
    trail.tables().strands[1].base = made.heads[1];
    assert_eq!(trail.first().await, Some(at(1, 5, Fault::Base)));
}
