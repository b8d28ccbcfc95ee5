//! Reads a channel: what is new, then what was missed, then its history.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::account::Account;
use sesame_domain::channel::{Channel, Gap, Reached};
use sesame_domain::ports::StoreError;
use sesame_domain::post::{ChannelPosts, KeptPosts, PostPart};
use sesame_domain::reading::{
    ChannelDifference, HistoryFrom, HistoryPage, HistoryQuery, Message, ReadError,
};
use sesame_domain::session::cursor::CursorAdvance;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use super::ReadChannelsPorts;
use crate::meeting::meet;
use crate::run::JobRun;

/// How many messages or events are asked for at once; Telegram gives no more.
const PAGE: u32 = 100;
/// So many pages of what is not new are read before other channels have their turn.
const PAGES_A_TURN: u32 = 10;
/// How often in a row Telegram may say that it cannot go on from where it just said.
const BEGINNINGS: u32 = 2;
/// How often the newest messages are compared with what is kept of them.
const SWEEP: TimeDelta = TimeDelta::hours(6);

/// What came of a turn of reading a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// All that is new is read, and there is more of what is not.
    More,
    /// All is read.
    UpToDate {
        /// When to look again, as Telegram wants it.
        look_again: Option<Duration>,
    },
}

/// Why a turn ended.
#[derive(Debug)]
pub(super) enum TurnError {
    /// It could not be read, or not be kept.
    Read(ReadError),
    /// Someone else reads it by now, or no one wants it any more.
    NotTheirs,
    /// The job is to end.
    Over,
}

impl From<ReadError> for TurnError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<StoreError> for TurnError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::NotTheirs,
            other => Self::Read(other.into()),
        }
    }
}

/// Reads a channel with a person's session.
pub(super) struct Reader<'a> {
    pub(super) ports: &'a ReadChannelsPorts,
    pub(super) run: &'a JobRun,
    pub(super) account: &'a Account,
    /// When the turn began.
    pub(super) began: Timestamp,
    /// How it stands, as it is kept.
    pub(super) channel: &'a mut Channel,
    /// How many posts are new or say something else.
    pub(super) changed: u64,
}

