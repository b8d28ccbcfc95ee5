//! Whatever is done to a row is found, at its place.

use chrono::TimeDelta;
use futures::executor::block_on;
use proptest::prelude::*;
use sesame_domain::audit::{Action, Actor, ChainedEntry, Outcome, StrandNo};
use sesame_domain::ids::PersonId;
use uuid::Uuid;

use crate::memory::{STRANDS, Trail, at, entry};
use sesame_custody::audit::Fault;

const FIELDS: usize = 9;

/// Changes a single field.
fn change(row: &mut ChainedEntry, field: usize) {
    let entry = &mut row.entry;
    match field {
        0 => entry.at += TimeDelta::microseconds(1),
        1 => entry.owner.person = PersonId(8),
        2 => entry.subject = Uuid::from_u128(u128::MAX),
        3 => entry.actor = Actor::Owner,
        4 => entry.action = Action::SessionSealed,
        5 => entry.reason = format!("{} ", entry.reason).into(),
        6 => entry.origin.clear(),
        7 => entry.outcome = Outcome::Refused,
        _ => row.link.0[31] ^= 1,
    }
}

/// A trail, with a checkpoint after some of its entries, and one of its rows.
fn places() -> impl Strategy<Value = (i64, Option<i64>, u16, i64)> {
    (1..12_i64).prop_flat_map(|count| {
        let checkpointed = proptest::option::of(1..=count);
        (Just(count), checkpointed, 0..STRANDS, 1..=count)
    })
}

fn trail(count: i64, checkpointed: Option<i64>) -> Trail {
    let before = checkpointed.unwrap_or(0);
    let trail = Trail::of(before);
    if before > 0 {
        block_on(trail.checkpoint());
    }
    trail.write(count - before);
    trail
}

proptest! {
    #[test]
    fn an_entry_with_any_field_changed(
        (count, checkpointed, strand, seq) in places(),
        field in 0..FIELDS,
    ) {
        let trail = trail(count, checkpointed);
        change(trail.tables().entry(strand, seq), field);
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Changed)));
    }

    #[test]
    fn an_entry_changed_and_given_another_link(
        (count, checkpointed, strand, seq) in places(),
        field in 0..FIELDS,
    ) {
        let trail = trail(count, checkpointed);
        change(trail.tables().entry(strand, seq), field);
        trail.tables().entry(strand, seq).link.0 = [5; 32];
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Changed)));
    }

    #[test]
    fn entries_that_changed_places(
        (count, checkpointed, strand, seq) in places(),
        other in 1..12_i64,
        with_links in any::<bool>(),
    ) {
        let other = (seq + other) % count + 1;
        prop_assume!(other != seq);
        let trail = trail(count, checkpointed);
        let (one, two) = {
            let mut tables = trail.tables();
            (tables.entry(strand, seq).clone(), tables.entry(strand, other).clone())
        };
        for (place, row) in [(seq, two), (other, one)] {
            let mut tables = trail.tables();
            let there = tables.entry(strand, place);
            there.entry = row.entry;
            if with_links {
                there.link = row.link;
            }
        }
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq.min(other), Fault::Reordered)));
    }

    #[test]
    fn an_entry_that_was_removed(
        (count, checkpointed, strand, seq) in places(),
        closed_up in any::<bool>(),
    ) {
        let trail = trail(count, checkpointed);
        trail.tables().remove(strand, seq);
        if closed_up {
            trail.tables().shift(strand, seq, -1);
        }
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Removed)));
    }

    #[test]
    fn several_entries_that_were_removed(
        (count, checkpointed, strand, seq) in places(),
        more in 1..5_i64,
        closed_up in any::<bool>(),
    ) {
        let trail = trail(count, checkpointed);
        for gone in seq..=seq + more {
            trail.tables().remove(strand, gone);
        }
        if closed_up {
            trail.tables().shift(strand, seq, -more - 1);
        }
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Removed)));
    }

    #[test]
    fn an_entry_that_was_inserted(
        (count, checkpointed, strand, seq) in places(),
        at_the_end in any::<bool>(),
        copy_of in proptest::option::of(1..12_i64),
    ) {
        let trail = trail(count, checkpointed);
        let seq = if at_the_end { count + 1 } else { seq };
        let copied = copy_of.map(|of| (seq + of) % count + 1).filter(|of| *of != seq);
        let mut forged = match copied {
            Some(of) => trail.tables().entry(strand, of).clone(),
            None => ChainedEntry {
                strand: StrandNo(strand),
                seq,
                entry: entry(u128::MAX),
                link: trail.tables().entry(strand, 1).link,
            },
        };
        forged.seq = seq;
        trail.tables().shift(strand, seq, 1);
        trail.tables().entries.push(forged);
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Inserted)));
    }

    #[test]
    fn an_entry_that_cannot_be_read((count, checkpointed, strand, seq) in places()) {
        let trail = trail(count, checkpointed);
        trail.tables().unreadable.push((StrandNo(strand), seq));
        let found = block_on(trail.first());
        prop_assert_eq!(found, Some(at(strand, seq, Fault::Unreadable)));
    }

    #[test]
    fn what_no_one_touched_is_whole((count, checkpointed, _, _) in places()) {
        let trail = trail(count, checkpointed);
        let report = block_on(trail.verify());
        prop_assert!(report.is_whole(), "{:?}", report.bad);
        let strands = u64::from(STRANDS);
        let since = count - checkpointed.unwrap_or(0);
        prop_assert_eq!(report.entries, strands * count.unsigned_abs());
        prop_assert_eq!(report.since, strands * since.unsigned_abs());
    }
}

#[tokio::test]
async fn the_first_bad_row_of_each_strand_is_named() {
    let trail = Trail::of(5);
    trail.tables().entry(1, 4).entry.reason = "".into();
    trail.tables().entry(1, 5).entry.reason = "".into();
    trail.tables().remove(0, 2);
    let bad = trail.verify().await.bad;
    let expected = [at(0, 2, Fault::Removed), at(1, 4, Fault::Changed)];
    assert_eq!(bad, expected);
    assert_eq!(
        bad[1].to_string(),
        "tenant main, strand 1, entry 4: was changed"
    );
}

#[tokio::test]
async fn an_entry_that_says_the_same_as_a_changed_one_did_not_change_places_with_it() {
    let trail = Trail::of(3);
    let twin = trail.tables().entry(0, 2).entry.clone();
    trail.append(0, twin);
    trail.append(0, entry(98));
    trail.tables().entry(0, 2).entry.reason = "".into();
    assert_eq!(trail.first().await, Some(at(0, 2, Fault::Changed)));
}

#[tokio::test]
async fn an_entry_from_another_strand_does_not_fit() {
    let trail = Trail::of(3);
    let other = trail.tables().entry(1, 2).clone();
    trail.tables().entry(0, 2).entry = other.entry;
    trail.tables().entry(0, 2).link = other.link;
    assert_eq!(trail.first().await, Some(at(0, 2, Fault::Changed)));
}

#[tokio::test]
async fn a_strand_longer_than_one_batch_is_read_to_its_end() {
    let trail = Trail::of(1_300);
    assert_eq!(trail.verify().await.entries, 2_600);
    trail.tables().unreadable.push((StrandNo(0), 777));
    assert_eq!(trail.first().await, Some(at(0, 777, Fault::Unreadable)));
    trail.tables().entry(0, 600).entry.reason = "".into();
    assert_eq!(trail.first().await, Some(at(0, 600, Fault::Changed)));
}
