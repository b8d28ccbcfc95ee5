//! Takes turns when their time has come.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::schedules::{Due, Schedules};
use super::taking::{Taking, take};
use crate::tl_json::Manner;
use crate::world::World;

/// How long at most until it is looked at the clock again, which can be put on.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Takes turns when their time has come, until told to stop.
pub(crate) async fn run(world: Arc<World>, schedules: Arc<Schedules>, stop: CancellationToken) {
    let mut changed = schedules.subscribe();
    loop {
        for due in schedules.due(world.clock().precise()) {
            carry_out(&world, &due);
        }
        changed.mark_unchanged();
        let next = schedules.next();
        let wait = next.map(|next| next.saturating_sub(world.clock().precise()));
        let wait = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait.min(LOOK_AGAIN)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = wait => {}
            told = changed.changed() => if told.is_err() { return },
        }
    }
}

/// Takes a turn, if its channel is there.
pub(crate) fn carry_out(world: &World, due: &Due) {
    let Some(chat) = world.chats().get(due.channel) else {
        return;
    };
    let taking = Taking {
        round: due.round,
        number: due.number,
        at: due.at,
        manner: Manner::Said,
    };
    if let Err(error) = take(world, &chat, &due.turn, taking) {
        tracing::warn!(channel = due.channel, turn = due.number, %error, "a turn failed");
    }
}
