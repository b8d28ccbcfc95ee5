//! What came in, from whom, and who waits for an answer.

use sesame_domain::ids::TenantId;
use teloxide::types::{CallbackQueryId, Update, UpdateKind};

use crate::sender::Sender;
use crate::unreadable::Unreadable;

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
pub(super) enum Source {
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
    /// Whose it is.
    pub(super) fn source(&self) -> Source {
        let update = match self {
            Self::Unreadable(unreadable) => return Source::Person(unreadable.person()),
            Self::Update(update) => update,
        };
        let person = update.from().filter(|user| !user.is_bot);
        let person = person.and_then(|user| i64::try_from(user.id.0).ok());
        match (person, update.chat()) {
            (Some(person), _) => Source::Person(person),
            (None, Some(chat)) => Source::Chat(chat.id.0),
            (None, None) => Source::Unknown,
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
