//! Chance that is a pure function of a seed.

use std::time::Duration;

/// Numbers that follow from a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of one thing: what else is thrown elsewhere changes nothing here.
    pub(crate) fn of(seed: u64, thing: &str, number: u64) -> Self {
        let mut dice = Self(seed);
        for byte in thing.bytes().map(u64::from).chain([number]) {
            dice.0 ^= dice.next().wrapping_add(byte);
        }
        dice
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is not zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// An index into something of this length, which is not zero.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let bound = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// Whether something happens that does in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A time between these two, in milliseconds.
    pub(crate) fn millis(&mut self, (least, most): (u64, u64)) -> Duration {
        Duration::from_millis(least + self.below(most - least + 1))
    }

    /// The card that is on top at this turn, of a deck that is shuffled anew
    /// whenever all cards were on top.
    pub(crate) fn card<T: Copy>(seed: u64, deck: &str, cards: &[T], turn: u64) -> T {
        let length = u64::try_from(cards.len()).unwrap_or(u64::MAX);
        let mut dice = Self::of(seed, deck, turn / length);
        let mut order: Vec<_> = cards.to_vec();
        for at in (1..order.len()).rev() {
            order.swap(at, dice.index(at + 1));
        }
        order[usize::try_from(turn % length).unwrap_or(0)]
    }
}

#[test]
fn every_card_of_a_deck_comes_once_before_any_comes_again() {
    let cards = [1, 2, 3, 4, 5, 6, 7];
    for seed in 0..50 {
        let mut drawn: Vec<_> = (7..14)
            .map(|turn| Dice::card(seed, "deck", &cards, turn))
            .collect();
        drawn.sort_unstable();
        assert_eq!(drawn, cards, "seed {seed}");
    }
}
