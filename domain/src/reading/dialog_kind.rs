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
