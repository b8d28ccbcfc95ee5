//! What happened, for whoever wants to follow.

use tokio::sync::broadcast;

/// How many events a slow follower may lag behind before it misses some.
const CAPACITY: usize = 4096;

/// Something that changed in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A person was created or changed.
    PersonChanged {
        /// Whom it concerns.
        person: i64,
    },
    /// A device was logged in, or waits for the cloud password.
    AuthorizationChanged {
        /// Whose device it is.
        person: i64,
        /// Which one.
        hash: i64,
    },
    /// A device was logged out, by itself or by its owner.
    AuthorizationRemoved {
        /// Whose device it was.
        person: i64,
        /// Which one.
        hash: i64,
    },
    /// A login token was scanned and accepted.
    TokenAccepted {
        /// The authorisation key that had exported the token.
        key: i64,
        /// Who accepted it.
        person: i64,
    },
    /// A login code was sent.
    CodeSent {
        /// Who has the number; no one, if it is unoccupied.
        person: Option<i64>,
    },
    /// A message was added to a chat.
    MessageAdded {
        /// The chat.
        chat: i64,
        /// The message's id in it.
        message: i32,
        /// Whether a bot knows of it already, in a chat with one.
        known_to_bot: bool,
    },
    /// A message was edited.
    MessageEdited {
        /// The chat.
        chat: i64,
        /// The message's id in it.
        message: i32,
        /// The number of that in a channel.
        pts: i32,
    },
    /// Who may see a channel changed.
    AccessChanged {
        /// The channel.
        chat: i64,
        /// Whom it concerns.
        people: Vec<i64>,
    },
    /// Messages were deleted.
    MessagesDeleted {
        /// The chat.
        chat: i64,
        /// For whom.
        people: Vec<i64>,
        /// The messages' ids in it.
        messages: Vec<i32>,
        /// The number of that in a channel.
        pts: i32,
    },
}

/// A feed of [`Event`]s.
#[derive(Clone, Debug)]
pub struct Feed(broadcast::Sender<Event>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Feed {
    /// Follows the feed from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    pub(crate) fn publish(&self, event: Event) {
        // No one follows: nothing to do.
        let _ = self.0.send(event);
    }
}
