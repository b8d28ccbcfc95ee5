//! The group that a supergroup was before: its messages come first, and their numbers
//! are moved below all others, as in Telegram Desktop.

use sesame_domain::export::ExportMark;
use sesame_domain::reading::{MessageRecord, PeerMark, ReadError};
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;

use super::exporting::Exporter;
use super::state::{EARLIER_VERSION, EarlierGroup, ExportState};
use super::stopped::ExportStopped;
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

impl Exporter<'_> {
    /// Looks whether there is an earlier group, before anything is read: an export that
    /// was begun without goes on without.
    pub(super) async fn find_earlier(&mut self) -> Result<(), ExportStopped> {
        let state = &self.state;
        let may_have = matches!(state.chat.id, PeerId::Channel(_))
            && !state.chat.is(PeerMark::Broadcast)
            && state.earlier.is_none()
            && state.segments == 0
            && state.mark.newest == 0;
        if !may_have {
            return Ok(());
        }
        let found = self
            .ports
            .records
            .earlier_group(self.account, state.chat.id);
        let group = match found.await {
            Ok(Some(PeerId::Group(group))) => group,
            Ok(_) => return Ok(()),
            // It is not to be told. The supergroup itself can be read all the same.
            Err(error @ (ReadError::Refused { .. } | ReadError::NoAccess)) => {
                tracing::info!(error = %Reason::of(&error), "whether a supergroup was a group before is not to be told");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.state.version = self.state.version.max(EARLIER_VERSION);
        self.state.earlier = Some(EarlierGroup {
            group,
            mark: ExportMark::default(),
            total: 0,
            is_over: false,
            is_closed: false,
        });
        self.keep_state().await
    }

    /// Reads what is left of the earlier group.
    pub(super) async fn read_earlier(&mut self) -> Result<(), ExportStopped> {
        let is_left = |earlier: &EarlierGroup| !earlier.is_over;
        if !self.state.earlier.as_ref().is_some_and(is_left) {
            return Ok(());
        }
        self.read(Part::Earlier).await?;
        if let Some(earlier) = &mut self.state.earlier {
            earlier.is_over = true;
        }
        self.keep_state().await
    }

    /// The account may not read it.
    pub(super) fn close_earlier(&mut self) {
        if let Some(earlier) = &mut self.state.earlier {
            tracing::info!("the group that a supergroup was before may not be read");
            earlier.is_closed = true;
        }
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
