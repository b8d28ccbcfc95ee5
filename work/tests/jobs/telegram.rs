//! Channels in memory, as Telegram tells of them, and what can go wrong on the way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use sesame_domain::account::Account;
use sesame_domain::ids::{NodeId, SessionId, TenantId};
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{
    Accounts as _, ChangedPost, Cursors, PostPlace, Posts, ReadChannels, ReadDialogs, ReadHistory,
    StoreError,
};
use sesame_domain::post::{ChannelPosts, KeptPosts, Post, PostId, PostQuery};
use sesame_domain::random::SystemEntropy;
use sesame_domain::reading::{
    ChannelChange, ChannelDifference, ChannelNews, Content, Dialog, DialogPage, DialogQuery,
    HistoryFrom, HistoryPage, HistoryQuery, Message, MessageFlags, PeerPhoto, PeerProfile,
    ReadError,
};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::{CursorAdvance, SessionCursors};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_store::Database;

/// How many messages Telegram gives at once, here.
const PAGE: usize = 5;

pub(crate) fn sent_at(number: i32) -> Timestamp {
    DateTime::UNIX_EPOCH + TimeDelta::days(19_999) + TimeDelta::seconds(number.into())
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Posted(i32),
    Edited(i32),
    Deleted(i32),
}

impl Event {
    fn message(self) -> i32 {
        match self {
            Self::Posted(id) | Self::Edited(id) | Self::Deleted(id) => id,
        }
    }
}

#[derive(Default)]
struct Channel {
    messages: BTreeMap<i32, Message>,
    events: Vec<Event>,
    /// What happened up to this event is forgotten.
    forgotten: i32,
    last: i32,
}

/// When a call fails, counted from now: before it is made or after.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Before(u32),
    After(u32),
}

#[derive(Default)]
struct World {
    channels: BTreeMap<i64, Channel>,
    fault: Option<Fault>,
    refusals: VecDeque<ReadError>,
    /// Which people Telegram tells nothing of a channel.
    shut_out: Vec<(i64, i64)>,
    calls: u32,
    claims: BTreeMap<SessionId, SessionClaim>,
}

/// Channels, as Telegram tells of them; what is kept of them lies in a database that may
/// not answer.
pub(crate) struct Telegram {
    database: Database,
    world: Mutex<World>,
}

impl Telegram {
    pub(crate) fn new(database: &Database) -> Arc<Self> {
        Arc::new(Self {
            database: database.clone(),
            world: Mutex::default(),
        })
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Posts a message; its number.
    pub(crate) fn post(&self, channel: i64, text: &str, album: Option<i64>) -> i32 {
        let mut world = self.world();
        let channel_id = channel;
        let channel = world.channels.entry(channel).or_default();
        channel.last += 1;
        let id = channel.last;
        channel
            .messages
            .insert(id, message(channel_id, id, text, album));
        channel.events.push(Event::Posted(id));
        id
    }

    pub(crate) fn edit(&self, channel: i64, id: i32, text: &str) {
        let mut world = self.world();
        let channel = world.channels.get_mut(&channel).unwrap();
        let edits = i32::try_from(channel.events.len()).unwrap();
        let Some(message) = channel.messages.get_mut(&id) else {
            return;
        };
        message.edited_at = Some(sent_at(10_000 + edits));
        if let Content::Written { text: said, .. } = &mut message.content {
            text.clone_into(said);
        }
        channel.events.push(Event::Edited(id));
    }

    /// It must not be kept any more.
    pub(crate) fn protect(&self, channel: i64, id: i32) {
        self.edit(channel, id, "secret");
        let mut world = self.world();
        let channel = world.channels.get_mut(&channel).unwrap();
        if let Some(message) = channel.messages.get_mut(&id) {
            message.flags.is_protected = true;
        }
    }

    pub(crate) fn delete(&self, channel: i64, id: i32) {
        let mut world = self.world();
        let channel = world.channels.get_mut(&channel).unwrap();
        if channel.messages.remove(&id).is_some() {
            channel.events.push(Event::Deleted(id));
        }
    }

    /// What happened so far cannot be asked for any more.
    pub(crate) fn forget_events(&self, channel: i64) {
        let mut world = self.world();
        let channel = world.channels.get_mut(&channel).unwrap();
        channel.forgotten = i32::try_from(channel.events.len()).unwrap();
    }

    /// Messages that were edited or deleted behind this event.
    pub(crate) fn changed_behind(&self, channel: i64, pts: i32) -> Vec<i32> {
        let world = self.world();
        let events = &world.channels[&channel].events;
        let behind = events.iter().skip(usize::try_from(pts).unwrap());
        let changes = behind.filter(|it| !matches!(it, Event::Posted(_)));
        changes.map(|it| it.message()).collect()
    }

    /// What a message says; `None`: it is not there, or must not be kept.
    pub(crate) fn says(&self, channel: i64, id: i32) -> Option<String> {
        let world = self.world();
        let message = world.channels[&channel].messages.get(&id)?;
        let says = message.content.text().to_owned();
        (!message.flags.is_protected).then_some(says)
    }

    pub(crate) fn last(&self, channel: i64) -> i32 {
        self.world().channels.get(&channel).map_or(0, |it| it.last)
    }

    /// A call fails, from now on counted.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.world().fault = fault;
    }

