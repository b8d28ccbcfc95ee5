//! What kind of chat a dialog is.

/// What kind of chat a dialog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DialogKind {
    /// With a person.
    User,
    /// With a bot.
    Bot,
    /// With oneself.
    SavedMessages,
    /// A basic group.
    Group,
    /// A supergroup.
    Supergroup,
    /// A channel in which one writes and many read.
    Channel,
}

impl DialogKind {
    /// The name in addresses, answers and settings; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
            Self::SavedMessages => "saved_messages",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// Kinds of chats as people tell them apart: what lists are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DialogGroup {
    /// People, and what one saved for oneself.
    User,
    /// Groups of both kinds.
    Group,
    /// Channels.
    Channel,
    /// Bots.
    Bot,
}

impl DialogGroup {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::Channel, Self::Bot];

    /// The name in addresses and arguments; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Channel => "channel",
            Self::Bot => "bot",
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    /// Whether a chat of that kind belongs to it.
    pub fn has(self, kind: DialogKind) -> bool {
        let its = match kind {
            DialogKind::User | DialogKind::SavedMessages => Self::User,
            DialogKind::Bot => Self::Bot,
            DialogKind::Group | DialogKind::Supergroup => Self::Group,
            DialogKind::Channel => Self::Channel,
        };
        self == its
    }
}
