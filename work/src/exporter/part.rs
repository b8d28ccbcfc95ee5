//! The parts of an export: a supergroup's earlier group, and the dialog itself.

use sesame_domain::reading::{MessageRecord, ReadError};
use sesame_domain::session::peer::PeerId;

use super::state::ExportState;
use crate::export::EARLIER_GROUP;

/// Of which dialog messages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The group from before.
    Earlier,
    /// The dialog itself.
    Own,
}

impl Part {
    /// Both, as they come.
    pub(super) const ALL: [Self; 2] = [Self::Earlier, Self::Own];

    /// Of which a message is, by its number in the export.
    pub(super) fn of(in_export: i32) -> Self {
        if in_export < 0 {
            Self::Earlier
        } else {
            Self::Own
        }
    }

    fn moves_by(self) -> i32 {
        match self {
            Self::Earlier => i32::try_from(EARLIER_GROUP).unwrap_or(i32::MIN),
            Self::Own => 0,
        }
    }

    /// A message with its number in the export.
    pub(super) fn moved(self, mut record: MessageRecord) -> MessageRecord {
        record.id = record.id.saturating_add(self.moves_by());
        record
    }

    /// Whether the account may not read it: of the group from before that is no failure
    /// of the export.
    pub(super) fn is_closed_by(self, error: &ReadError) -> bool {
        self == Self::Earlier && matches!(error, ReadError::NoAccess | ReadError::PeerUnknown)
    }

    /// By which number Telegram knows a message, by that in the export.
    pub(super) fn at_telegram(self, in_export: i32) -> i32 {
        in_export.saturating_sub(self.moves_by())
    }
}

impl ExportState {
    /// The dialog that this part is of.
    pub(super) fn dialog(&self, part: Part) -> PeerId {
        match (part, &self.earlier) {
            (Part::Earlier, Some(earlier)) => PeerId::Group(earlier.group),
            _ => self.chat.id,
        }
    }

    /// How many messages there are, as far as Telegram says.
    pub(super) fn expected(&self) -> u64 {
        let earlier = self.earlier.as_ref().map_or(0, |earlier| earlier.total);
        u64::from(self.total) + u64::from(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        for part in Part::ALL {
            for number in [1, 7, 999_999_999] {
                let moved = number + part.moves_by();
                assert_eq!(Part::of(moved), part);
                assert_eq!(part.at_telegram(moved), number);
            }
        }
    }
}