    /// The next call is refused like this.
    pub(crate) fn refuse(&self, error: ReadError) {
        self.world().refusals.push_back(error);
    }

    /// A person may not read a channel, or may again.
    pub(crate) fn shut_out(&self, person: i64, channel: i64, is_out: bool) {
        let mut world = self.world();
        world.shut_out.retain(|it| *it != (person, channel));
        if is_out {
            world.shut_out.push((person, channel));
        }
    }

    /// How often Telegram was asked.
    pub(crate) fn calls(&self) -> u32 {
        self.world().calls
    }

    /// Whether this call fails before it is made, or after.
    fn faults(&self) -> (bool, bool) {
        let mut world = self.world();
        let (fault, now) = match world.fault {
            None => (None, (false, false)),
            Some(Fault::Before(0)) => (None, (true, false)),
            Some(Fault::After(0)) => (None, (false, true)),
            Some(Fault::Before(left)) => (Some(Fault::Before(left - 1)), (false, false)),
            Some(Fault::After(left)) => (Some(Fault::After(left - 1)), (false, false)),
        };
        world.fault = fault;
        now
    }

    /// A call that writes.
    async fn write<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let away = || StoreError::Unavailable("the database is away".into());
        let (before, after) = self.faults();
        if before {
            return Err(away());
        }
        let done = call.await?;
        if after { Err(away()) } else { Ok(done) }
    }

    /// A call to Telegram.
    async fn ask(&self, account: &Account, channel: i64) -> Result<SessionClaim, ReadError> {
        {
            let mut world = self.world();
            world.calls += 1;
            let who = (account.owner.person.0, channel);
            if world.shut_out.contains(&who) {
                return Err(ReadError::NoAccess);
            }
            if let Some(error) = world.refusals.pop_front() {
                return Err(error);
            }
        }
        if let (true, _) | (_, true) = self.faults() {
            return Err(ReadError::Stopping);
        }
        if let Some(claim) = self.world().claims.get(&account.session) {
            return Ok(*claim);
        }
        let node = NodeId::generate(&SystemEntropy);
        let accounts = self.database.accounts();
        let claimed = accounts.claim_session(account.session, &node).await?;
        let claim = SessionClaim {
            session: account.session,
            fence: claimed.fence,
        };
        self.world().claims.insert(account.session, claim);
        Ok(claim)
    }
}

fn message(channel: i64, id: i32, text: &str, album: Option<i64>) -> Message {
    Message {
        id,
        dialog: PeerId::Channel(channel),
        sender: None,
        at: sent_at(id),
        edited_at: None,
        content: Content::Written {
            text: text.to_owned(),
            entities: Vec::new(),
            media: None,
            is_rich: false,
        },
        forward: None,
        reply: None,
        album,
        via_bot: None,
        author: None,
        views: None,
        flags: MessageFlags::default(),
    }
}

#[async_trait]
impl ReadChannels for Telegram {
    async fn difference(
        &self,
        account: &Account,
        channel: i64,
        pts: i32,
        limit: u32,
    ) -> Result<ChannelDifference, ReadError> {
        let claim = self.ask(account, channel).await?;
        let world = self.world();
        let there = &world.channels[&channel];
        let latest = i32::try_from(there.events.len()).unwrap();
        let answer = |news, pts| ChannelDifference {
            news,
            pts,
            is_final: pts == latest,
            look_again: None,
            peers: Vec::new(),
            claim,
        };
        if pts < there.forgotten {
            let messages = there.messages.values().rev().take(2).cloned().collect();
            return Ok(answer(ChannelNews::TooLong(messages), latest));
        }
        let most = PAGE.min(usize::try_from(limit).unwrap());
        let events = there.events.iter().skip(usize::try_from(pts).unwrap());
        let events: Vec<_> = events.take(most).collect();
        let changes = events.iter().filter_map(|event| {
            let message = there.messages.get(&event.message()).cloned();
            match event {
                Event::Posted(_) => message.map(ChannelChange::New),
                Event::Edited(_) => message.map(ChannelChange::Edited),
                Event::Deleted(id) => Some(ChannelChange::Deleted(vec![*id])),
            }
        });
        let news = ChannelNews::Changes(changes.collect());
        Ok(answer(news, pts + i32::try_from(events.len()).unwrap()))
    }
}

