//! Looks at the channels that a person's session reads, one after the other.

use std::time::Duration;

use sesame_domain::account::Account;
use sesame_domain::channel::{Channel, ChannelFailure, Trouble, look_again_after};
use sesame_domain::ids::JobId;
use sesame_domain::job::{LONGEST_WAIT, WaitReason};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{StoreError, Topic};
use sesame_domain::progress::Unit;
use sesame_domain::reading::{Away, ReadError};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

use super::ReadChannelsPorts;
use super::reader::{Reader, Turn, TurnError};
use super::telling::lost;
use crate::outcome::Stopped;
use crate::run::JobRun;

/// How many subscribers are read at once.
const SUBSCRIBERS: u32 = 200;

/// What came of looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// All that was due was looked at; the next is due then.
    UntilNext(Timestamp),
    /// There are no channels.
    Nothing,
}

/// Looks at the channels that a person's session reads.
pub(crate) struct Looking<'a> {
    pub(crate) ports: &'a ReadChannelsPorts,
    pub(crate) run: &'a JobRun,
    pub(crate) account: &'a Account,
}

impl Looking<'_> {
    /// Looks at them until none is due. Of those that have much to be read each has a
    /// turn before any has the next.
    pub(crate) async fn look(&self) -> Result<Looked, Stopped> {
        let (mut read, owner) = (0, &self.account.owner);
        loop {
            let channels = self.ports.channels.of_reader(owner).await?;
            let now = self.run.now();
            let (due, later): (Vec<_>, Vec<_>) =
                channels.into_iter().partition(|it| is_due(it, now));
            if due.is_empty() {
                let next = later.iter().map(|it| it.next_at).min();
                return Ok(next.map_or(Looked::Nothing, Looked::UntilNext));
            }
            let mut due = due.into_iter();
            while let Some(channel) = due.next() {
                self.run.go_on()?;
                let turn = self.turn(channel).await?;
                read += turn.changed;
                self.run.progress().tell(read, None, &Unit::Messages);
                // It is not to be asked for each of them.
                if let Some(why) = turn.of_account {
                    for channel in due.by_ref() {
                        self.failed(channel, &why).await?;
                    }
                }
            }
        }
    }

    async fn turn(&self, mut channel: Channel) -> Result<Turned, Stopped> {
        let began = self.run.now();
        let mut reader = Reader {
            ports: self.ports,
            run: self.run,
            account: self.account,
            began,
            channel: &mut channel,
            changed: 0,
        };
        let outcome = reader.turn().await;
        let mut turned = Turned {
            changed: reader.changed,
            of_account: None,
        };
        match outcome {
            Ok(turn) => self.read(channel, began, turn, turned.changed > 0).await?,
            Err(TurnError::NotTheirs) => {}
            Err(TurnError::Over) => return Err(Stopped::Cancelled),
            Err(TurnError::Read(error)) => {
                let why = Unread::of(self.run, error)?;
                self.failed(channel, &why).await?;
                turned.of_account = why.failure.is_of_account().then_some(why);
            }
        }
        Ok(turned)
    }

    /// Keeps that a channel was read.
    async fn read(
        &self,
        mut channel: Channel,
        began: Timestamp,
        turn: Turn,
        is_news: bool,
    ) -> Result<(), Stopped> {
        let now = self.run.now();
        channel.trouble = None;
        channel.read_at = Some(now);
        if let Turn::UpToDate { look_again } = turn {
            channel.next_at = next_look(&channel, now, look_again, is_news);
        }
        let kept = self.ports.channels.keep_standing(&channel, began, &[]);
        kept.await?;
        Ok(())
    }

    /// Keeps that a channel could not be read. Someone else reads it from now on if this
    /// person's session cannot; its people are told once.
    async fn failed(&self, mut channel: Channel, why: &Unread) -> Result<(), Stopped> {
        let (now, owner) = (self.run.now(), &self.account.owner);
        let trouble = Trouble::after(channel.trouble.as_ref(), why.failure.clone(), now);
        let is_lost = trouble.is_surely_lost();
        let mut told = Vec::new();
        let is_to_be_told = trouble.is_to_be_told(now);
        if is_to_be_told && is_lost {
            told.push(lost(
                &*self.ports.entropy,
                owner.clone(),
                &channel,
                &trouble,
                now,
            ));
        } else if is_to_be_told {
            told = self.everyone(&channel, &trouble, now).await?;
        }
        channel.next_at = trouble.try_again_at(now, why.until);
        channel.trouble = Some(Trouble {
            is_told: trouble.is_told || is_to_be_told,
            ..trouble
        });
        let kept = self.ports.channels.keep_standing(&channel, now, &told);
        if !kept.await? {
            return Ok(());
        }
        if !told.is_empty() {
            self.wake(Topic::Outbox).await;
        }
        if is_lost || why.failure.is_loss() && why.failure.is_of_account() {
            let job = JobId::generate(&*self.ports.entropy, now);
            let channels = &self.ports.channels;
            let next = channels
                .pass_on(owner, channel.id, is_lost, job, now)
                .await?;
            if next.is_some() {
                self.wake(Topic::Jobs).await;
            }
        }
        Ok(())
    }

    /// What everyone who wants the channel is told.
    async fn everyone(
        &self,
        channel: &Channel,
        trouble: &Trouble,
        now: Timestamp,
    ) -> Result<Vec<Notice>, StoreError> {
        let (mut told, mut after) = (Vec::new(), None);
        loop {
            let channels = &self.ports.channels;
            let some = channels.subscribers(&channel.tenant, channel.id, after, SUBSCRIBERS);
            let some = some.await?;
            let Some(last) = some.last() else {
                return Ok(told);
            };
            after = Some(last.owner.person);
            // Who lost it before was told as much.
            for one in some.into_iter().filter(|it| it.lost_at.is_none()) {
                told.push(lost(&*self.ports.entropy, one.owner, channel, trouble, now));
            }
        }
    }

    async fn wake(&self, topic: Topic) {
        // Whoever is woken looks by itself from time to time.
        if let Err(error) = self.ports.signals.publish(topic).await {
            tracing::debug!(error = %Reason::of(&error), "a signal was not sent");
        }
    }
}

