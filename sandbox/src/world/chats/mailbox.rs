//! A person's common event log.

/// The log of what a person received in private chats and groups: each event
/// has a number (`pts`), so that a client that was away can ask for the rest.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    /// Chat and message of each event; the first has the number 2.
    log: Vec<(i64, i32)>,
}

impl Mailbox {
    /// The number of the latest event; 1 before the first.
    pub fn pts(&self) -> i32 {
        1 + i32::try_from(self.log.len()).unwrap_or(i32::MAX - 1)
    }

    /// Notes a message; gives the event's number.
    pub(super) fn note(&mut self, chat: i64, message: i32) -> i32 {
        self.log.push((chat, message));
        self.pts()
    }

    /// The number of the event that brought a message.
    pub fn pts_of(&self, chat: i64, message: i32) -> Option<i32> {
        let index = self.log.iter().rposition(|e| *e == (chat, message))?;
        i32::try_from(index).ok().map(|index| index + 2)
    }

    /// What came after this number: chat and message.
    pub fn since(&self, pts: i32) -> &[(i64, i32)] {
        let known = usize::try_from(pts.saturating_sub(1)).unwrap_or(0);
        self.log.get(known..).unwrap_or_default()
    }
}