#[async_trait]
impl ReadHistory for Telegram {
    async fn history(
        &self,
        account: &Account,
        query: &HistoryQuery,
    ) -> Result<HistoryPage, ReadError> {
        let PeerId::Channel(channel) = query.dialog else {
            panic!("{query:?}");
        };
        let claim = self.ask(account, channel).await?;
        let world = self.world();
        let empty = Channel::default();
        let there = world.channels.get(&channel).unwrap_or(&empty);
        let below = match query.from {
            HistoryFrom::Newest => i32::MAX,
            HistoryFrom::Before(id) => id,
            other => panic!("{other:?}"),
        };
        let messages = there.messages.range(..below).rev().take(PAGE);
        let messages: Vec<_> = messages.map(|(_, message)| message.clone()).collect();
        let lowest = messages.last().map(|it| it.id);
        let rest = lowest.filter(|lowest| there.messages.range(..lowest).next().is_some());
        Ok(HistoryPage {
            messages,
            peers: Vec::new(),
            next: rest.map(HistoryFrom::Before),
            total: u32::try_from(there.messages.len()).unwrap(),
            pts: Some(i32::try_from(there.events.len()).unwrap()),
            claim,
        })
    }

    async fn messages(
        &self,
        _account: &Account,
        _dialog: PeerId,
        _ids: &[i32],
    ) -> Result<Vec<Message>, ReadError> {
        panic!("nobody asks for these");
    }
}

#[async_trait]
impl ReadDialogs for Telegram {
    async fn dialogs(
        &self,
        _account: &Account,
        _query: &DialogQuery,
    ) -> Result<DialogPage, ReadError> {
        self.world().calls += 1;
        Ok(DialogPage {
            dialogs: Vec::new(),
            next: None,
            total: None,
        })
    }

    async fn dialogs_named(
        &self,
        _account: &Account,
        _peers: &[PeerId],
    ) -> Result<Vec<Dialog>, ReadError> {
        panic!("nobody asks for these");
    }

    async fn resolve(&self, _account: &Account, _username: &str) -> Result<PeerProfile, ReadError> {
        panic!("nobody asks for this");
    }

    async fn photo(
        &self,
        _account: &Account,
        _peer: PeerId,
        _photo: PeerPhoto,
    ) -> Result<Vec<u8>, ReadError> {
        panic!("nobody asks for this");
    }
}

#[async_trait]
impl Posts for Telegram {
    async fn keep(&self, posts: &ChannelPosts) -> Result<KeptPosts, StoreError> {
        self.write(self.database.posts().keep(posts)).await
    }

    async fn find(&self, tenant: &TenantId, id: PostId) -> Result<Option<Post>, StoreError> {
        self.database.posts().find(tenant, id).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        query: &PostQuery,
        page: Page<PostPlace>,
    ) -> Result<Paged<Post, PostPlace>, StoreError> {
        self.database.posts().list(tenant, query, page).await
    }

    async fn changes(
        &self,
        tenant: &TenantId,
        channels: &[i64],
        page: Page<i64>,
    ) -> Result<Paged<ChangedPost, i64>, StoreError> {
        self.database.posts().changes(tenant, channels, page).await
    }

    async fn newest(&self, tenant: &TenantId, channel: i64) -> Result<Option<i32>, StoreError> {
        self.database.posts().newest(tenant, channel).await
    }

    async fn numbers(
        &self,
        tenant: &TenantId,
        channel: i64,
        first: i32,
        last: i32,
    ) -> Result<Vec<i32>, StoreError> {
        let posts = self.database.posts();
        posts.numbers(tenant, channel, first, last).await
    }
}

#[async_trait]
impl Cursors for Telegram {
    async fn of(&self, session: SessionId) -> Result<SessionCursors, StoreError> {
        self.database.cursors().of(session).await
    }

    async fn advance(&self, advance: &CursorAdvance) -> Result<(), StoreError> {
        self.write(self.database.cursors().advance(advance)).await
    }
}