impl Reader<'_> {
    /// Reads all that is new, and some of what is not.
    pub(super) async fn turn(&mut self) -> Result<Turn, TurnError> {
        let look_again = match self.differences().await {
            Err(TurnError::Read(ReadError::PeerUnknown)) => {
                let dialogs = &*self.ports.dialogs;
                meet(dialogs, self.account, self.peer()).await?;
                self.differences().await?
            }
            other => other?,
        };
        for _ in 0..PAGES_A_TURN {
            if !self.channel.progress.is_behind() {
                self.sweep().await?;
                return Ok(Turn::UpToDate { look_again });
            }
            self.go_on()?;
            let page = self.page(self.next_page()).await?;
            self.keep_page(page, None).await?;
        }
        Ok(Turn::More)
    }

    fn peer(&self) -> PeerId {
        PeerId::Channel(self.channel.id)
    }

    fn go_on(&self) -> Result<(), TurnError> {
        self.run.go_on().map_err(|_| TurnError::Over)
    }

    /// Reads what happened since the event up to which the session has read.
    async fn differences(&mut self) -> Result<Option<Duration>, TurnError> {
        let cursors = self.ports.cursors.of(self.account.session).await?;
        let Some(mut pts) = cursors.channels.get(&self.channel.id).copied() else {
            self.begin().await?;
            return Ok(None);
        };
        let mut beginnings = 0;
        loop {
            self.go_on()?;
            let read = &*self.ports.differences;
            let read = read.difference(self.account, self.channel.id, pts, PAGE);
            let difference = match read.await {
                Ok(difference) => difference,
                Err(ReadError::CursorInvalid(why)) if beginnings < BEGINNINGS => {
                    tracing::info!(why, "a channel is read on from its newest message");
                    beginnings += 1;
                    pts = self.begin().await?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            self.keep_difference(&difference).await?;
            // One that stands still would be asked for for ever.
            if difference.is_final || difference.pts == pts {
                return Ok(difference.look_again);
            }
            pts = difference.pts;
        }
    }

    async fn keep_difference(&mut self, difference: &ChannelDifference) -> Result<(), TurnError> {
        let (tenant, id) = (self.channel.tenant.clone(), self.channel.id);
        let posts = ChannelPosts::of_difference(tenant, id, difference, self.run.now());
        if let Some(posts) = posts {
            let kept = self.ports.posts.keep(&posts).await?;
            self.count(&kept);
            return Ok(());
        }
        // That something is missing is kept before where to go on behind it.
        self.note_gap().await?;
        let advance = difference.advance(id);
        Ok(self.ports.cursors.advance(&advance).await?)
    }

    /// Begins to read: with the newest messages, and the event up to which they go, which
    /// is answered.
    async fn begin(&mut self) -> Result<i32, TurnError> {
        self.note_gap().await?;
        let page = self.page(HistoryFrom::Newest).await?;
        let pts = page.pts.ok_or_else(|| {
            ReadError::Temporary("a channel without the number of its last event".to_owned())
        })?;
        let advance = CursorAdvance::of_channel(page.claim, self.channel.id, pts);
        self.keep_page(page, Some(advance)).await?;
        Ok(pts)
    }

    /// Keeps that everything behind the newest message that is known is missing.
    async fn note_gap(&mut self) -> Result<(), TurnError> {
        let (tenant, id) = (&self.channel.tenant, self.channel.id);
        let newest = self.ports.posts.newest(tenant, id).await?;
        self.channel.progress = self.channel.progress.missing(newest);
        self.keep_progress().await
    }

    /// Which page of what is not new comes next.
    fn next_page(&self) -> HistoryFrom {
        let progress = &self.channel.progress;
        let below = match progress.gap {
            Some(gap) => gap.below,
            None => progress.history.reached.map(|it| it.message),
        };
        below.map_or(HistoryFrom::Newest, HistoryFrom::Before)
    }

    async fn page(&self, from: HistoryFrom) -> Result<HistoryPage, TurnError> {
        let query = HistoryQuery {
            dialog: self.peer(),
            from,
            limit: PAGE,
        };
        let read = self.ports.history.history(self.account, &query).await;
        if let Err(ReadError::PeerUnknown) = read {
            meet(&*self.ports.dialogs, self.account, self.peer()).await?;
            return Ok(self.ports.history.history(self.account, &query).await?);
        }
        Ok(read?)
    }

    /// Keeps a page of what was missed or of the history, and how far it is read then.
    async fn keep_page(
        &mut self,
        page: HistoryPage,
        advance: Option<CursorAdvance>,
    ) -> Result<(), TurnError> {
        let is_over = page.next.is_none();
        let oldest = page.messages.iter().min_by_key(|it| it.id);
        let oldest = oldest.map(|it| Reached {
            message: it.id,
            at: it.at,
        });
        let top = self.next_page();
        self.keep_messages(&page, top, advance).await?;
        let progress = &mut self.channel.progress;
        if let Some(gap) = progress.gap {
            let below = oldest.map(|it| it.message);
            let is_closed = below.is_none_or(|below| below <= gap.down_to);
            progress.gap = (!is_over && !is_closed).then_some(Gap { below, ..gap });
        } else {
            progress.history.reached = oldest.or(progress.history.reached);
            progress.history.is_whole |= is_over;
        }
        self.keep_progress().await
    }

    /// Keeps messages that stand one after the other in a channel, the newest of them
    /// below `top`, and marks those as deleted that are known and not among them.
    async fn keep_messages(
        &mut self,
        page: &HistoryPage,
        top: HistoryFrom,
        advance: Option<CursorAdvance>,
    ) -> Result<(), TurnError> {
        let (tenant, id) = (self.channel.tenant.clone(), self.channel.id);
        let deleted = self.missing_in(page, top).await?;
        let from = self.channel.progress.history.from;
        let is_wanted = |it: &&Message| from.is_none_or(|from| it.at >= from);
        let wanted: Vec<_> = page.messages.iter().filter(is_wanted).cloned().collect();
        let posts = ChannelPosts {
            deleted,
            advance,
            ..ChannelPosts::of_history(tenant, id, &wanted, self.run.now())
        };
        let kept = self.ports.posts.keep(&posts).await?;
        self.count(&kept);
        Ok(())
    }

    /// Messages that are known, and that a page would have if they were not deleted, or
    /// protected since. What
    /// is newer than all that is known is not looked for: it may just have been posted.
    async fn missing_in(
        &self,
        page: &HistoryPage,
        top: HistoryFrom,
    ) -> Result<Vec<i32>, TurnError> {
        let (tenant, id) = (&self.channel.tenant, self.channel.id);
        let first = match page.next {
            Some(_) => page.messages.iter().map(|it| it.id).min(),
            None => Some(0),
        };
        let newest = self.ports.posts.newest(tenant, id).await?;
        let Some((first, newest)) = first.zip(newest) else {
            return Ok(Vec::new());
        };
        let last = match top {
            HistoryFrom::Before(top) => newest.min(top.saturating_sub(1)),
            _ => newest,
        };
        let known = self.ports.posts.numbers(tenant, id, first, last).await?;
        let may_be = |it: &&Message| PostPart::may_be_kept(it);
        let there: HashSet<i32> = page
            .messages
            .iter()
            .filter(may_be)
            .map(|it| it.id)
            .collect();
        Ok(known.into_iter().filter(|it| !there.contains(it)).collect())
    }

    /// Compares the newest messages with what is kept of them, once in a while: what
    /// every difference missed.
    async fn sweep(&mut self) -> Result<(), TurnError> {
        let now = self.run.now();
        if self.channel.swept_at.is_some_and(|at| now - at < SWEEP) {
            return Ok(());
        }
        self.go_on()?;
        let page = self.page(HistoryFrom::Newest).await?;
        self.keep_messages(&page, HistoryFrom::Newest, None).await?;
        self.channel.swept_at = Some(now);
        Ok(())
    }

    fn count(&mut self, kept: &KeptPosts) {
        let changed = kept.new.len() + kept.changed.len() + kept.deleted.len();
        self.changed += changed as u64;
    }

    async fn keep_progress(&mut self) -> Result<(), TurnError> {
        let channels = &self.ports.channels;
        let kept = channels
            .keep_standing(self.channel, self.began, &[])
            .await?;
        if kept {
            Ok(())
        } else {
            Err(TurnError::NotTheirs)
        }
    }
}
