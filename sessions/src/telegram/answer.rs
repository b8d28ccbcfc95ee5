//! Answers with messages, in whichever form they come.

use grammers_tl_types::enums;

use super::reading::count;

/// Messages that Telegram answered with.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) messages: Vec<enums::Message>,
    pub(super) users: Vec<enums::User>,
    pub(super) chats: Vec<enums::Chat>,
    pub(super) total: u32,
    pub(super) pts: Option<i32>,
}

impl Answer {
    /// With what another one has.
    pub(super) fn add(&mut self, other: Self) {
        self.messages.extend(other.messages);
        self.users.extend(other.users);
        self.chats.extend(other.chats);
        self.total = self.total.saturating_add(other.total);
    }

    pub(super) fn of(answer: enums::messages::Messages) -> Self {
        match answer {
            enums::messages::Messages::Messages(all) => Self {
                total: u32::try_from(all.messages.len()).unwrap_or(u32::MAX),
                messages: all.messages,
                users: all.users,
                chats: all.chats,
                pts: None,
            },
            enums::messages::Messages::Slice(some) => Self {
                messages: some.messages,
                users: some.users,
                chats: some.chats,
                total: count(some.count),
                pts: None,
            },
            enums::messages::Messages::ChannelMessages(some) => Self {
                messages: some.messages,
                users: some.users,
                chats: some.chats,
                total: count(some.count),
                pts: Some(some.pts),
            },
            // Only an answer to a hash, which is never sent.
            enums::messages::Messages::NotModified(same) => Self {
                messages: Vec::new(),
                users: Vec::new(),
                chats: Vec::new(),
                total: count(same.count),
                pts: None,
            },
        }
    }
}
