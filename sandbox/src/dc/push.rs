//! Sending updates to clients that did not ask.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use grammers_tl_types::{Serializable as _, enums, types};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

use super::schema::{self, Viewer};
use crate::world::{AuthorizationState, Chat, Event, Guarded, World, wire};

/// How many updates wait for a slow connection before some are lost; the
/// client finds them again with `updates.getDifference`.
const QUEUE: usize = 128;

/// An update on its way, encoded once for all who get it.
pub(crate) type Push = Arc<[u8]>;

/// Whether updates go out on a connection: not before the first call, and not
/// if that said `invokeWithoutUpdates`.
#[derive(Debug, Default)]
pub(crate) struct Wants(AtomicBool);

impl Wants {
    pub(crate) fn want(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Line {
    id: u64,
    wants: Arc<Wants>,
    queue: mpsc::Sender<Push>,
}

/// The open connections, by key.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    by_key: Guarded<HashMap<i64, Vec<Line>>>,
    last_id: AtomicU64,
}

/// A connection's place in [`Connections`], given up when dropped.
pub(crate) struct Registration {
    connections: Arc<Connections>,
    key: i64,
    pub(crate) id: u64,
    pub(crate) wants: Arc<Wants>,
    pub(crate) queue: mpsc::Receiver<Push>,
}

impl Connections {
    /// Registers a connection that speaks with a key.
    pub(crate) fn register(self: &Arc<Self>, key: i64) -> Registration {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed);
        let (sender, queue) = mpsc::channel(QUEUE);
        let wants = Arc::new(Wants::default());
        let line = Line {
            id,
            wants: Arc::clone(&wants),
            queue: sender,
        };
        self.by_key.write().entry(key).or_default().push(line);
        Registration {
            connections: Arc::clone(self),
            key,
            id,
            wants,
            queue,
        }
    }

    /// Closes all connections that speak with a key; how many there were.
    pub(crate) fn close(&self, key: i64) -> usize {
        // A connection ends when nothing can be queued for it any more.
        let closed = self.by_key.write().remove(&key);
        closed.map_or(0, |lines| lines.len())
    }

    /// Sends an update on all connections of a key.
    fn push(&self, key: i64, update: &Push) {
        let by_key = self.by_key.read();
        for line in by_key.get(&key).into_iter().flatten() {
            if line.wants.0.load(Ordering::Relaxed) {
                // A full queue loses the update, as on a bad network.
                let _ = line.queue.try_send(Arc::clone(update));
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut by_key = self.connections.by_key.write();
        if let Some(lines) = by_key.get_mut(&self.key) {
            lines.retain(|line| line.id != self.id);
            if lines.is_empty() {
                by_key.remove(&self.key);
            }
        }
    }
}

/// Turns what happens in the world into updates, until told to stop.
pub(crate) async fn deliver(
    world: Arc<World>,
    connections: Arc<Connections>,
    mut events: broadcast::Receiver<Event>,
    stop: CancellationToken,
) {
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Ok(Event::TokenAccepted { key, .. }) => {
                connections.push(key, &login_token_update(world.clock().now()));
            }
            Ok(Event::MessageAdded { chat, message, .. }) => {
                deliver_message(&world, &connections, chat, message);
            }
            Ok(Event::MessageEdited { chat, message, pts }) => {
                deliver_edit(&world, &connections, chat, (message, pts));
            }
            Ok(Event::MessagesDeleted {
                chat,
                people,
                messages,
                pts,
            }) => {
                if let Some(chat) = world.chats().get(chat) {
                    for person in hearers(&world, &chat, people) {
                        deliver_to(&world, &connections, person, |viewer| {
                            let gone =
                                schema::deleted_update(&world, person, &chat, &messages, pts);
                            schema::updates_of(&world, viewer, &chat, &[], vec![gone])
                        });
                    }
                }
            }
            Ok(Event::AccessChanged { chat, people }) => {
                deliver_access(&world, &connections, chat, people);
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "updates were lost: too much happened at once");
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn deliver_message(world: &World, connections: &Connections, chat: i64, message: i32) {
    let Some(chat) = world.chats().get(chat) else {
        return;
    };
    let Some(message) = chat.message(message) else {
        return;
    };
    for member in hearers(world, &chat, chat.members()) {
        deliver_to(world, connections, member, |viewer| {
            schema::new_message_updates(world, viewer, &chat, &message)
        });
    }
}

/// Tells people that they may see a channel, or may not any more.
fn deliver_access(world: &World, connections: &Connections, chat: i64, people: Vec<i64>) {
    let Some(chat) = world.chats().get(chat) else {
        return;
    };
    for person in people {
        deliver_to(world, connections, person, |viewer| {
            let changed = enums::Update::Channel(types::UpdateChannel {
                channel_id: chat.id,
            });
            schema::updates_of(world, viewer, &chat, &[], vec![changed])
        });
    }
}

/// Those of these people who hear what just happened in a chat: of a channel some may
/// be kept out, and from some it may be withheld. To be asked once for everything that
/// happens.
fn hearers(world: &World, chat: &Chat, mut people: Vec<i64>) -> Vec<i64> {
    if chat.kind.is_channel() {
        let faults = world.faults().of_channels();
        let withheld = faults.withheld(chat.id);
        people.retain(|person| !withheld.has(*person) && !faults.keeps_out(chat.id, *person));
    }
    people
}

/// Tells those who are in a chat that a message was edited.
fn deliver_edit(world: &World, connections: &Connections, chat: i64, (message, pts): (i32, i32)) {
    let Some(chat) = world.chats().get(chat) else {
        return;
    };
    for member in hearers(world, &chat, chat.members()) {
        let Some(message) = chat.seen_by(member, |seen| seen.get(message)) else {
            continue;
        };
        deliver_to(world, connections, member, |viewer| {
            let edited = schema::edited_update(world, viewer, &chat, &message, pts);
            schema::updates_of(world, viewer, &chat, &[&message], vec![edited])
        });
    }
}

/// Sends updates to all devices of a person; they are made if there is one, once
/// for each layer of the schema.
fn deliver_to(
    world: &World,
    connections: &Connections,
    person: i64,
    updates: impl Fn(Viewer) -> enums::Updates,
) {
    let mut made: Vec<(i32, Push)> = Vec::new();
    for authorization in world.authorizations().of(person) {
        if authorization.state() != AuthorizationState::Complete {
            continue;
        }
        let key = world.keys().get(authorization.key());
        let layer = key.and_then(|key| key.layer()).unwrap_or_default();
        let known = made.iter().find(|(of, _)| *of == layer);
        let update = known.map_or_else(
            || {
                let viewer = Viewer { id: person, layer };
                Push::from(updates(viewer).to_bytes())
            },
            |(_, update)| Arc::clone(update),
        );
        connections.push(authorization.key(), &update);
        made.push((layer, update));
    }
}

fn login_token_update(now: i64) -> Push {
    let update = types::UpdateShort {
        update: enums::Update::LoginToken,
        date: wire(now),
    };
    enums::Updates::UpdateShort(update).to_bytes().into()
}
