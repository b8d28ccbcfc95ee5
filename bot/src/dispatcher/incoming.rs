//! What came in, from whom, and who waits for an answer.

use serde_json::Value;
use sesame_domain::ids::TenantId;
use teloxide::types::{CallbackQueryId, MessageKind, Update, UpdateKind};
use tracing::warn;

use crate::sender::Sender;
use crate::unreadable::Unreadable;
use crate::updates::update_id;

/// What came in.
#[derive(Clone, Debug)]
pub(crate) enum Incoming {
    /// An update.
    Update(Box<Update>),
    /// An update that the library cannot read.
    Unreadable(Box<Unreadable>),
}

/// Whose updates are dealt with one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum QueueKey {
    /// A person's, wherever they wrote.
    Person(i64),
    /// A chat's, where it is not said which person it was.
    Chat(i64),
    /// No one's.
    Unknown,
}

/// Who waits for an answer.
pub(super) struct Waiting {
    pub(super) sender: Sender,
    /// The button that they pressed.
    pub(super) pressed: Option<CallbackQueryId>,
}

impl Incoming {
    /// Reads what Telegram sends. Telegram is ahead of every library: what cannot
    /// be read goes another way, for there may be a person who waits for an
    /// answer; `None`: there is none. No handler must have it, which would find
    /// what people wrote in places where it does not look for secrets.
    pub(crate) fn read(raw: &Value) -> Option<Self> {
        // Out of its text: teloxide finds what an update is about only there.
        match serde_json::from_str::<Update>(&raw.to_string()) {
            Ok(update) if is_understood(&update) => Some(Self::Update(Box::new(update))),
            Ok(_) | Err(_) => {
                warn!(update.id = update_id(raw), "an update is not understood");
                let unreadable = Unreadable::find(raw)?;
                Some(Self::Unreadable(Box::new(unreadable)))
            }
        }
    }

    /// Whose it is.
    pub(super) fn queue_key(&self) -> QueueKey {
        let update = match self {
            Self::Unreadable(unreadable) => return QueueKey::Person(unreadable.person()),
            Self::Update(update) => update,
        };
        let person = update.from().filter(|user| !user.is_bot);
        let person = person.and_then(|user| i64::try_from(user.id.0).ok());
        match (person, update.chat()) {
            (Some(person), _) => QueueKey::Person(person),
            (None, Some(chat)) => QueueKey::Chat(chat.id.0),
            (None, None) => QueueKey::Unknown,
        }
    }

    /// Its number, for the log.
    pub(super) fn id(&self) -> i64 {
        match self {
            Self::Update(update) => update.id.0.into(),
            Self::Unreadable(unreadable) => unreadable.update(),
        }
    }

    /// Who waits for an answer: no one, where it was said in a group.
    pub(super) fn waiting(&self, tenant: &TenantId) -> Option<Waiting> {
        let update = match self {
            Self::Unreadable(unreadable) => {
                return Some(Waiting {
                    sender: unreadable.sender(tenant),
                    pressed: unreadable.pressed(),
                });
            }
            Self::Update(update) => update,
        };
        match &update.kind {
            UpdateKind::Message(message) if message.chat.is_private() => Some(Waiting {
                sender: Sender::of(tenant, message)?,
                pressed: None,
            }),
            UpdateKind::CallbackQuery(query) => Some(Waiting {
                sender: Sender::new(tenant, &query.from)?,
                pressed: Some(query.id.clone()),
            }),
            _ => None,
        }
    }
}

/// Of a message that is only half understood, teloxide says that it is empty:
/// words with a kind of markup that is new are no words then.
fn is_understood(update: &Update) -> bool {
    let (UpdateKind::Message(message) | UpdateKind::EditedMessage(message)) = &update.kind else {
        return !matches!(update.kind, UpdateKind::Error(_));
    };
    !matches!(message.kind, MessageKind::Empty {})
}
