//! Which message of a bot is which one of the world.

use std::collections::HashMap;

/// Which message of the world is which one of a bot.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    /// The world's number of a message, by person and the bot's number.
    pub(super) by_own: HashMap<(i64, i64), i32>,
    /// The other way round.
    pub(super) by_common: HashMap<i32, (i64, i64)>,
}

impl Mirror {
    pub(super) fn note(&mut self, person: i64, own: i64, common: i32) {
        self.by_own.insert((person, own), common);
        self.by_common.insert(common, (person, own));
    }
}
