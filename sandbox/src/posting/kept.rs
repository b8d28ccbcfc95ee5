//! A channel with its schedule, as it survives a restart.

use serde::{Deserialize, Serialize};

use super::schedule::Schedule;
use super::schedules::Schedules;
use crate::world::{KeptChat, World};

/// A channel with its schedule, as it survives a restart.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptChannel {
    schedule: Schedule,
    chat: KeptChat,
}

impl KeptChannel {
    /// The channel as it is now; `None`: it has no schedule, or is not there.
    pub(crate) fn of(world: &World, schedules: &Schedules, channel: i64) -> Option<Self> {
        // First what was posted: nothing of a turn in between comes twice.
        let chat = world.chats().get(channel)?.kept();
        let schedule = schedules.get(channel)?.schedule;
        Some(Self { schedule, chat })
    }

    /// Puts the channel back. What it would have posted meanwhile it does not post.
    pub(crate) fn restore(self, world: &World, schedules: &Schedules) {
        let channel = self.chat.id();
        if world.chats().restore(self.chat).is_some() {
            schedules.set(channel, self.schedule, world.clock().precise());
        }
    }
}
