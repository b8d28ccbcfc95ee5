//! What all bots of a sandbox share.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::events::Addressed;
use super::rules::Rules;
use crate::world::World;

/// Events that a slow listener may lag behind by.
const EVENTS_KEPT: usize = 256;

/// The people that all bots talk to, the rules that hold for all of them, and
/// those who follow what any of them does.
#[derive(Clone, Debug)]
pub(super) struct BotWorld {
    pub(super) world: Arc<World>,
    pub(super) rules: Rules,
    // Counts changes of any bot's state, for whoever stores it.
    revision: watch::Sender<u64>,
    events: broadcast::Sender<Addressed>,
}

impl BotWorld {
    /// Among these people, with these rules.
    pub(super) fn new(world: Arc<World>, rules: Rules) -> Self {
        Self {
            world,
            rules,
            revision: watch::Sender::new(0),
            events: broadcast::Sender::new(EVENTS_KEPT),
        }
    }

    /// Counts changes of the state of all bots.
    pub(super) fn revisions(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Says that a state has changed.
    pub(super) fn note_change(&self) {
        self.revision.send_modify(|count| *count += 1);
    }

    /// News for all phones, of all bots.
    pub(super) fn events(&self) -> broadcast::Receiver<Addressed> {
        self.events.subscribe()
    }

    /// Shows something on a phone.
    pub(super) fn announce(&self, news: Addressed) {
        // Without listeners there is no one to show it to.
        let _ = self.events.send(news);
    }
}