/// What came of a turn.
struct Turned {
    changed: u64,
    /// What keeps the account's other channels from being read, too.
    of_account: Option<Unread>,
}

/// Why a channel was not read.
struct Unread {
    failure: ChannelFailure,
    /// Not before then.
    until: Option<Timestamp>,
}

impl Unread {
    /// What is noted of the channel, unless it is Sesame that has to wait.
    fn of(run: &JobRun, error: ReadError) -> Result<Self, Stopped> {
        if let Some(Away::Sesame) = error.away() {
            return Err(run.parked(WaitReason::Unavailable, None));
        }
        let until = match &error {
            ReadError::Flood { until } | ReadError::Down { until, .. } => Some(*until),
            _ => None,
        };
        let failure = ChannelFailure::of(&error);
        if let ReadError::Store(error) = error {
            return Err(Stopped::from(error));
        }
        tracing::info!(
            failure = failure.as_str(),
            error = %Reason::of(&error),
            "a channel is not read"
        );
        Ok(Self { failure, until })
    }
}

/// What a clock dated far ahead is due.
fn is_due(channel: &Channel, now: Timestamp) -> bool {
    channel.next_at <= now || channel.next_at > now + LONGEST_WAIT
}

fn next_look(
    channel: &Channel,
    now: Timestamp,
    asked: Option<Duration>,
    is_news: bool,
) -> Timestamp {
    let last = if is_news {
        Some(now)
    } else {
        channel.posted_at
    };
    look_again_after(now, last, asked)
}
