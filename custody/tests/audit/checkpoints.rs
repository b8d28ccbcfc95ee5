//! What checkpoints show, and what they do not.

use rstest::rstest;
use sesame_domain::audit::{Checkpoint, StrandNo, checkpoint_mac};

use crate::memory::{Keys, Trail, at, tenant};
use sesame_custody::audit::{AuditError, BadRow, Fault, Newest, Place, checkpoint, verify};

fn number(number: i64, fault: Fault) -> BadRow {
    BadRow {
        tenant: tenant(),
        place: Place::Checkpoint { number },
        fault,
    }
}

/// Four checkpoints, two entries on each strand before each.
async fn trail() -> (Trail, Vec<Checkpoint>) {
    let trail = Trail::of(0);
    let mut made = Vec::new();
    for _ in 0..4 {
        trail.write(2);
        made.push(trail.checkpoint().await);
    }
    (trail, made)
}

#[tokio::test]
async fn the_report_says_how_far_the_newest_one_reaches() {
    let (trail, made) = trail().await;
    trail.write(3);
    let report = trail.verify().await;
    assert!(report.is_whole());
    assert_eq!((report.checkpoints, report.since), (4, 6));
    let newest = Newest {
        number: 4,
        at: made[3].at,
    };
    assert_eq!(report.newest, Some(newest));
}

#[tokio::test]
async fn none_is_made_when_nothing_was_added() {
    let (trail, _) = trail().await;
    let made = checkpoint(&trail, &Keys, &trail.clock, &tenant()).await;
    assert_eq!(made.unwrap(), None);
    let empty = Trail::of(0);
    let made = checkpoint(&empty, &Keys, &empty.clock, &tenant()).await;
    assert_eq!(made.unwrap(), None);
}

type All = Vec<Checkpoint>;
type Tamper = fn(&mut All);

#[rstest]
#[case::moment(|all: &mut All| all[1].at += chrono::TimeDelta::hours(1), number(2, Fault::Changed))]
#[case::head(|all: &mut All| all[1].heads[0].seq -= 1, number(2, Fault::Changed))]
#[case::head_gone(|all: &mut All| { all[1].heads.pop(); }, number(2, Fault::Changed))]
#[case::code(|all: &mut All| all[1].mac = [1; 32], number(2, Fault::Changed))]
#[case::tenant(|all: &mut All| all[1].tenant = "other".parse().unwrap(), number(2, Fault::Changed))]
#[case::removed(|all: &mut All| { all.remove(1); }, number(2, Fault::Removed))]
#[case::closed_up(
    |all: &mut All| { all.remove(1); all[1].number = 2; all[2].number = 3; },
    number(2, Fault::Changed)
)]
#[case::reordered(|all: &mut All| { all.swap(1, 2); all[1].number = 2; all[2].number = 3; }, number(2, Fault::Changed))]
#[tokio::test]
async fn one_that_was_tampered_with_is_named(#[case] tamper: Tamper, #[case] bad: BadRow) {
    let (trail, _) = trail().await;
    tamper(&mut trail.tables().checkpoints);
    assert_eq!(trail.first().await, Some(bad));
}

#[tokio::test]
async fn one_that_says_less_than_the_one_before_is_named() {
    let (trail, made) = trail().await;
    let mut less = made[3].clone();
    less.heads[0] = made[0].heads[0];
    less.mac = checkpoint_mac(&Keys, &less);
    trail.tables().checkpoints[3] = less;
    assert_eq!(trail.first().await, Some(number(4, Fault::Contradicts)));
}

#[tokio::test]
async fn an_end_that_a_checkpoint_has_seen_cannot_be_cut_off() {
    let (trail, _) = trail().await;
    trail.tables().cut_off(1, 7);
    assert_eq!(trail.first().await, Some(at(1, 8, Fault::Removed)));
    // Nor does the next checkpoint cover it up.
    let made = checkpoint(&trail, &Keys, &trail.clock, &tenant()).await;
    let Err(AuditError::Broken(bad)) = made else {
        panic!("{made:?}");
    };
    assert_eq!(bad, at(1, 8, Fault::Removed));
}

#[tokio::test]
async fn what_grows_again_after_it_was_cut_off_is_not_what_the_checkpoint_has_seen() {
    let (trail, _) = trail().await;
    trail.tables().cut_off(1, 6);
    trail.write(4);
    assert_eq!(trail.first().await, Some(at(1, 8, Fault::Replaced)));
}

/// The window that is documented.
#[tokio::test]
async fn an_end_that_no_checkpoint_has_seen_can_be_cut_off() {
    let (trail, _) = trail().await;
    trail.write(3);
    trail.tables().cut_off(1, 8);
    let report = trail.verify().await;
    assert!(report.is_whole());
    assert_eq!(report.since, 3);
}

#[tokio::test]
async fn one_that_is_held_elsewhere_shows_that_the_end_was_cut_off_with_its_checkpoints() {
    let (trail, made) = trail().await;
    for strand in 0..2 {
        trail.tables().cut_off(strand, 4);
    }
    trail.tables().checkpoints.truncate(2);
    assert!(trail.verify().await.is_whole());
    let report = verify(&trail, &Keys, &tenant(), &made[3..]).await.unwrap();
    let expected = [
        at(0, 5, Fault::Removed),
        at(1, 5, Fault::Removed),
        number(4, Fault::Removed),
    ];
    assert_eq!(report.bad, expected);
}

#[tokio::test]
async fn one_that_is_held_elsewhere_and_fits_changes_nothing() {
    let (trail, made) = trail().await;
    let held = verify(&trail, &Keys, &tenant(), &made).await.unwrap();
    assert_eq!(held, trail.verify().await);
}

#[tokio::test]
async fn one_that_is_held_elsewhere_and_is_not_ours_is_named() {
    let (trail, mut made) = trail().await;
    made[2].heads[0].seq += 1;
    let report = verify(&trail, &Keys, &tenant(), &made).await.unwrap();
    assert_eq!(report.bad, [number(3, Fault::Foreign)]);
}

#[tokio::test]
async fn a_head_with_another_link_is_named() {
    let trail = Trail::of(3);
    trail.tables().strands[1].head.link.0[0] ^= 1;
    assert_eq!(trail.first().await, Some(at(1, 3, Fault::Head)));
}

#[tokio::test]
async fn a_head_behind_the_last_entry_is_named() {
    let trail = Trail::of(3);
    let second = trail.tables().entry(1, 2).link;
    trail.tables().strands[1].head.seq = 2;
    trail.tables().strands[1].head.link = second;
    assert_eq!(trail.first().await, Some(at(1, 2, Fault::Head)));
}

#[tokio::test]
async fn a_strand_whose_record_is_gone_is_named() {
    let (trail, _) = trail().await;
    trail.tables().strands.pop();
    assert_eq!(trail.first().await, Some(at(1, 0, Fault::Head)));
    assert_eq!(trail.tables().strands[0].head.strand, StrandNo(0));
}
