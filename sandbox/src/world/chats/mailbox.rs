//! A person's common event log.

/// Something that a person received in private chats and groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// A message was added.
    Added {
        /// The chat.
        chat: i64,
        /// The message's id.
        message: i32,
    },
    /// A message was edited.
    Edited {
        /// The chat.
        chat: i64,
        /// The message's id.
        message: i32,
    },
    /// Messages were deleted; they are numbered across these chats.
    Deleted(Vec<i32>),
}

impl Mail {
    /// How many numbers it takes.
    pub fn count(&self) -> i32 {
        match self {
            Self::Added { .. } | Self::Edited { .. } => 1,
            Self::Deleted(ids) => i32::try_from(ids.len()).unwrap_or(i32::MAX),
        }
    }
}

/// The log of what a person received in private chats and groups: each event
/// has a number (`pts`), so that a client that was away can ask for the rest.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    /// What happened, each with the number of its (last) event; the first has 2.
    log: Vec<(i32, Mail)>,
}

impl Mailbox {
    /// The number of the latest event; 1 before the first.
    pub fn pts(&self) -> i32 {
        self.log.last().map_or(1, |(pts, _)| *pts)
    }

    /// Notes an event; gives its number.
    pub(super) fn note(&mut self, mail: Mail) -> i32 {
        let pts = self.pts().saturating_add(mail.count());
        self.log.push((pts, mail));
        pts
    }

    /// The number of the latest such event.
    pub fn pts_of(&self, mail: &Mail) -> Option<i32> {
        let mut latest = self.log.iter().rev();
        latest.find(|(_, it)| it == mail).map(|(pts, _)| *pts)
    }

    /// What came after this number.
    pub fn since(&self, pts: i32) -> &[(i32, Mail)] {
        let known = self.log.partition_point(|(it, _)| *it <= pts);
        &self.log[known..]
    }
}
