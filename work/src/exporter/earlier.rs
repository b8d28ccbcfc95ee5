//! The group that a supergroup was before: its messages come first, and their numbers
//! are moved below all others, as in Telegram Desktop.

use sesame_domain::export::ExportMark;
use sesame_domain::reading::{PeerMark, ReadError};
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;

use super::exporting::Exporter;
use super::part::Part;
use super::state::{EARLIER_VERSION, EarlierGroup};
use super::stopped::ExportStopped;

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
