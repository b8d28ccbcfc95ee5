//! Channels that the first people read: some days of posts, and a schedule that goes
//! on with them, so that whoever tries the sandbox sees something come.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::posting::{Schedule, Schedules, Taking, Turn, take};
use crate::tl_json::{DraftError, Manner};
use crate::world::{Chat, ChatKind, NewChat, World};

const CHANNELS: [&str; 4] = [
    include_str!("technology.json"),
    include_str!("russian.json"),
    include_str!("portuguese.json"),
    include_str!("city.json"),
];

/// Who reads them: the first people.
const READERS: [&str; 4] = [
    "bob_sandbox",
    "alice_sandbox",
    "masha_sandbox",
    "joao_sandbox",
];

/// A channel that is there from the start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstChannel {
    title: String,
    username: String,
    /// How long a turn is after the one before.
    every_seconds: u64,
    /// When its first turn was.
    beginning_hours_ago: i64,
    /// How many turns there were until now.
    history: u64,
    posts: Vec<Turn>,
}

/// A channel that was made, and what it was made from.
struct Begun {
    chat: Arc<Chat>,
    first: FirstChannel,
}

/// Makes those that are not there, if all of the first people are.
pub(crate) fn open(world: &World, schedules: &Schedules) -> Result<(), DraftError> {
    let readers = READERS.map(|name| world.people().by_username(name).map(|it| it.id));
    let readers: Vec<i64> = readers.into_iter().flatten().collect();
    if readers.len() < READERS.len() {
        return Ok(());
    }
    let mut begun = Vec::new();
    for text in CHANNELS {
        let first: FirstChannel = serde_json::from_str(text)
            .map_err(|error| DraftError::new(format!("a first channel: {error}")))?;
        // One that survived a restart goes on.
        let there = world.chats().by_username(&first.username);
        let is_new = there.is_none();
        let Some(chat) = there.or_else(|| begin(world, &first, &readers)) else {
            continue;
        };
        world.photos().set(chat.id, 1);
        if is_new {
            begun.push(Begun { chat, first });
        }
    }
    post_all(world, &begun)?;
    for Begun { chat, first } in begun {
        let every = Duration::from_secs(first.every_seconds);
        let mut schedule = Schedule::new(every, true, first.posts);
        schedule.taken = first.history;
        schedules.set(chat.id, schedule, world.clock().precise());
        for reader in chat.members() {
            chat.mark_read(reader, i32::MAX);
        }
    }
    Ok(())
}

fn begin(world: &World, first: &FirstChannel, readers: &[i64]) -> Option<Arc<Chat>> {
    let new = NewChat {
        kind: ChatKind::Channel,
        title: first.title.clone(),
        username: Some(first.username.clone()),
        members: readers.to_vec(),
    };
    let at = world.clock().now() - first.beginning_hours_ago * 3_600;
    world.chats().create(new, at).ok()
}

/// Posts what was posted until now, in the order in which it was: a channel forwards
/// what another one said before.
fn post_all(world: &World, begun: &[Begun]) -> Result<(), DraftError> {
    let mut past = Vec::new();
    for (channel, it) in begun.iter().enumerate() {
        let turns = it.first.posts.iter().zip(0..it.first.history);
        past.extend(turns.map(|(turn, number)| (when(it, number), channel, number, turn)));
    }
    past.sort_by_key(|(at, channel, number, _)| (*at, *channel, *number));
    for (at, channel, number, turn) in past {
        let taking = Taking {
            round: 0,
            number,
            at,
            manner: Manner::Found,
        };
        take(world, &begun[channel].chat, turn, taking)?;
    }
    Ok(())
}

/// When a turn was: evenly spread over the time since the channel was made.
fn when(it: &Begun, number: u64) -> i64 {
    let [number, turns] = [number, it.first.history.max(1)].map(|n| i64::try_from(n).unwrap_or(0));
    let since = it.first.beginning_hours_ago * 3_600;
    it.chat.created_at + 60 + (since - 120) * number / turns.max(1)
}
