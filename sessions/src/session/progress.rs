//! Where a session has read up to, and what of that is still to be written.

use std::collections::{BTreeMap, BTreeSet};

use grammers_session::types::{ChannelState, UpdateState, UpdatesState};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{AccountCursor, CursorAdvance, SessionCursors};

/// Where a session has read up to.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    there: SessionCursors,
    account_moved: bool,
    moved: BTreeSet<i64>,
}

impl Progress {
    /// As it is stored.
    pub(crate) fn stored(there: SessionCursors) -> Self {
        Self {
            there,
            ..Self::default()
        }
    }

    /// As it is, all of it still to be written.
    pub(crate) fn unstored(there: SessionCursors) -> Self {
        Self {
            account_moved: there.account.is_some(),
            moved: there.channels.keys().copied().collect(),
            there,
        }
    }

    /// Where the common sequence stands.
    pub(crate) fn account(&self) -> Option<AccountCursor> {
        self.there.account
    }

    /// What the library says of its own progress; whether that moves anything.
    pub(crate) fn apply(&mut self, update: UpdateState) -> bool {
        let mut account = self.there.account.unwrap_or_default();
        match update {
            UpdateState::All(all) => {
                account = AccountCursor {
                    pts: all.pts,
                    qts: all.qts,
                    date: all.date,
                    seq: all.seq,
                };
                let channels = all.channels.iter();
                let channels: BTreeMap<_, _> = channels.map(|at| (at.id, at.pts)).collect();
                // Those that it does not name any more are only left out here:
                // what was read of them was read.
                self.there
                    .channels
                    .retain(|id, _| channels.contains_key(id));
                let mut moves = self.move_account(account);
                for (id, pts) in channels {
                    moves |= self.move_channel(id, pts);
                }
                return moves;
            }
            UpdateState::Primary { pts, date, seq } => {
                (account.pts, account.date, account.seq) = (pts, date, seq);
            }
            UpdateState::Secondary { qts } => account.qts = qts,
            UpdateState::Channel { id, pts } => return self.move_channel(id, pts),
        }
        self.move_account(account)
    }

    fn move_account(&mut self, account: AccountCursor) -> bool {
        let before = self.there.account.unwrap_or_default();
        if account == before {
            return false;
        }
        self.there.account = Some(account);
        self.account_moved = true;
        true
    }

    fn move_channel(&mut self, id: i64, pts: i32) -> bool {
        if self.there.channels.insert(id, pts) == Some(pts) {
            return false;
        }
        self.moved.insert(id);
        true
    }

    /// As the library wants it.
    pub(crate) fn state(&self) -> UpdatesState {
        let account = self.there.account.unwrap_or_default();
        let channels = self.there.channels.iter();
        UpdatesState {
            pts: account.pts,
            qts: account.qts,
            date: account.date,
            seq: account.seq,
            channels: channels
                .map(|(&id, &pts)| ChannelState { id, pts })
                .collect(),
        }
    }

    /// What is still to be written.
    pub(crate) fn advance(&self, claim: SessionClaim) -> CursorAdvance {
        let channels = self.moved.iter().filter_map(|id| {
            let pts = self.there.channels.get(id)?;
            Some((*id, *pts))
        });
        CursorAdvance {
            claim,
            account: self.there.account.filter(|_| self.account_moved),
            channels: channels.collect(),
        }
    }

    /// That was written. What moved on meanwhile is still to be.
    pub(crate) fn note_written(&mut self, advance: &CursorAdvance) {
        if advance.account == self.there.account {
            self.account_moved = false;
        }
        let there = &self.there.channels;
        self.moved
            .retain(|id| match (there.get(id), advance.channels.get(id)) {
                (Some(at), Some(written)) => at != written,
                (Some(_), None) => true,
                (None, _) => false,
            });
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::ids::{Fence, SessionId};

    use super::*;

    fn claim() -> SessionClaim {
        SessionClaim {
            session: SessionId::from(uuid::Uuid::nil()),
            fence: Fence(1),
        }
    }

    fn channel(id: i64, pts: i32) -> UpdateState {
        UpdateState::Channel { id, pts }
    }

    #[test]
    fn only_what_moved_is_written_and_once() {
        let mut progress = Progress::stored(SessionCursors {
            account: None,
            channels: [(1, 10), (2, 20)].into(),
        });
        assert!(progress.advance(claim()).is_empty());
        assert!(!progress.apply(channel(1, 10)));
        assert!(progress.apply(channel(1, 11)));
        let advance = progress.advance(claim());
        assert_eq!(
            (advance.account, &advance.channels),
            (None, &[(1, 11)].into())
        );
        // It moves on while that is being written.
        progress.apply(channel(1, 12));
        progress.note_written(&advance);
        let advance = progress.advance(claim());
        assert_eq!(advance.channels, [(1, 12)].into());
        progress.note_written(&advance);
        assert!(progress.advance(claim()).is_empty());
    }

    #[test]
    fn the_library_finds_what_it_said() {
        let mut progress = Progress::default();
        assert_eq!(progress.state(), UpdatesState::default());
        let all = UpdatesState {
            pts: 5,
            qts: 1,
            date: 7,
            seq: 2,
            channels: vec![ChannelState { id: 9, pts: 3 }],
        };
        assert!(progress.apply(UpdateState::All(all.clone())));
        assert!(!progress.apply(UpdateState::All(all.clone())));
        assert_eq!(progress.state(), all);
        progress.apply(UpdateState::Primary {
            pts: 6,
            date: 8,
            seq: 3,
        });
        progress.apply(UpdateState::Secondary { qts: 4 });
        let account = AccountCursor {
            pts: 6,
            qts: 4,
            date: 8,
            seq: 3,
        };
        assert_eq!(progress.account(), Some(account));
        assert_eq!(progress.advance(claim()).account, Some(account));
    }

    #[test]
    fn a_library_that_has_read_nothing_says_nothing() {
        let mut progress = Progress::default();
        assert!(!progress.apply(UpdateState::All(UpdatesState::default())));
        assert!(progress.advance(claim()).is_empty());
    }
}
